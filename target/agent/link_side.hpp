// SPDX-License-Identifier: Apache-2.0
// The agent's end of the line: bytes to frames, the handshake, and frames to bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/frame/control.hpp"
#include "protocol/frame/decoder.hpp"
#include "protocol/frame/endpoint.hpp"

namespace hil::agent {

/// Never waits and has no clock: whoever owns the loop calls take_input() and send_output().
class LinkSide {
 public:
  struct Memory {
    std::span<std::uint8_t> input;    ///< taken from the port at once
    std::span<std::uint8_t> decoder;  ///< body_size() of the largest frame that may come
    std::span<std::uint8_t> wire;     ///< max_wire_size() of the largest frame that may go
    frame::Endpoint::Memory endpoint;
  };
  constexpr LinkSide(const Memory& memory, const frame::Limits& own)
      : input_(memory.input),
        wire_(memory.wire),
        frames_per_window_(memory.endpoint.send_lengths.size()),
        decoder_(memory.decoder),
        endpoint_(memory.endpoint),
        own_(own) {}

  /// Tells the host, if there is one, that the agent has started and knows no session.
  void start() { reset_due_ = true; }

  /// Takes what the port has (bounded); true if any byte came.
  bool take_input();
  /// Sends what is due and the port takes; true if any byte went. @p idle: nothing that would carry
  /// an acknowledgement is about to be sent.
  bool send_output(bool idle);

  [[nodiscard]] frame::Endpoint& endpoint() { return endpoint_; }
  [[nodiscard]] const frame::Endpoint& endpoint() const { return endpoint_; }
  /// Changes whenever a session begins or ends.
  [[nodiscard]] std::uint32_t generation() const { return generation_; }
  [[nodiscard]] const frame::Limits& own() const { return own_; }
  /// Largest message, head included, that the peer takes and the send memory can hold.
  [[nodiscard]] std::size_t most_message() const { return most_message_; }
  /// When the last bytes came, in port::ticks().
  [[nodiscard]] std::uint64_t input_ticks() const { return input_ticks_; }

  /// When bytes last came or went, in port::ticks().
  [[nodiscard]] std::uint64_t moved_ticks() const { return moved_ticks_; }
  /// True when the port has taken all that was to be sent, and the peer has acknowledged it.
  [[nodiscard]] bool at_rest() const { return wire_first_ == wire_end_ && endpoint_.settled(); }

  /// Sets the line to @p baud (one of port::bauds(), or 0 for the first rate) as soon as the peer
  /// has all that was sent, an answer to this wish included; never, if another session replaces
  /// this one before. The first rate comes back when the session is closed, and when
  /// frame::kMostUnheardBytes came without a good frame.
  void change_rate(std::uint32_t baud);

  /// Announces the longest silence to expect from now on, in milliseconds; 0: back to normal.
  void announce_busy(std::uint32_t quiet_ms);
  /// Largest message that fits a datagram: the peer takes it, and our memory for frames holds it.
  [[nodiscard]] std::size_t most_datagram() const {
    return std::min(own_.payload_bytes, peer_.payload_bytes);
  }

 private:
  void take_frame(std::span<const std::uint8_t> body);
  void take_open(const frame::Header& header);
  void take_close(const frame::Header& header);
  void start_session(const frame::Open& open);
  void refuse(const frame::Header& header, frame::CloseReason reason);
  bool load_wire(bool idle);
  bool load_control();
  bool load_datagram();
  void load(const frame::Header& header, std::span<const std::uint8_t> payload);
  bool flush();
  void set_rate(std::uint32_t baud);
  std::span<const std::uint8_t> write_accept(std::span<std::uint8_t> out) const;

  std::span<std::uint8_t> input_;
  std::span<std::uint8_t> wire_;
  std::size_t frames_per_window_;
  std::size_t wire_first_ = 0;  ///< bytes [first, end) of wire_ wait for the port
  std::size_t wire_end_ = 0;
  frame::Decoder decoder_;
  frame::Endpoint endpoint_;
  frame::Limits own_;
  frame::Limits peer_;
  std::size_t most_message_ = 0;
  std::uint64_t input_ticks_ = 0;
  std::uint64_t moved_ticks_ = 0;
  std::uint32_t generation_ = 0;
  std::uint32_t replaced_session_ = 0;  ///< a late open of it is not a new one; 0: none
  std::uint32_t quiet_ms_ = 0;
  std::uint32_t next_baud_ = 0;
  std::uint16_t unheard_bytes_ = 0;  ///< came since the last good frame
  std::uint8_t refused_session_ = 0;
  frame::CloseReason refuse_reason_ = frame::CloseReason::kDone;
  bool reset_due_ = false;
  bool accept_due_ = false;
  bool close_due_ = false;
  bool busy_due_ = false;
  bool rate_due_ = false;
  bool raised_ = false;  ///< the rate is not the one that the line started with
};

}  // namespace hil::agent
