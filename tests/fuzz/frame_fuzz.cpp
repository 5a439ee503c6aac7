// SPDX-License-Identifier: Apache-2.0
// Fuzzes the frame decoder and every control payload; checks that what decodes encodes to the same.
#include <cstdlib>
#include <vector>

#include "protocol/frame/control.hpp"
#include "protocol/frame/decoder.hpp"

namespace {

using namespace hil::frame;  // NOLINT: one file, one purpose

void check(bool holds) {
  if (!holds) std::abort();
}

template <class T>
void check_rewrites(const std::optional<T>& value, std::span<const std::uint8_t> payload) {
  if (!value) return;
  std::uint8_t memory[kMostControlBytes];
  const auto again = write(*value, memory);
  check(again.size() <= payload.size());
  check(std::equal(again.begin(), again.end(), payload.begin()));
}

void check_body(std::span<const std::uint8_t> body) {
  check(body.size() >= kHeaderBytes);
  const auto payload = body.subspan(kHeaderBytes);
  std::vector<std::uint8_t> wire(max_wire_size(payload.size()));
  wire.resize(encode(header_of(body), payload, wire));
  std::vector<std::uint8_t> memory(body_size(payload.size()));
  Decoder decoder(memory);
  auto event = Decoder::Event::kNone;
  for (const std::uint8_t byte : wire)
    event = decoder.push(byte);
  check(event == Decoder::Event::kFrame);
  check(std::equal(body.begin(), body.end(), decoder.body().begin(), decoder.body().end()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> input(data, size);
  std::vector<std::uint8_t> memory(body_size(256));
  Decoder decoder(memory);
  for (const std::uint8_t byte : input) {
    if (decoder.push(byte) == Decoder::Event::kFrame) check_body(decoder.body());
  }
  check_body(std::vector<std::uint8_t>(kHeaderBytes, 0));
  check_rewrites(read_open(input), input);
  check_rewrites(read_accept(input), input);
  check_rewrites(read_close(input), input);
  check_rewrites(read_busy(input), input);
  check_rewrites(read_reset(input), input);
  (void)read_ack(input);
  if (size >= kHeaderBytes) check_body(input);
  return 0;
}
