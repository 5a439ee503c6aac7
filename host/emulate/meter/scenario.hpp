// SPDX-License-Identifier: Apache-2.0
// A current made of simple pieces, with its exact integral: known truth for emulated meters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/emulate/meter/current_source.hpp"

namespace hil::emulate {

/// A train of rectangles: each period is first high, then low.
struct Bursts {
  double low_a = 0, high_a = 0;
  double high_s = 0, period_s = 0;
  std::uint32_t count = 0;
};

/// Windows as a quiet run makes them: pin 0 high over each, pin 1 toggles as each inference starts.
struct WindowTrain {
  std::uint32_t windows = 0;
  std::uint32_t inferences = 1;       ///< in each window
  double active_a = 0, active_s = 0;  ///< the first part of an inference
  double wait_a = 0, wait_s = 0;      ///< its second part; 0 s: none
  double rest_a = 0, rest_s = 0;      ///< behind each window
};

/// Pieces are appended in order, from time 0 on, before it is played; behind the last one its final
/// current and the pins set last hold. Times
/// are rounded to a picosecond, so that samples and pieces meet exactly. The source is the board:
/// without supply (the meter's, if it has no other) current and pins are 0 while time goes on.
class Scenario final : public CurrentSource {
 public:
  enum class Power : std::uint8_t {
    kOwn,    ///< the board has its own supply: set_supply() changes nothing
    kMeter,  ///< what the meter gives; off at first
  };
  explicit Scenario(Power power = Power::kOwn) : powered_(power == Power::kOwn), power_(power) {}

  /// @p amps for @p seconds (all durations: > 0).
  Scenario& constant(double amps, double seconds);
  /// From one current to another, linearly.
  Scenario& ramp(double from_a, double to_a, double seconds);
  /// @p peak_a times the sine from 0 to pi.
  Scenario& half_sine(double peak_a, double seconds);
  Scenario& bursts(const Bursts& bursts);

  /// Levels of the pins from here on.
  Scenario& pins(std::uint8_t levels);
  /// Pin 0 rises: what follows belongs to a window.
  Scenario& open_window();
  /// Pin 1 toggles; counts for the open window.
  Scenario& toggle();
  /// Pin 0 falls.
  Scenario& close_window();
  Scenario& windows(const WindowTrain& train);

  /// What is true of one window.
  struct Window {
    double begin_s = 0, end_s = 0;
    std::uint32_t inferences = 0;
    double coulombs = 0;  ///< joules: times the supply's volts
  };
  /// Those that were opened and closed, in order.
  [[nodiscard]] const std::vector<Window>& truth() const { return truth_; }
  /// Charge between two times (0 <= begin <= end), supplied throughout.
  [[nodiscard]] double coulombs(double begin_s, double end_s) const;
  /// Of all pieces.
  [[nodiscard]] double seconds() const;

  /// An edge of pin 0 exactly at the interval's beginning belongs to it.
  Interval advance(double seconds) override;
  void set_supply(bool on, double volts) override;
  /// As the meter last said; 0 if never or off.
  [[nodiscard]] double supplied_volts() const { return volts_; }

 private:
  using Picoseconds = std::int64_t;
  enum class Shape : std::uint8_t { kLine, kHalfSine };
  struct Piece {
    Picoseconds begin = 0, length = 0;
    double from_a = 0, to_a = 0;  ///< half sine: the second is the peak
    Shape shape = Shape::kLine;
    std::uint8_t pins = 0;
  };

  static Picoseconds picoseconds(double seconds);
  static double charge(const Piece& piece, Picoseconds begin, Picoseconds end);
  [[nodiscard]] std::size_t piece_at(Picoseconds at) const;
  [[nodiscard]] double integral(Picoseconds begin, Picoseconds end) const;
  /// Behind the last piece.
  [[nodiscard]] double last_level() const;
  [[nodiscard]] std::uint8_t pins_of(std::size_t piece, Picoseconds at) const;
  void count_edge(Interval& interval, std::uint8_t pins);
  Scenario& append(const Piece& piece);

  std::vector<Piece> pieces_;
  std::vector<Window> truth_;
  Picoseconds end_ = 0;
  std::uint8_t next_pins_ = 0;
  std::uint32_t inferences_ = 0;
  Picoseconds window_begin_ = 0;

  Picoseconds now_ = 0;
  double rest_ = 0;          ///< picoseconds that rounding in advance() left
  std::size_t current_ = 0;  ///< piece at now_
  std::uint8_t pins_before_ = 0;
  bool powered_;
  Power power_;
  double volts_ = 0;
};

}  // namespace hil::emulate
