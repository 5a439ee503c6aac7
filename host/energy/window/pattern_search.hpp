// SPDX-License-Identifier: Apache-2.0
// The sync pattern in a current: where it may be, and where exactly it is.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace hil::energy {

/// Sums of a signal up to any place between its samples.
class RunningSum {
 public:
  explicit RunningSum(std::span<const double> values);
  /// Sum from the beginning to @p place (0 to size(); a sample counts by its share).
  [[nodiscard]] double until(double place) const;
  [[nodiscard]] double between(double begin, double end) const { return until(end) - until(begin); }
  [[nodiscard]] std::size_t size() const { return sums_.size() - 1; }

 private:
  std::vector<double> sums_;
};

/// Two places that are as far apart as the patterns must be.
struct PatternPair {
  double lead = 0, trail = 0;  ///< samples
  double correlation = 0;      ///< mean of both, 1: nothing but the pattern
  double lead_correlation = 0, trail_correlation = 0;
  double second = 0;  ///< of the best pair whose lead is at least a step away
};

/// Looks for both patterns of steps of @p step samples (>= 8), @p distance apart, give or take
/// @p reach, by correlation of means over 1/32 step with the pattern, normalised to -1..1.
/// All numbers 0 if @p values is too short.
PatternPair find_pattern_pair(std::span<const double> values, double step, double distance,
                              double reach);

/// The exact place of a pattern.
struct PatternPlace {
  double begin = 0;   ///< samples, delayed as charge is delayed by a capacitor
  double change = 0;  ///< from a resting to a busy step
  /// Standard uncertainty of `begin`: the noise beside the two levels, and by how much the falls
  /// disagree where they alone count.
  double sigma = 0;
  /// Samples' worth of a full change that lie on the wrong side of an edge at the right place (both
  /// sides together): a window's charge is short by this much of its change.
  double smear = 0;
};

/// Refines @p begin, which must be within a third of a step, such that the charge around the inner
/// edges (111|00|1|0) is balanced: the same rule as an early-late gate. A rise that is clearly
/// later than the falls is not used: the core woke late. Edges at the pattern's ends are not, since
/// what is beside them need not be one of its levels.
PatternPlace refine_pattern(std::span<const double> values, double step, double begin);

}  // namespace hil::energy
