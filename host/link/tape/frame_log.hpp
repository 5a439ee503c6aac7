// SPDX-License-Identifier: Apache-2.0
// The frames on a tape, both ways, and the messages in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/link/tape/format.hpp"
#include "protocol/frame/decoder.hpp"
#include "protocol/frame/frame.hpp"
#include "protocol/frame/message.hpp"

namespace hil::tape {

/// A whole message of the stream, or of a datagram.
struct LoggedMessage {
  frame::MessageHead head;
  std::vector<std::uint8_t> body;
};

/// Bytes up to a delimiter: a frame, or what came instead of one.
struct LoggedFrame {
  std::uint64_t at_ns = 0;  ///< when its last byte passed
  bool to_board = false;
  frame::Decoder::Event event = frame::Decoder::Event::kFrame;
  std::size_t line_bytes = 0;  ///< with its delimiter
  frame::Header header;        ///< of kFrame, like what follows
  std::vector<std::uint8_t> payload;
  /// Data and datagrams: how many numbers before it were not heard; above 127 it is an old one
  /// again.
  std::uint8_t missing = 0;
  std::vector<LoggedMessage> messages;  ///< those that end in it
  std::size_t message_bytes = 0;        ///< of the one that goes on behind it: there so far
};

/// Of one direction.
struct FrameCounts {
  std::uint64_t bytes = 0, frames = 0, data_frames = 0, data_bytes = 0;
  std::uint64_t again = 0;  ///< data frames that had passed before
  std::uint64_t gaps = 0;   ///< data frames and datagrams that came too early
  std::uint64_t crc_errors = 0, malformed = 0;
  std::uint64_t acks = 0, polls = 0, datagrams = 0;
};

/// Takes a tape's records in order. Pure; bounded by the largest frame and message.
class FrameLog {
 public:
  FrameLog();
  /// The frames that end in @p record (kOut or kIn), in order.
  std::vector<LoggedFrame> take(const Record& record);

  [[nodiscard]] const FrameCounts& to_board() const { return to_board_.counts; }
  [[nodiscard]] const FrameCounts& from_board() const { return from_board_.counts; }

 private:
  struct Lane {
    Lane();
    std::vector<std::uint8_t> buffer;
    frame::Decoder decoder;
    std::vector<std::uint8_t> stream;  ///< of the message that is not whole yet
    std::uint8_t next_seq = 0, next_datagram = 0;
    FrameCounts counts;
  };
  LoggedFrame frame_of(Lane& lane, frame::Decoder::Event event);
  void take_data(Lane& lane, LoggedFrame& frame);
  void take_datagram(Lane& lane, LoggedFrame& frame);
  void count(Lane& lane, const LoggedFrame& frame);
  void reset_numbers();

  Lane to_board_, from_board_;
  std::uint32_t session_ = 0;
};

}  // namespace hil::tape
