// SPDX-License-Identifier: Apache-2.0
// The line that leads from device ticks to sample indices.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/window.hpp"

namespace hil::energy {

/// An event that both the device and the meter have seen.
struct EdgePair {
  std::uint64_t ticks = 0;    ///< of the device
  double index = 0;           ///< sample, fractional
  std::uint32_t section = 0;  ///< ascends by 1 where samples were lost without a trace before it
};

/// What is known before.
struct NominalRates {
  std::uint64_t tick_hz = 0;
  double sample_hz = 0;
  [[nodiscard]] double samples_per_tick() const { return sample_hz / static_cast<double>(tick_hz); }
};

/// How far a device's clock may be off the meter's.
inline constexpr double kMostPpm = 1000;
/// A rate is fitted if its standard uncertainty is at most this; else the nominal one is taken.
inline constexpr double kWorstRatePpm = 300;
/// Standard deviation of a position that is only known to lie within one sample: 1 / sqrt(12).
inline constexpr double kSamplingSigma = 0.28867513459481287;

/// Lines of one slope: sections differ by the samples that were lost between them.
struct EdgeFit {
  ClockFit clock;                     ///< of the first section
  std::vector<double> section_shift;  ///< samples to add in section n (0 for the first)
  double worst = 0;                   ///< largest distance of a pair from its line, in samples
  std::uint32_t parameters = 0;       ///< that were fitted: sections, and the rate if it was

  [[nodiscard]] double index_at(std::uint64_t ticks, std::uint32_t section = 0) const {
    return clock.index_at(ticks) + section_shift[section];
  }
  /// The pairs lie on the lines as well as positions that are rounded to a sample, and ticks that
  /// are rounded to a tick, can: root mean square at most half a step, none further than one.
  [[nodiscard]] bool consistent() const {
    const double step = 1 + clock.samples_per_tick;
    const double squares = clock.residual * clock.residual * (clock.edges - 1.0 * parameters);
    return squares <= clock.edges * step * step / 4 && worst <= step;
  }
  /// Standard uncertainty of index_at() at an edge, in samples. Rounding that is alike for all
  /// edges (a period of whole samples) does not show in the residual, so what the residual lacks
  /// of rounding's own deviation counts as common to all edges.
  [[nodiscard]] double sigma() const;
};

/// Fits by least squares, centred at the mean of each section. Sums are of differences, so ticks
/// near 2^64 and indices beyond 2^32 lose nothing.
///
/// The rate is only fitted if its standard uncertainty (with deviations of at least
/// @p position_sigma, what a pair's index is known to be uncertain by) is at most kWorstRatePpm;
/// with one short window it cannot be: then the nominal rate is taken, ppm is 0,
/// ClockFit::nominal_rate is set and ppm_uncertainty is kMostPpm / sqrt(3), for a clock that may be
/// anywhere within what is allowed.
///   kBug     no pairs, or rates that are not positive
///   kDevice  ticks do not ascend, or the clock is off by more than kMostPpm, beyond what
///            rounding or three standard uncertainties can make
///   kLab     the pairs' samples do not ascend with the ticks: edges are swapped
Result<EdgeFit> fit_edges(std::span<const EdgePair> pairs, const NominalRates& rates,
                          double position_sigma = kSamplingSigma);

}  // namespace hil::energy
