// SPDX-License-Identifier: Apache-2.0
// The frame: COBS(header, payload, CRC-32) and a delimiter. Nothing smaller travels on the line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/frame/bytes.hpp"
#include "protocol/frame/cobs.hpp"
#include "protocol/frame/crc32.hpp"

namespace hil::frame {

inline constexpr std::uint8_t kLinkVersion = 1;  ///< high nibble of every frame's first byte

/// Low nibble of a frame's first byte. Numbers never change meaning.
enum class Type : std::uint8_t {
  kOpen = 0,      ///< host: start a session (layout frozen over all link versions)
  kAccept = 1,    ///< agent: the answer to open
  kClose = 2,     ///< either: the session ends, with a reason (layout frozen)
  kAck = 3,       ///< either: acknowledgement, perhaps with a request to resend
  kPoll = 4,      ///< host: answer with an ack at once, and resend what is not acknowledged
  kBusy = 5,      ///< agent: may be silent for so many milliseconds from now on
  kData = 8,      ///< reliable, in order, exactly once
  kDatagram = 9,  ///< one message, may be lost; its own sequence counts the loss
  kPlaced = 10,   ///< host: data whose payload begins with its place in the stream (u16)
  kReset = 15,    ///< agent: there is no session (it restarted)
};

/// The first five bytes of every frame.
struct Header {
  std::uint8_t version = kLinkVersion;
  Type type = Type::kAck;
  std::uint8_t session = 0;  ///< low byte of the session id
  std::uint8_t seq = 0;      ///< data, datagram: own number; else the next data frame's number
  std::uint8_t ack = 0;      ///< number of the next data frame that is expected
  std::uint8_t window = 0;   ///< data frames from `ack` on that can be taken
};

inline constexpr std::size_t kHeaderBytes = 5;
inline constexpr std::size_t kCrcBytes = 4;

/// Bytes of a frame before stuffing.
constexpr std::size_t body_size(std::size_t payload_bytes) {
  return kHeaderBytes + payload_bytes + kCrcBytes;
}
/// Bytes of a frame on the line at most, delimiter included.
constexpr std::size_t max_wire_size(std::size_t payload_bytes) {
  return cobs_max_size(body_size(payload_bytes)) + 1;
}

/// Writes one frame to @p out (at least max_wire_size(payload.size()) bytes); returns its size.
constexpr std::size_t encode(const Header& header, std::span<const std::uint8_t> payload,
                             std::span<std::uint8_t> out) {
  const std::uint8_t head[kHeaderBytes] = {
      static_cast<std::uint8_t>((header.version << 4) | static_cast<std::uint8_t>(header.type)),
      header.session, header.seq, header.ack, header.window};
  Crc32 crc;
  crc.update(head);
  crc.update(payload);
  CobsWriter writer(out);
  writer.push(head);
  writer.push(payload);
  for (unsigned shift = 0; shift < 32; shift += 8) {
    writer.push(static_cast<std::uint8_t>(crc.value() >> shift));
  }
  return writer.finish();
}

/// The header at the start of @p body (a Decoder's body, so at least kHeaderBytes long).
constexpr Header header_of(std::span<const std::uint8_t> body) {
  return Header{static_cast<std::uint8_t>(body[0] >> 4),
                static_cast<Type>(body[0] & 0x0Fu),
                body[1],
                body[2],
                body[3],
                body[4]};
}

}  // namespace hil::frame
