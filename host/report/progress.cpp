// SPDX-License-Identifier: Apache-2.0
// How far a run has come, with rate and time left, for a terminal or a log.
#include "host/report/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmath>
#include <utility>

#include "host/report/text.hpp"

namespace hil::report {
namespace {

constexpr auto kRewriteEvery = std::chrono::milliseconds(100);
constexpr auto kLineEvery = std::chrono::milliseconds(200);

double seconds_between(Progress::Clock::time_point from, Progress::Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

/// "0:07", "12:34", "3:00:59".
std::string clock_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::ceil(std::min(seconds, 359'999'999.0)));
  const std::uint64_t hours = whole / 3600;
  if (hours == 0) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", hours, whole / 60 % 60, whole % 60);
}

/// "312/s", "4.2/s", "0.05/s".
std::string rate_text(double per_second) {
  return fmt::format(fmt::runtime(per_second >= 10 ? "{:.0f}/s" : "{:.2g}/s"), per_second);
}

/// @p done * @p parts / @p total, rounded down, without overflow.
std::uint64_t part_of(std::uint64_t done, std::uint64_t total, double parts) {
  if (done >= total) return static_cast<std::uint64_t>(parts);
  return static_cast<std::uint64_t>(static_cast<double>(done) / static_cast<double>(total) * parts);
}

}  // namespace

ProgressStyle style_of(int descriptor) {
  ProgressStyle style;
  style.terminal = ::isatty(descriptor) == 1;
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.width = size.ws_col;
  return style;
}

Progress::Progress(std::ostream& out, ProgressStyle style, std::string_view what,
                   std::uint64_t total, Clock::time_point start, ProgressUnit unit)
    : out_(out),
      style_(style),
      what_(printable(what)),
      total_(total),
      start_(start),
      unit_(unit),
      next_line_(start + kLineEvery),
      next_rewrite_(start) {}

Progress::~Progress() {
  if (!shown_.empty()) out_ << "\n" << std::flush;
}

std::string Progress::done_of_all() const {
  if (unit_ == ProgressUnit::kThings) {
    return fmt::format("{} {} of {}", what_, grouped(done_), grouped(total_));
  }
  const auto seconds = [](std::uint64_t ms) { return static_cast<double>(ms) / 1e3; };
  return fmt::format("{} {:.1f} of {:.1f} s", what_, seconds(done_), seconds(total_));
}

std::string Progress::line_at(Clock::time_point now) const {
  std::string line = fmt::format("{} ({} %)", done_of_all(), part_of(done_, total_, 100));
  const double elapsed_s = seconds_between(start_, now);
  if (done_ == 0 || elapsed_s <= 0) return line;
  const double per_second = static_cast<double>(done_) / elapsed_s;
  const double left_s = static_cast<double>(total_ - std::min(done_, total_)) / per_second;
  const std::string rate =
      unit_ == ProgressUnit::kThings ? rate_text(per_second) + ", " : std::string();
  return fmt::format("{}, {}{} left", line, rate, clock_text(left_s));
}

void Progress::rewrite(const std::string& line) {
  // The last column stays free: a character there makes some terminals wrap.
  shown_ = fitted(line, style_.width - 1);
  out_ << "\r" << shown_ << "\x1b[K" << std::flush;  // EL, ECMA-48: clears the rest of the line
}

void Progress::update(std::uint64_t done, Clock::time_point now) {
  if (finished_) return;
  done_ = done;
  if (style_.terminal) {
    if (now < next_rewrite_) return;
    next_rewrite_ = now + kRewriteEvery;
    rewrite(line_at(now));
    return;
  }
  const std::uint64_t tenth = part_of(done_, total_, 10);
  if (tenth < next_tenth_ || now < next_line_) return;
  next_tenth_ = tenth + 1;
  next_line_ = now + kLineEvery;
  if (done_ < total_) out_ << line_at(now) << "\n" << std::flush;  // finish() has the last word
}

void Progress::note(std::string_view text) {
  if (shown_.empty()) {
    out_ << printable(text) << "\n" << std::flush;
    return;
  }
  out_ << "\r\x1b[K" << printable(text) << "\n" << shown_ << std::flush;
}

void Progress::finish(Clock::time_point now) {
  if (std::exchange(finished_, true)) return;
  const double elapsed_s = seconds_between(start_, now);
  std::string line = fmt::format("{} in {:.1f} s", done_of_all(), elapsed_s);
  if (unit_ == ProgressUnit::kThings && done_ > 0 && elapsed_s > 0) {
    line += fmt::format(" ({})", rate_text(static_cast<double>(done_) / elapsed_s));
  }
  if (style_.terminal) {
    rewrite(line);
    out_ << "\n" << std::flush;
  } else {
    out_ << line << "\n" << std::flush;
  }
  shown_.clear();
}

}  // namespace hil::report
