// SPDX-License-Identifier: Apache-2.0
// Scenario: its pieces, played forward, and their integral.
#include "host/emulate/meter/scenario.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hil::emulate {
namespace {

constexpr double kPerSecond = 1e12;
constexpr std::uint8_t kRegion = 1, kInference = 2;

}  // namespace

Scenario::Picoseconds Scenario::picoseconds(double seconds) {
  return std::max<Picoseconds>(0, std::llround(seconds * kPerSecond));
}

Scenario& Scenario::append(const Piece& piece) {
  if (piece.length == 0) return *this;
  pieces_.push_back(piece);
  pieces_.back().begin = end_;
  pieces_.back().pins = next_pins_;
  end_ += piece.length;
  return *this;
}

Scenario& Scenario::constant(double amps, double seconds) {
  return ramp(amps, amps, seconds);
}

Scenario& Scenario::ramp(double from_a, double to_a, double seconds) {
  Piece piece;
  piece.length = picoseconds(seconds);
  piece.from_a = from_a;
  piece.to_a = to_a;
  return append(piece);
}

Scenario& Scenario::half_sine(double peak_a, double seconds) {
  Piece piece;
  piece.length = picoseconds(seconds);
  piece.to_a = peak_a;
  piece.shape = Shape::kHalfSine;
  return append(piece);
}

Scenario& Scenario::bursts(const Bursts& bursts) {
  for (std::uint32_t i = 0; i < bursts.count; ++i) {
    constant(bursts.high_a, bursts.high_s);
    constant(bursts.low_a, bursts.period_s - bursts.high_s);
  }
  return *this;
}

Scenario& Scenario::pins(std::uint8_t levels) {
  next_pins_ = levels;
  return *this;
}

Scenario& Scenario::open_window() {
  next_pins_ |= kRegion;
  window_begin_ = end_;
  inferences_ = 0;
  return *this;
}

Scenario& Scenario::toggle() {
  next_pins_ ^= kInference;
  ++inferences_;
  return *this;
}

Scenario& Scenario::close_window() {
  next_pins_ = static_cast<std::uint8_t>(next_pins_ & ~kRegion);
  Window window;
  window.begin_s = static_cast<double>(window_begin_) / kPerSecond;
  window.end_s = static_cast<double>(end_) / kPerSecond;
  window.inferences = inferences_;
  window.coulombs = integral(window_begin_, end_);
  truth_.push_back(window);
  return *this;
}

Scenario& Scenario::windows(const WindowTrain& train) {
  for (std::uint32_t i = 0; i < train.windows; ++i) {
    open_window();
    for (std::uint32_t k = 0; k < train.inferences; ++k) {
      toggle();
      constant(train.active_a, train.active_s);
      constant(train.wait_a, train.wait_s);
    }
    close_window();
    constant(train.rest_a, train.rest_s);
  }
  return *this;
}

double Scenario::charge(const Piece& piece, Picoseconds begin, Picoseconds end) {
  const double length = static_cast<double>(piece.length);
  const double from = static_cast<double>(begin - piece.begin) / length;
  const double to = static_cast<double>(end - piece.begin) / length;
  const double seconds = length / kPerSecond;
  if (piece.shape == Shape::kHalfSine) {
    // The integral of sin(pi x) from a to b, as a product: a difference of cosines would cancel.
    const double pi = std::numbers::pi;
    return piece.to_a * seconds * 2 / pi * std::sin(pi * (to + from) / 2) *
           std::sin(pi * (to - from) / 2);
  }
  const double middle = piece.from_a + (piece.to_a - piece.from_a) * (from + to) / 2;
  return middle * (to - from) * seconds;
}

std::size_t Scenario::piece_at(Picoseconds at) const {
  const auto after =
      std::upper_bound(pieces_.begin(), pieces_.end(), at,
                       [](Picoseconds time, const Piece& piece) { return time < piece.begin; });
  return after == pieces_.begin() ? 0 : static_cast<std::size_t>(after - pieces_.begin()) - 1;
}

double Scenario::integral(Picoseconds begin, Picoseconds end) const {
  double sum = 0;
  for (std::size_t i = piece_at(begin); i < pieces_.size() && pieces_[i].begin < end; ++i) {
    const Piece& piece = pieces_[i];
    const Picoseconds from = std::max(begin, piece.begin);
    const Picoseconds to = std::min(end, piece.begin + piece.length);
    if (from < to) sum += charge(piece, from, to);
  }
  if (end > end_) {
    sum += last_level() * static_cast<double>(end - std::max(begin, end_)) / kPerSecond;
  }
  return sum;
}

double Scenario::last_level() const {
  if (pieces_.empty() || pieces_.back().shape == Shape::kHalfSine) return 0;
  return pieces_.back().to_a;
}

double Scenario::coulombs(double begin_s, double end_s) const {
  return integral(picoseconds(begin_s), picoseconds(end_s));
}

double Scenario::seconds() const {
  return static_cast<double>(end_) / kPerSecond;
}

std::uint8_t Scenario::pins_of(std::size_t piece, Picoseconds at) const {
  if (pieces_.empty() || at >= end_) return next_pins_;
  return pieces_[piece].pins;
}

CurrentSource::Interval Scenario::advance(double seconds) {
  const double wanted = seconds * kPerSecond + rest_;
  const auto step = std::max<Picoseconds>(0, std::llround(wanted));
  rest_ = wanted - static_cast<double>(step);
  const Picoseconds begin = now_, end = now_ + step;
  now_ = end;

  while (current_ + 1 < pieces_.size() && pieces_[current_ + 1].begin <= begin)
    ++current_;
  Interval interval;
  interval.pins = powered_ ? pins_of(current_, begin) : std::uint8_t{0};
  count_edge(interval, interval.pins);
  if (!powered_ || step == 0) return interval;

  double sum = 0;
  for (; current_ < pieces_.size() && pieces_[current_].begin < end; ++current_) {
    const Piece& piece = pieces_[current_];
    const Picoseconds from = std::max(begin, piece.begin);
    const Picoseconds to = std::min(end, piece.begin + piece.length);
    if (from >= to) continue;
    count_edge(interval, piece.pins);
    sum += charge(piece, from, to);
  }
  if (current_ > 0) --current_;  // the one that reaches over the end, or the last
  if (end > end_) {
    if (begin < end_) count_edge(interval, next_pins_);
    sum += last_level() * static_cast<double>(end - std::max(begin, end_)) / kPerSecond;
  }
  interval.amps = sum * kPerSecond / static_cast<double>(step);
  return interval;
}

void Scenario::count_edge(Interval& interval, std::uint8_t pins) {
  const bool before = (pins_before_ & kRegion) != 0, now = (pins & kRegion) != 0;
  if (!before && now) ++interval.rises;
  if (before && !now) ++interval.falls;
  pins_before_ = pins;
}

void Scenario::set_supply(bool on, double volts) {
  volts_ = on ? volts : 0;
  if (power_ == Power::kMeter) powered_ = on;
}

}  // namespace hil::emulate
