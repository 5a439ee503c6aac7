// SPDX-License-Identifier: Apache-2.0
// One end of a link with memory of its own, for tests that join two of them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/frame/ahead.hpp"
#include "protocol/frame/decoder.hpp"
#include "protocol/frame/endpoint.hpp"

namespace hil::frame::test {

using Bytes = std::vector<std::uint8_t>;

/// Endpoint, decoder and their memory. @p SenderType: whose end it is.
template <class SenderType>
struct BasicEnd {
  /// @p keeps_ahead: takes frames in any order.
  explicit BasicEnd(const Limits& own, bool keeps_ahead = false)
      : limits(own),
        slots(std::size_t{own.window} * slot_bytes(own.payload_bytes)),
        lengths(own.window),
        receive(std::size_t{own.window} * own.payload_bytes),
        decoder_memory(body_size(std::max<std::size_t>(own.payload_bytes, kMostControlBytes))),
        decoder(decoder_memory),
        endpoint({slots, lengths, receive, keeps_ahead ? &ahead : nullptr}) {}
  BasicEnd(const BasicEnd&) = delete;
  BasicEnd& operator=(const BasicEnd&) = delete;

  /// The next frame as it goes on the line, if any.
  std::optional<Bytes> next(bool idle = true) {
    Outgoing out;
    if (!endpoint.next(out, idle)) return std::nullopt;
    return wire_of(out.header, out.payload);
  }
  static Bytes wire_of(const Header& header, std::span<const std::uint8_t> payload) {
    Bytes wire(max_wire_size(payload.size()));
    wire.resize(encode(header, payload, wire));
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

  static constexpr std::size_t slot_bytes(std::size_t payload_bytes) {
    if constexpr (SenderType::kSelective) return SenderType::slot_size(payload_bytes);
    return payload_bytes;
  }

  Limits limits;
  KeptAhead ahead;
  Bytes slots;
  std::vector<typename SenderType::Slot> lengths;
  Bytes receive;
  Bytes decoder_memory;
  Decoder decoder;
  BasicEndpoint<SenderType> endpoint;
};

using End = BasicEnd<Sender>;
using HostEnd = BasicEnd<SelectiveSender>;

template <class A, class B>
void open_both(A& a, B& b, std::uint32_t session = 0x12345678) {
  a.endpoint.open(session, a.limits, b.limits, b.endpoint.abilities());
  b.endpoint.open(session, b.limits, a.limits, a.endpoint.abilities());
}

}  // namespace hil::frame::test
