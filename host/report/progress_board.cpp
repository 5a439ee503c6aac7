// SPDX-License-Identifier: Apache-2.0
// BoardProgress: composing lines, and rewriting a block of them in place.
#include "host/report/progress_board.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "host/report/text.hpp"

namespace hil::report {
namespace {

constexpr auto kDrawEvery = std::chrono::milliseconds(100);
constexpr auto kLineEvery = std::chrono::milliseconds(200);
/// In a log: up to so many boards say how far they are.
constexpr std::size_t kTalkative = 8;

double seconds_between(BoardProgress::Clock::time_point from, BoardProgress::Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

std::uint64_t tenths_of(std::uint64_t done, std::uint64_t total) {
  if (total == 0 || done >= total) return 10;
  return static_cast<std::uint64_t>(static_cast<double>(done) / static_cast<double>(total) * 10);
}

/// "0:07", "12:34".
std::string minutes_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::ceil(std::min(seconds, 3'599'999.0)));
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

/// ", 312/s, 0:02 left"; empty before anything is done.
std::string rate_text(std::uint64_t done, std::uint64_t total, double elapsed_s) {
  if (done == 0 || elapsed_s <= 0 || done >= total) return "";
  const double per_second = static_cast<double>(done) / elapsed_s;
  const double left_s = static_cast<double>(total - done) / per_second;
  const std::string rate =
      per_second >= 10 ? fmt::format("{:.0f}/s", per_second) : fmt::format("{:.2g}/s", per_second);
  return fmt::format(", {}, {} left", rate, minutes_text(left_s));
}

}  // namespace

BoardProgressStyle board_style_of(int descriptor) {
  BoardProgressStyle style;
  style.terminal = ::isatty(descriptor) == 1;
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0) {
    if (size.ws_col > 0) style.width = size.ws_col;
    if (size.ws_row > 0) style.rows = size.ws_row;
  }
  return style;
}

BoardProgress::BoardProgress(std::ostream& out, BoardProgressStyle style,
                             std::vector<std::string> names)
    : out_(out), style_(style) {
  for (const std::string& name : names) {
    Line line;
    line.name = printable(name);
    line.what = "waiting for its turn";
    name_width_ = std::max(name_width_, width_of(line.name));
    lines_.push_back(std::move(line));
  }
}

BoardProgress::~BoardProgress() {
  finish();
}

void BoardProgress::say(std::size_t board, std::string_view what, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (finished_ || what.empty()) return;
  Line& line = lines_.at(board);
  const std::string before = std::exchange(line.what, printable(what));
  line.state = State::kActive;
  line.phase.clear();
  last_ = now;
  if (style_.terminal) return draw(now);
  // "flashing the agent: verify": without its steps, and once.
  const auto head = [](const std::string& text) { return text.substr(0, text.find(':')); };
  if (lines_.size() > kTalkative || head(before) == head(line.what)) return;
  write_line(line, head(line.what) + " ...");
}

void BoardProgress::update(std::size_t board, std::string_view phase, std::uint64_t done,
                           std::uint64_t total, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (finished_) return;
  Line& line = lines_.at(board);
  if (line.phase != phase) {
    line.phase = phase;
    line.phase_start = now;
    line.next_tenth = 1;
    line.next_line = now + kLineEvery;
  }
  line.state = State::kActive;
  line.done = done;
  line.total = total;
  last_ = now;
  if (style_.terminal) {
    if (now >= next_draw_) draw(now);
    return;
  }
  const std::uint64_t tenth = tenths_of(done, total);
  if (lines_.size() > kTalkative || tenth < line.next_tenth || done >= total) return;
  if (now < line.next_line) return;
  line.next_tenth = tenth + 1;
  line.next_line = now + kLineEvery;
  write_line(line, text_of(line, now));
}

void BoardProgress::end(std::size_t board, std::string_view how, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  Line& line = lines_.at(board);
  if (finished_ || line.state == State::kEnded) return;
  line.state = State::kEnded;
  line.phase.clear();
  line.what = printable(how);
  ++ended_;
  last_ = now;
  if (style_.terminal) return draw(now);
  write_line(line, fmt::format("{} ({})", line.what, summary()));
}

void BoardProgress::finish() {
  const std::lock_guard lock(mutex_);
  if (finished_) return;
  if (style_.terminal && drawn_ > 0) draw(last_);
  finished_ = true;
}

std::string BoardProgress::summary() const {
  return fmt::format("{} of {} done", ended_, lines_.size());
}

std::string BoardProgress::text_of(const Line& line, Clock::time_point now) const {
  if (line.phase.empty()) return line.what;
  const std::uint64_t percent =
      line.total == 0 ? 100
                      : static_cast<std::uint64_t>(100.0 * static_cast<double>(line.done) /
                                                   static_cast<double>(line.total));
  return fmt::format("{} {} of {} ({} %){}", line.phase, grouped(line.done), grouped(line.total),
                     std::min<std::uint64_t>(percent, 100),
                     rate_text(line.done, line.total, seconds_between(line.phase_start, now)));
}

std::vector<std::string> BoardProgress::block(Clock::time_point now) const {
  // The cursor stands on a line of its own below the block.
  const bool all = lines_.size() + 1 <= style_.rows;
  const std::size_t most = all ? lines_.size() : std::max<std::size_t>(style_.rows, 3) - 2;
  std::vector<std::string> texts;
  for (const Line& line : lines_) {
    if (texts.size() == most) break;
    if (!all && line.state != State::kActive) continue;
    texts.push_back(
        fmt::format("{}  {}", left_aligned(line.name, name_width_), text_of(line, now)));
  }
  if (!all) texts.push_back(summary());
  return texts;
}

void BoardProgress::draw(Clock::time_point now) {
  next_draw_ = now + kDrawEvery;
  // Control sequences of ECMA-48: CUU goes up, EL clears the rest of a line, ED that of the screen.
  std::string text = drawn_ > 0 ? fmt::format("\x1b[{}A\r", drawn_) : "";
  const std::vector<std::string> texts = block(now);
  for (const std::string& line : texts) {
    // The last column stays free: a character there makes some terminals wrap.
    text += fitted(line, style_.width - 1) + "\x1b[K\n";
  }
  if (texts.size() < drawn_) text += "\x1b[J";
  drawn_ = texts.size();
  out_ << text << std::flush;
}

void BoardProgress::write_line(const Line& line, std::string_view text) {
  out_ << line.name << ": " << text << "\n" << std::flush;
}

}  // namespace hil::report
