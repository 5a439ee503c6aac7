// SPDX-License-Identifier: Apache-2.0
// A replay by what is said, for a host that looks at link and clock at other moments than the
// recorded one did.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/link/tape/format.hpp"
#include "host/link/tape/host_frames.hpp"
#include "host/link/tape/reader.hpp"

namespace hil::tape {

/// How much of a tape has been replayed already.
struct Replayed {
  std::size_t outputs = 0;   ///< records kOut
  std::size_t inputs = 0;    ///< records that are is_input()
  std::size_t stamps = 0;    ///< records kStamp
  std::size_t outsides = 0;  ///< notes "outside"
};

/// True if @p record is one that the replay hands out: bytes, an error, a signal, or a change of
/// the link's name or rate.
bool is_input(const Record& record);
/// True if @p record is a note of that name.
bool is_note(const Record& record, const char* name);

/// Plays the board's side of the link layer on a line without faults: acknowledges what the host
/// sends, answers its polls, and gives each of the board's frames, with numbers that fit, as soon
/// as the host has said all that it had said before that on the tape. Compares what it says.
class FrameReplay {
 public:
  /// Reads all of @p reader, a tape from its start, and skips what has been @p replayed.
  FrameReplay(Reader reader, const Replayed& replayed);

  /// The host wrote @p bytes, behind what it had @p replayed.
  void take(std::span<const std::uint8_t> bytes);

  /// Bytes that the board sends at once: acknowledgements; empty: none are due.
  std::vector<std::uint8_t> take_answer();
  /// What comes next on the tape, if the host has said what comes before: kIn with a whole frame,
  /// or another record; null if it has not, or at the end.
  [[nodiscard]] const Record* next_input() const;
  Record take_input();
  /// No more inputs are on the tape.
  [[nodiscard]] bool at_end() const { return inputs_.empty(); }

  /// The next ones of these; nothing at the end.
  std::optional<std::uint64_t> take_stamp();
  std::optional<std::string> take_outside();

  /// The first thing that the tape has otherwise, in words; empty: none so far.
  [[nodiscard]] const std::string& difference() const { return difference_; }
  /// True if that is only that the tape has no more.
  [[nodiscard]] bool ran_out() const { return ran_out_; }
  /// What the host has left unsaid of the tape, in words; empty: nothing.
  [[nodiscard]] std::string unsaid() const;

 private:
  /// What the host says in one session on the tape.
  struct Session {
    std::vector<std::uint8_t> open;  ///< payload; empty: from before the tape's first opening
    std::vector<std::uint8_t> stream;
  };
  /// A place in all that the host says.
  struct Place {
    std::size_t session = 0, byte = 0;
    auto operator<=>(const Place&) const = default;
  };
  struct Input {
    Place after;  ///< what the host said before it
    Record record;
  };
  class Boards;  // frames of the board while the tape is read

  void add_host(const Record& record, HostFrames& frames);
  void compare(const HostFrame& frame);
  void compare_open(const HostFrame& frame);
  void compare_stream(const HostFrame& frame);
  void run_out(const std::string& words);
  void say_difference(const std::string& words);

  std::vector<Session> taped_{1};
  std::deque<Input> inputs_;
  std::deque<std::uint64_t> stamps_;
  std::deque<std::string> outsides_;
  HostFrames host_;
  Place at_;
  std::size_t frames_ = 0;      ///< of the host that counted
  std::uint8_t board_seq_ = 0;  ///< of the board's next data frame
  std::uint8_t told_ack_ = 0;   ///< what the host knows to be acknowledged
  bool first_answer_ = true;    ///< the host may be in the middle of a frame
  std::string difference_;
  bool ran_out_ = false;
};

}  // namespace hil::tape
