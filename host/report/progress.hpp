// SPDX-License-Identifier: Apache-2.0
// How far a run has come, with rate and time left, for a terminal or a log.
#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

namespace hil::report {

/// Where progress goes and how.
struct ProgressStyle {
  bool terminal = false;   ///< one line, rewritten in place; else plain lines, one per 10 %
                           ///< but at most five a second, so that a short run does not chatter
  std::size_t width = 80;  ///< columns of the terminal
};

/// The style for a descriptor of this process: whether it is a terminal and how wide (80 if that
/// cannot be told).
ProgressStyle style_of(int descriptor);

/// What is counted.
enum class ProgressUnit : std::uint8_t {
  kThings,
  kMilliseconds,  ///< of a time that was planned: "quiet runs 1.8 of 12.3 s (14 %), 0:11 left"
};

/// Says how many of a known number are done: "evaluate 412 of 1,000 (41 %), 312/s, 0:02 left".
/// The rate is the mean since the start. All times come from the caller's clock or the steady one.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  /// Nothing is written yet. @p out (usually standard error) outlives this object.
  Progress(std::ostream& out, ProgressStyle style, std::string_view what, std::uint64_t total,
           Clock::time_point start = Clock::now(), ProgressUnit unit = ProgressUnit::kThings);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Ends an open line on the terminal, so that what follows starts on a new one.
  ~Progress();

  /// @p done of all are done. On a terminal the line is rewritten at most ten times a second.
  void update(std::uint64_t done, Clock::time_point now = Clock::now());

  /// Writes @p text (control characters as '?') as a line of its own above the progress.
  void note(std::string_view text);

  /// Last word: "evaluate 1,000 of 1,000 in 3.2 s (312/s)". Later calls do nothing.
  void finish(Clock::time_point now = Clock::now());

 private:
  [[nodiscard]] std::string line_at(Clock::time_point now) const;
  [[nodiscard]] std::string done_of_all() const;
  void rewrite(const std::string& line);

  std::ostream& out_;
  ProgressStyle style_;
  std::string what_;
  std::uint64_t total_;
  Clock::time_point start_;
  ProgressUnit unit_;
  std::uint64_t done_ = 0;
  std::uint64_t next_tenth_ = 1;    ///< next multiple of 10 % that is worth a plain line
  Clock::time_point next_line_;     ///< earliest time of the next plain line
  Clock::time_point next_rewrite_;  ///< of the terminal line
  std::string shown_;               ///< what stands on the terminal line now
  bool finished_ = false;
};

}  // namespace hil::report
