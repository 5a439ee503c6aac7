// SPDX-License-Identifier: Apache-2.0
// A stretch of a trace that something is known of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hil::energy {

/// How a window's ends were found; see results::EnergyAlignment::method.
enum class Alignment : std::uint8_t {
  kLogic,         ///< "logic": edges on an input of the meter
  kTracePattern,  ///< "trace-pattern": a known pattern in the current
  kHostClock,     ///< "host-clock": the host's own time, with guards
  kCounter,       ///< "counter": read on the device at the window's ends
  kStamps,        ///< "time-stamps": a list of times beside the trace
};
/// The word for it, as above.
const char* word_of(Alignment alignment);

/// What is done in a window.
enum class WindowKind : std::uint8_t {
  kInference,
  kLoadAndInference,  ///< inputs are written anew before each inference
  kIdle,
  kTransfer,     ///< an input travels over the line
  kPreProcess,   ///< an input is written to its place
  kPostProcess,  ///< outputs are read and their digest computed
  kPeriod,       ///< one whole period: work and sleep
};
/// "inference", "load+infer", "idle", "transfer", "pre-process", "post-process", "period".
const char* word_of(WindowKind kind);

/// Positions count samples from the trace's start and may lie between two: sample k covers
/// [k, k + 1).
struct Window {
  WindowKind kind = WindowKind::kInference;
  double begin = 0, end = 0;
  std::uint32_t inferences = 0;  ///< or repetitions of what the kind says; 0 for idle
  double edge_sigma = 0;         ///< standard uncertainty of each end, in samples
  bool steady_ends = false;      ///< what is measured goes on beyond both ends: no step is there
  std::uint64_t begin_ticks = 0, end_ticks = 0;  ///< of the device; both 0: not known
  /// Why it must not count; empty: it does.
  std::string rejected;
};

/// Index of a sample as a line over device ticks, by least squares over edges.
struct ClockFit {
  double offset = 0;  ///< sample index (fractional) at tick `first_tick`
  double samples_per_tick = 0;
  std::uint64_t first_tick = 0;
  double ppm = 0;              ///< the device's clock against the meter's; > 0: the device is fast
  double ppm_uncertainty = 0;  ///< standard
  double residual = 0;         ///< standard deviation of the edges about the line, in samples
  std::uint32_t edges = 0;
  /// The edges were too few or too near each other for a rate: the nominal one was taken, ppm is 0.
  bool nominal_rate = false;

  [[nodiscard]] double index_at(std::uint64_t ticks) const {
    const double since = ticks >= first_tick ? static_cast<double>(ticks - first_tick)
                                             : -static_cast<double>(first_tick - ticks);
    return offset + samples_per_tick * since;
  }
};

}  // namespace hil::energy
