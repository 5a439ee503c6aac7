// SPDX-License-Identifier: Apache-2.0
// Five kinds of garbage.
#include "host/conform/garbage.hpp"

#include <random>

#include "protocol/frame/frame.hpp"

namespace hil::conform {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kRandomBytes = 256;
constexpr std::size_t kFloodBytes = 512;
constexpr std::size_t kTooMany = 200;  // beyond the largest frame
constexpr std::size_t kPayloadBytes = 24;

Bytes random_bytes() {
  std::mt19937 random(1);
  Bytes bytes(kRandomBytes);
  for (std::uint8_t& byte : bytes)
    byte = static_cast<std::uint8_t>(random());
  return bytes;
}

/// A data frame on the line, delimiter included.
Bytes whole_frame() {
  const Bytes payload(kPayloadBytes, 0x55);
  Bytes wire(frame::max_wire_size(payload.size()));
  frame::Header header;
  header.type = frame::Type::kData;
  wire.resize(frame::encode(header, payload, wire));
  return wire;
}

Bytes half_frame() {
  Bytes bytes = whole_frame();
  bytes.resize(bytes.size() / 2);
  return bytes;
}

Bytes wrong_crc() {
  Bytes bytes = whole_frame();
  // In the middle of the payload, where one value of several bits is as good as another; never 0.
  bytes[bytes.size() / 2] ^= 0x03;
  return bytes;
}

Bytes overlong(std::size_t payload_bytes) {
  Bytes bytes(frame::max_wire_size(payload_bytes) + kTooMany, 0xFF);
  bytes.push_back(frame::kDelimiter);
  return bytes;
}

}  // namespace

std::vector<Garbage> all_garbage(std::size_t payload_bytes) {
  return {{"random bytes", random_bytes()},
          {"half a frame", half_frame()},
          {"a flood of zeros", Bytes(kFloodBytes, 0x00)},
          {"a frame with a wrong CRC", wrong_crc()},
          {"an over-long frame", overlong(payload_bytes)}};
}

}  // namespace hil::conform
