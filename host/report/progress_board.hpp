// SPDX-License-Identifier: Apache-2.0
// How far each of several boards has come, a line per board, for a terminal or a log.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace hil::report {

/// Where the lines go and how.
struct BoardProgressStyle {
  /// A block of lines rewritten in place. Else plain lines that begin with the board: of up to
  /// eight boards one per step and 10 % (but at most one in 200 ms of each board), of more of them
  /// only how each ended.
  bool terminal = false;
  std::size_t width = 80;  ///< columns of the terminal
  std::size_t rows = 24;   ///< lines of the terminal
};

/// The style for a descriptor of this process; 80 by 24 if that can't be told.
BoardProgressStyle board_style_of(int descriptor);

/// The lines of boards that run side by side. On a terminal all of them if they fit; else those
/// under way, as many as fit, and a last line "61 of 64 done". All times come from the caller's
/// clock or the steady one. Thread-safe.
class BoardProgress {
 public:
  using Clock = std::chrono::steady_clock;

  /// Nothing is written yet. @p out (usually standard error) outlives this object.
  BoardProgress(std::ostream& out, BoardProgressStyle style, std::vector<std::string> names);
  BoardProgress(const BoardProgress&) = delete;
  BoardProgress& operator=(const BoardProgress&) = delete;
  /// As finish().
  ~BoardProgress();

  /// Board @p board (an index into the names) does @p what now: "flashing the agent: program".
  void say(std::size_t board, std::string_view what, Clock::time_point now = Clock::now());

  /// In phase @p phase of board @p board @p done of @p total are done. A terminal is written to at
  /// most ten times a second.
  void update(std::size_t board, std::string_view phase, std::uint64_t done, std::uint64_t total,
              Clock::time_point now = Clock::now());

  /// Board @p board has ended as @p how says: "pass, 360 of 360 in 3.2 s".
  void end(std::size_t board, std::string_view how, Clock::time_point now = Clock::now());

  /// Draws for the last time; what is written next begins on a new line. Later calls of all do
  /// nothing.
  void finish();

 private:
  enum class State : std::uint8_t { kWaiting, kActive, kEnded };
  struct Line {
    std::string name;
    State state = State::kWaiting;
    std::string what;
    std::string phase;  ///< of update(); empty after say()
    std::uint64_t done = 0, total = 0;
    std::uint64_t next_tenth = 1;
    Clock::time_point phase_start{};
    Clock::time_point next_line{};  ///< earliest time of the next one in a log
  };

  [[nodiscard]] std::string text_of(const Line& line, Clock::time_point now) const;
  [[nodiscard]] std::vector<std::string> block(Clock::time_point now) const;
  [[nodiscard]] std::string summary() const;
  void draw(Clock::time_point now);
  void write_line(const Line& line, std::string_view text);

  std::ostream& out_;
  const BoardProgressStyle style_;
  std::mutex mutex_;
  std::vector<Line> lines_;
  std::size_t name_width_ = 0;
  std::size_t ended_ = 0;
  std::size_t drawn_ = 0;  ///< lines of the block on the terminal
  Clock::time_point next_draw_{};
  Clock::time_point last_{};  ///< the newest time given
  bool finished_ = false;
};

}  // namespace hil::report
