// SPDX-License-Identifier: Apache-2.0
// The four bytes in front of every message of the reliable stream and of every datagram.
#pragma once

#include <cstdint>
#include <span>

#include "protocol/frame/bytes.hpp"
#include "protocol/messages/ids.hpp"

namespace hil::frame {

inline constexpr std::size_t kMessageHeadBytes = 4;
inline constexpr std::uint8_t kMostCallId = 63;

/// u16 body size; service (high 5 bits) and method; kind (high 2 bits) and call id.
struct MessageHead {
  std::uint16_t body_bytes = 0;
  Service service = Service::kHello;
  std::uint8_t method = 0;  ///< 0..7
  Kind kind = Kind::kRequest;
  std::uint8_t call = 0;  ///< 0..63; replies and streams repeat the request's
};

constexpr void write(const MessageHead& head, std::span<std::uint8_t, kMessageHeadBytes> out) {
  out[0] = static_cast<std::uint8_t>(head.body_bytes & 0xFFu);
  out[1] = static_cast<std::uint8_t>(head.body_bytes >> 8);
  out[2] = static_cast<std::uint8_t>((static_cast<unsigned>(head.service) << 3) | head.method);
  out[3] = static_cast<std::uint8_t>((static_cast<unsigned>(head.kind) << 6) | head.call);
}

constexpr MessageHead read_message_head(std::span<const std::uint8_t, kMessageHeadBytes> in) {
  MessageHead head;
  head.body_bytes = static_cast<std::uint16_t>(in[0] | (in[1] << 8));
  head.service = static_cast<Service>(in[2] >> 3);
  head.method = in[2] & 7u;
  head.kind = static_cast<Kind>(in[3] >> 6);
  head.call = in[3] & 63u;
  return head;
}

}  // namespace hil::frame
