// SPDX-License-Identifier: Apache-2.0
// A meter that gives samples, whatever it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/energy/trace.hpp"

namespace hil::energy {

/// What is asked of a meter before it starts.
struct MeterSetup {
  double volts = 0;       ///< to set (if `source`) or that the user states; 0: nobody said
  bool source = false;    ///< the meter supplies the board
  double rate_hz = 0;     ///< samples per second; 0: the meter's own choice, as its make_X() says
  std::string serial{};   ///< of the unit, where the port tells and the meter does not; as it is
  bool emulated = false;  ///< what is at the other end is no instrument
  /// Record from the first edge on the sync wire on: index 0 is there. For a meter that cannot
  /// sample the wire at this rate (lpm01a above 1 kHz); the others do without.
  bool start_on_edge = false;
};

struct MeterAbilities {
  bool sources = false;           ///< can supply the board
  bool measures_voltage = false;  ///< else MeterSetup::volts is needed for energy
  bool switches_target = false;   ///< set_target_power() works
  unsigned logic_bits = 0;        ///< inputs sampled with the current; 0: no sync wire
  /// Seconds to record behind what counts, and twice that in all, for stop() to tell of every loss.
  double proof_s = 0;
  /// Seconds that a sample is a mean over and, besides, may be old when it is read: of sensors that
  /// convert by a clock of their own. 0: samples are what they say.
  double refresh_s = 0;
};

/// One meter, from being made (opened, asked who it is, set up) to destruction, which stops it and
/// leaves the board's supply as it is. Pulled by its caller, one thread at a time:
///
///   start(); while (wanted) read(trace, deadline); stop(trace, deadline);
///
/// What it measures in between has no hole that is not marked: a sample that is lost is a
/// flag::kGap in the trace, and an event says how many.
class PowerMeter {
 public:
  virtual ~PowerMeter() = default;

  [[nodiscard]] virtual const MeterInfo& info() const = 0;
  [[nodiscard]] virtual MeterAbilities abilities() const = 0;

  /// Switches the board's supply. Blocks until the meter has been told.
  ///   kUser  this meter cannot
  ///   kLink  it is gone
  virtual Status set_target_power(bool on, Deadline deadline) = 0;

  /// Begins a recording: @p trace becomes empty and gets meter, accuracy, supply, rate and rails.
  ///   kLab, kLink  the meter refuses, is gone, or does not answer by @p deadline
  virtual Status start(Trace& trace, Deadline deadline) = 0;

  /// Appends what has come to @p trace; blocks until something has, or @p deadline (then nothing is
  /// appended). Must be called often enough for the meter's buffers: every 20 ms does.
  ///   kLink  the meter is gone or what it sends makes no sense
  virtual Status read(Trace& trace, Deadline deadline) = 0;

  /// Ends the recording; what the meter still had goes to @p trace.
  virtual Status stop(Trace& trace, Deadline deadline) = 0;
};

/// One reading of a counter.
struct CounterReading {
  double joules = 0;                 ///< since some beginning; wraps are taken out
  std::optional<double> coulombs{};  ///< likewise, if it counts charge
  Deadline::Clock::time_point at{};  ///< middle of the reading
  double at_uncertainty_s = 0;       ///< standard: reading time and the counter's own refresh
  /// For how long what it counts has not moved, at least: of several parts the one that stands
  /// longest. A counter that stands still is stuck, or counts what is not there; it is not 0 W.
  double still_s = 0;
};

/// A meter that adds up by itself; windows are the difference of two readings.
class EnergyCounter {
 public:
  virtual ~EnergyCounter() = default;

  [[nodiscard]] virtual const MeterInfo& info() const = 0;
  /// Of the energy between two readings; `code_step_a` is in joules, `offset_a` in watts.
  [[nodiscard]] virtual const Accuracy& accuracy() const = 0;
  /// Joules since an arbitrary start. Must be called more often than the counter wraps.
  ///   kLink, kLab  it is gone or may not be read (with the fix)
  virtual Result<CounterReading> read(Deadline deadline) = 0;
};

}  // namespace hil::energy
