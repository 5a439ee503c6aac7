// SPDX-License-Identifier: Apache-2.0
// One end of a link with memory of its own, for tests that join two of them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/frame/decoder.hpp"
#include "protocol/frame/endpoint.hpp"

namespace hil::frame::test {

using Bytes = std::vector<std::uint8_t>;

/// Endpoint, decoder and their memory.
struct End {
  explicit End(const Limits& own)
      : limits(own),
        slots(std::size_t{own.window} * own.payload_bytes),
        lengths(own.window),
        receive(std::size_t{own.window} * own.payload_bytes),
        decoder_memory(body_size(std::max<std::size_t>(own.payload_bytes, kMostControlBytes))),
        decoder(decoder_memory),
        endpoint({slots, lengths, receive}) {}

  /// The next frame as it goes on the line, if any.
  std::optional<Bytes> next(bool idle = true) {
    Endpoint::Outgoing out;
    if (!endpoint.next(out, idle)) return std::nullopt;
    Bytes wire(max_wire_size(out.payload.size()));
    wire.resize(encode(out.header, out.payload, wire));
    return wire;
  }
  /// Takes bytes of the line; the last thing they were.
  Received take(const Bytes& wire) {
    Received last = Received::kNothing;
    for (const std::uint8_t byte : wire) {
      if (decoder.push(byte) == Decoder::Event::kFrame) last = endpoint.receive(decoder.body());
    }
    return last;
  }
  /// Removes and returns up to @p most received bytes.
  Bytes read(std::size_t most = SIZE_MAX) {
    Bytes bytes(std::min(most, endpoint.bytes().size()));
    endpoint.bytes().peek(0, bytes);
    endpoint.drop(bytes.size());
    return bytes;
  }

  Limits limits;
  Bytes slots;
  std::vector<std::uint16_t> lengths;
  Bytes receive;
  Bytes decoder_memory;
  Decoder decoder;
  Endpoint endpoint;
};

inline void open_both(End& a, End& b, std::uint32_t session = 0x12345678) {
  a.endpoint.open(session, a.limits, b.limits);
  b.endpoint.open(session, b.limits, a.limits);
}

}  // namespace hil::frame::test
