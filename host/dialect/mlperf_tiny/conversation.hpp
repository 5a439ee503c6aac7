// SPDX-License-Identifier: Apache-2.0
// One command at a time, and everything that a board answers to it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/dialect/mlperf_tiny/line_reader.hpp"
#include "host/dialect/mlperf_tiny/reply.hpp"
#include "host/link/link.hpp"

namespace hil::dialect::mlperf_tiny {

/// What went over the line.
struct Traffic {
  std::uint64_t bytes_sent = 0, bytes_received = 0;
  std::uint64_t commands = 0, lines = 0;
  std::uint64_t garbled_lines = 0;  ///< that are no line of this protocol
  std::uint64_t error_replies = 0;  ///< e-[...]
  std::uint64_t lost_replies = 0;   ///< commands that were not answered to the end
  std::uint64_t resyncs = 0;        ///< times both ends had to be brought into step again
  std::uint64_t retries = 0;        ///< samples that were sent again
  std::uint64_t read_backs = 0;     ///< samples that were read back and compared
  std::uint64_t differing_read_backs = 0;
  Deadline::Clock::duration longest_silence{};  ///< of a board that owed an answer and computed not
};

struct TimedReply {
  Reply reply;
  Deadline::Clock::time_point at;  ///< when its last byte was read
};
using Replies = std::vector<TimedReply>;

/// Stop and wait. A fault leaves both ends out of step; settle() and a command whose answer is
/// known bring them together again.
class Conversation {
 public:
  /// @p link must outlive it. @p silence: no byte for so long means that an answer is lost.
  /// @p stopped may be empty; it is asked now and then and ends every call.
  Conversation(Link& link, std::chrono::milliseconds silence, std::function<bool()> stopped);

  /// Sends @p command and gives all replies before its m-ready. With @p computing the board may be
  /// silent for so long between its first reply and the end of the timed window.
  ///   kUser    stopped
  ///   kDevice  the board answered e-[...]
  ///   kLink    silence, a garbled line, answers to something else; or the link is gone
  Result<Replies> exchange(std::string_view command, std::chrono::milliseconds computing = {});

  /// Reads and drops what comes until nothing has come for a quarter of the silence, or until
  /// @p deadline.
  ///   kUser  stopped
  ///   kLink  the link is gone
  Status settle(Deadline deadline);

  /// True once the link is gone or somebody wants to stop: no further try makes sense.
  [[nodiscard]] bool ended() const { return ended_; }
  /// Timestamp mode of the last boot text that was seen; empty if none was.
  [[nodiscard]] const std::string& boot_mode() const { return boot_mode_; }
  [[nodiscard]] std::chrono::milliseconds silence() const { return silence_; }
  [[nodiscard]] Traffic& traffic() { return traffic_; }
  [[nodiscard]] const Traffic& traffic() const { return traffic_; }
  [[nodiscard]] Link& link() { return link_; }

 private:
  struct Answer;

  Status send(std::string_view command);
  /// Bytes that are there before anything was asked are no answer.
  Status check_in_step();
  /// The next line; nothing when @p deadline passes first.
  Result<std::optional<TimedReply>> next(Deadline deadline);
  Result<std::size_t> read(Deadline deadline);
  void count(const Reply& reply);
  Status check_stopped();
  Error end(Error error);

  Link& link_;
  std::chrono::milliseconds silence_;
  std::function<bool()> stopped_;
  LineReader lines_;
  Traffic traffic_;
  Deadline::Clock::time_point last_byte_;
  std::string boot_mode_;
  bool ended_ = false;
};

}  // namespace hil::dialect::mlperf_tiny
