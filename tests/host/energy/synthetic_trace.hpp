// SPDX-License-Identifier: Apache-2.0
// Traces whose truth is known: rectangles of current, noise, drift, logic levels, gaps, faults.
#pragma once

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "host/energy/trace.hpp"
#include "host/energy/window/device_window.hpp"

namespace hil::energy::testing {

/// Numbers that are the same for a seed with every standard library.
class Random {
 public:
  explicit Random(std::uint32_t seed) : bits_(seed) {}
  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>((std::uint64_t{bits_()} * limit) >> 32);
  }
  double between(double low, double high) {
    return low + (high - low) * (static_cast<double>(below(1u << 31)) / 2147483648.0);
  }

 private:
  std::mt19937 bits_;
};

/// Builds a trace of one rail "main" of current, sample by sample the exact mean of what was asked
/// for. Times are seconds since the trace's beginning; a level is seen at the beginning of a
/// sample, as meters do. What is added last does not depend on the order of the calls.
class SyntheticTrace {
 public:
  explicit SyntheticTrace(double seconds, double rate_hz = 100'000);

  /// Current when nothing else is on, and how it drifts.
  SyntheticTrace& idle(double amps, double drift_a_per_s = 0);
  /// Adds @p amps on top from @p begin_s to @p end_s.
  SyntheticTrace& rectangle(double begin_s, double end_s, double amps);
  /// A decoupling capacitor: each rectangle's edges become exponentials of this time constant.
  SyntheticTrace& smoothing(double tau_s);
  /// White noise on every sample.
  SyntheticTrace& noise(double sigma_a, std::uint32_t seed);

  /// Input @p bit is high from @p begin_s to @p end_s.
  SyntheticTrace& pulse(unsigned bit, double begin_s, double end_s);
  /// Input @p bit changes its level at @p at_s.
  SyntheticTrace& toggle(unsigned bit, double at_s);
  /// Input @p bit is not connected: each sample is a coin's throw.
  SyntheticTrace& floating(unsigned bit, std::uint32_t seed);
  SyntheticTrace& inverted(unsigned bit);

  /// Samples that were lost and are marked so: value, level and all else are 0.
  SyntheticTrace& gap(std::uint64_t first, std::uint64_t samples);
  /// Sets @p bits of energy::flag.
  SyntheticTrace& flagged(std::uint64_t first, std::uint64_t samples, std::uint8_t bits);
  /// Samples that are lost and nobody has noticed: what follows them comes too early. Indices of
  /// the trace before any is dropped.
  SyntheticTrace& dropped(std::uint64_t first, std::uint64_t samples);

  /// Coulombs of idle current and rectangles between two times, before smoothing and noise.
  [[nodiscard]] double coulombs(double begin_s, double end_s) const;
  [[nodiscard]] Trace make() const;

 private:
  struct Rectangle {
    double begin_s, end_s, amps;
  };
  struct Run {
    std::uint64_t first, samples;
    std::uint8_t bits;
  };

  [[nodiscard]] std::uint64_t first_sample_at(double seconds) const;
  void add_currents(std::vector<double>& amps) const;
  void add_levels(std::vector<std::uint8_t>& levels) const;

  double seconds_, rate_hz_;
  double idle_a_ = 0, drift_a_per_s_ = 0, tau_s_ = 0, noise_a_ = 0;
  std::uint32_t noise_seed_ = 0;
  std::vector<Rectangle> rectangles_;
  std::vector<std::pair<unsigned, double>> toggles_;  // bit, time
  std::vector<std::pair<unsigned, std::uint32_t>> floating_;
  std::uint8_t inverted_ = 0;
  std::vector<Run> flagged_, dropped_;
};

/// A device's timer against true time.
struct SyntheticClock {
  double tick_hz = 16e6;  ///< what it claims
  double ppm = 0;         ///< how much faster it really is
  std::uint64_t start = 1'000'000;

  [[nodiscard]] std::uint64_t ticks_at(double seconds) const;
};

/// Windows of work at a steady pace, with region pin on D0 and toggles on D1.
struct SyntheticRun {
  SyntheticClock clock;
  double rate_hz = 100'000;
  double first_s = 0.0123456;  ///< begin of the first window
  double length_s = 0.02, period_s = 0.0301234;
  std::uint32_t windows = 20, inferences = 10;
  double idle_a = 1.2e-3, work_a = 14e-3;  ///< in a window: work_a
  double tail_s = 0.01;                    ///< behind the last window

  [[nodiscard]] double begin_s(std::uint32_t window) const { return first_s + window * period_s; }
  [[nodiscard]] double seconds() const;
  /// The trace, to be made or spoilt.
  [[nodiscard]] SyntheticTrace trace() const;
  /// What the device says of it.
  [[nodiscard]] std::vector<DeviceWindow> device_windows() const;
};

}  // namespace hil::energy::testing
