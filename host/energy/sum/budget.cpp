// SPDX-License-Identifier: Apache-2.0
// Each part from the shares, flags and ends of a window.
#include "host/energy/sum/budget.hpp"

#include <algorithm>
#include <cmath>

namespace hil::energy {
namespace {

constexpr double kSqrt3 = 1.7320508075688772;
constexpr double kSqrt12 = 3.4641016151377546;
/// Bad samples after a range switch at most (facts, section 3.6).
constexpr double kSwitchSamples = 3;

double squared(double value) {
  return value * value;
}

/// The part of a normal deviate d of deviation @p sigma that is above @p threshold: e = max(0, d -
/// threshold). Its mean is the unit normal loss, known from inventory theory.
struct Excess {
  Excess(double sigma, double threshold) {
    constexpr double kSqrt2 = 1.4142135623730951;
    constexpr double kSqrt2Pi = 2.5066282746310002;
    const double x = threshold / sigma;
    const double density = std::exp(-x * x / 2) / kSqrt2Pi;
    const double above = std::erfc(x / kSqrt2) / 2;
    mean = sigma * (density - x * above);
    variance = squared(sigma) * ((1 + x * x) * above - x * density) - squared(mean);
    covariance = squared(sigma) * above;  // of d and e
  }
  double mean, variance, covariance;
};

/// Sums over rails, for one measure of one window.
class Budget {
 public:
  Budget(const Trace& trace, const WindowSum& sum, Measure measure, const WindowEnds& ends,
         const IdleSecond* idle)
      : trace_(trace), sum_(sum), measure_(measure), ends_(ends), idle_(idle) {
    dt_ = trace.rate_hz > 0 ? 1 / trace.rate_hz : 0;
  }

  WindowBudget result() {
    for (std::size_t r = 0; r < sum_.rails.size(); ++r) {
      if (counts(r)) add_rail(r);
    }
    auto& common = budget_.common;
    common.gain = std::abs(common.gain);
    common.offset = std::sqrt(common.offset);
    common.voltage = std::abs(common.voltage);
    common.time_base = std::abs(common.time_base);
    common.edges = std::abs(common.edges);
    auto& own = budget_.own;
    own.code_step = std::sqrt(own.code_step);
    own.edges = std::sqrt(own.edges);
    own.lost_samples = std::sqrt(own.lost_samples);
    if (idle_ != nullptr) {
      const bool energy = measure_ == Measure::kEnergy;
      common.idle = (energy ? idle_->common_w : idle_->common_a) * sum_.seconds;
      own.idle = (energy ? idle_->random_w : idle_->random_a) * sum_.seconds;
    }
    return budget_;
  }

 private:
  [[nodiscard]] bool counts(std::size_t r) const {
    return !trace_.rails[r].part_of_another &&
           (measure_ == Measure::kEnergy ? sum_.rails[r].joules.has_value() : !sum_.rails[r].power);
  }
  [[nodiscard]] AccuracyStep step(std::size_t at) const {
    return trace_.accuracy.steps.empty() ? AccuracyStep{} : trace_.accuracy.steps[at];
  }
  /// From A s (or W s) of a rail to the measure.
  [[nodiscard]] double factor(const RailSum& rail) const {
    return measure_ == Measure::kEnergy && !rail.power ? rail.volts : 1;
  }

  void add_rail(std::size_t r) {
    const RailSum& rail = sum_.rails[r];
    double total = 0;
    for (std::size_t at = 0; at < rail.shares.size(); ++at)
      total += add_step(r, at);
    auto& common = budget_.common;
    if (trace_.accuracy.time_base > 0) common.time_base += trace_.accuracy.time_base * total;
    if (voltage_counts(r)) common.voltage += trace_.supply.uncertainty_v / rail.volts * total;
    common.range_switches += kSwitchSamples * rail.switches * dt_ * factor(rail) / kSqrt3;
    add_edges(rail, total);
    add_lost(rail);
  }

  /// Parts of one rail within one step of accuracy; returns its share of the measure.
  double add_step(std::size_t r, std::size_t at) {
    const RailSum& rail = sum_.rails[r];
    const AccuracyStep accuracy = step(at);
    const StepShare& whole = rail.shares[at];
    StepShare share = whole;
    if (idle_ != nullptr) share.add(idle_->shares[r][at], -sum_.seconds);
    const double amount = measure_ == Measure::kEnergy ? share.joules : share.integral;
    auto& common = budget_.common;
    common.gain += accuracy.gain * amount;
    common.offset += squared(accuracy.offset_a * share.seconds * factor(rail));
    const double code = accuracy.code_step_a / kSqrt12 * factor(rail);
    const double constant = std::max(0.0, 1 - 2 * rail.dithered);
    common.code_step += code * constant * whole.seconds;
    budget_.own.code_step += squared(code) * std::max(0.0, whole.seconds) * dt_;
    return amount;
  }

  /// Powers are measured with the meter's own voltage unless it works with the one it was set to.
  [[nodiscard]] bool voltage_counts(std::size_t r) const {
    const RailSum& rail = sum_.rails[r];
    if (measure_ != Measure::kEnergy || rail.volts <= 0) return false;
    return !rail.power || trace_.supply.source == VoltageSource::kSet;
  }

  /// @p total: the rail's share of the measure.
  void add_edges(const RailSum& rail, double total) {
    const double unit = factor(rail) * dt_;
    if (ends_.length_share) {
      const double shifted = ends_.sigma * unit * (rail.end.outside - rail.begin.outside);
      budget_.common.edges += std::hypot(shifted, *ends_.length_share * total);
    } else {
      add_edge(rail.begin, sum_.begin_outside, unit);
      add_edge(rail.end, sum_.end_outside, unit);
    }
  }

  /// An end that is off by d (normal, of ends_.sigma samples) moves d times what is outside, and
  /// what is inside beyond that as far as d is over @p outside, the rest of its sample, inwards:
  /// that excess has a mean, which is the same in all windows, and a variance.
  void add_edge(const EdgeLevels& levels, double outside, double unit) {
    if (!(ends_.sigma > 0)) return;
    const Excess excess(ends_.sigma, outside);
    const double step = levels.inside - levels.outside;
    const double level = idle_ != nullptr ? 0 : levels.outside;
    const double variance = squared(ends_.sigma * level) + 2 * level * step * excess.covariance +
                            squared(step) * excess.variance;
    budget_.own.edges += squared(unit) * std::max(0.0, variance);
    budget_.common.edges += unit * step * excess.mean;
  }

  void add_lost(const RailSum& rail) {
    const double most = std::max(rail.peak - rail.mean, rail.mean - rail.least);
    budget_.own.lost_samples +=
        squared(static_cast<double>(sum_.lost) * dt_ * factor(rail) * most / kSqrt3);
  }

  const Trace& trace_;
  const WindowSum& sum_;
  Measure measure_;
  const WindowEnds& ends_;
  const IdleSecond* idle_;
  double dt_ = 0;
  WindowBudget budget_;
};

}  // namespace

WindowBudget budget_of(const Trace& trace, const WindowSum& sum, Measure measure,
                       const WindowEnds& ends, const IdleSecond* idle) {
  return Budget(trace, sum, measure, ends, idle).result();
}

}  // namespace hil::energy
