// SPDX-License-Identifier: Apache-2.0
// Messages between nanopb's structs and the reliable stream, without a buffer between them.
#pragma once

#include <pb_decode.h>
#include <pb_encode.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/frame/endpoint.hpp"
#include "protocol/frame/message.hpp"

namespace hil::agent {

/// A whole message that waits in the receive ring.
struct Message {
  frame::MessageHead head;
  const frame::ByteRing* ring;
  std::size_t body_at;  ///< bytes from the front of the ring
};

/// Where a bytes field of a message lies in the ring; read it with ring->peek().
struct BytesField {
  std::size_t at = 0;  ///< from the front of the ring
  std::size_t size = 0;
};

/// Makes a nanopb bytes callback note where the field lies. @p where must outlive decode().
void note_place(pb_callback_t& field, BytesField& where);

/// Makes a nanopb bytes callback send @p bytes, which must outlive send(). Nothing if empty.
void send_from(pb_callback_t& field, std::span<const std::uint8_t>& bytes);

/// Decodes the body. False if it is not such a message or a string is longer than its static size.
bool decode(const Message& message, const pb_msgdesc_t* fields, void* out);
template <class M>
bool decode(const Message& message, M& out) {
  return decode(message, nanopb::MessageDescriptor<M>::fields(), &out);
}

enum class Sent : std::uint8_t {
  kYes,
  kNoRoom,   ///< not now: the peer has to acknowledge first
  kTooLong,  ///< never: longer than @p most
};

/// Appends a message to the stream of @p link unless it is longer than @p most bytes with its head
/// or has no room. head.body_bytes is filled in.
Sent send(frame::Endpoint& link, std::size_t most, frame::MessageHead head,
          const pb_msgdesc_t* fields, const void* message);

}  // namespace hil::agent
