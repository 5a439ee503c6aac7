// SPDX-License-Identifier: Apache-2.0
// Frames per second through encoder, decoder and the reliable link, at 64, 490 and 1,024 bytes.
#include <benchmark/benchmark.h>

#include <vector>

#include "protocol/frame/decoder.hpp"
#include "protocol/frame/endpoint.hpp"

namespace hil::frame {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes payload_of(std::size_t size) {
  Bytes payload(size);
  for (std::size_t i = 0; i < size; ++i)
    payload[i] = static_cast<std::uint8_t>(i * 7);
  return payload;
}

void count(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void encode_frame(benchmark::State& state) {
  const Bytes payload = payload_of(static_cast<std::size_t>(state.range(0)));
  Bytes wire(max_wire_size(payload.size()));
  for (auto _ : state) {
    benchmark::DoNotOptimize(encode({kLinkVersion, Type::kData, 1, 2, 3, 4}, payload, wire));
    benchmark::ClobberMemory();
  }
  count(state);
}
BENCHMARK(encode_frame)->Arg(64)->Arg(490)->Arg(1024);

void decode_frame(benchmark::State& state) {
  const Bytes payload = payload_of(static_cast<std::size_t>(state.range(0)));
  Bytes wire(max_wire_size(payload.size()));
  wire.resize(encode({kLinkVersion, Type::kData, 1, 2, 3, 4}, payload, wire));
  Bytes memory(body_size(payload.size()));
  Decoder decoder(memory);
  for (auto _ : state) {
    auto event = Decoder::Event::kNone;
    for (const std::uint8_t byte : wire)
      event = decoder.push(byte);
    if (event != Decoder::Event::kFrame) state.SkipWithError("the frame did not decode");
  }
  count(state);
}
BENCHMARK(decode_frame)->Arg(64)->Arg(490)->Arg(1024);

/// One frame's payload from one end to the other and its acknowledgement back.
void reliable_frame(benchmark::State& state) {
  const auto size = static_cast<std::uint16_t>(state.range(0));
  const Limits limits{size, 4096, 8};
  struct Memory {
    explicit Memory(std::size_t bytes) : slots(8 * bytes), lengths(8), receive(8 * bytes) {}
    Bytes slots;
    std::vector<std::uint16_t> lengths;
    Bytes receive;
  } a_memory(size), b_memory(size);
  Endpoint a({a_memory.slots, a_memory.lengths, a_memory.receive});
  Endpoint b({b_memory.slots, b_memory.lengths, b_memory.receive});
  a.open(1, limits, limits);
  b.open(1, limits, limits);
  const Bytes payload = payload_of(size);
  Bytes wire(max_wire_size(size)), decoded(body_size(size));
  Decoder decoder(decoded);
  const auto carry = [&](Endpoint& from, Endpoint& to) {
    Endpoint::Outgoing out;
    if (!from.next(out, true)) return;
    const std::size_t bytes = encode(out.header, out.payload, wire);
    for (std::size_t i = 0; i < bytes; ++i) {
      if (decoder.push(wire[i]) == Decoder::Event::kFrame) (void)to.receive(decoder.body());
    }
  };
  for (auto _ : state) {
    a.write(payload);
    carry(a, b);
    b.drop(b.bytes().size());
    carry(b, a);
  }
  if (!a.settled()) state.SkipWithError("a frame was lost");
  count(state);
}
BENCHMARK(reliable_frame)->Arg(64)->Arg(490)->Arg(1024);

}  // namespace
}  // namespace hil::frame
