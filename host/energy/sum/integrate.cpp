// SPDX-License-Identifier: Apache-2.0
// One pass over the samples of each rail.
#include "host/energy/sum/integrate.hpp"

#include <algorithm>
#include <cmath>

#include "host/energy/sum/compensated_sum.hpp"

namespace hil::energy {
namespace {

/// Samples whose mean is the level beside an end.
constexpr std::size_t kLevelSamples = 4;
/// Levels are not looked for farther away from an end than this, in samples.
constexpr double kMostReach = 1e6;
/// After so many samples the PPK2 has settled in its new range (facts, section 3.6).
constexpr std::size_t kSettled = 3;

/// The samples that a window touches, and how much of the first and the last is outside.
struct Extent {
  Extent(double begin, double end, bool steady_ends)
      : first(static_cast<std::size_t>(std::floor(begin))),
        behind(static_cast<std::size_t>(std::ceil(end))),
        outside_first(begin - std::floor(begin)),
        outside_last(std::ceil(end) - end),
        steady(steady_ends) {}

  std::size_t first, behind;
  double outside_first, outside_last;
  bool steady;

  [[nodiscard]] double share(std::size_t k) const {
    return 1 - (k == first ? outside_first : 0) - (k + 1 == behind ? outside_last : 0);
  }
  [[nodiscard]] bool whole(std::size_t k) const { return share(k) >= 1; }
};

/// One rail of a trace as a pure function of the index.
class RailView {
 public:
  RailView(const Trace& trace, const Rail& rail) : trace_(trace), rail_(rail) {}

  [[nodiscard]] bool sound(std::size_t k) const {
    return (trace_.flags[k] & (flag::kGap | flag::kInvalid)) == 0 &&
           std::isfinite(rail_.values[k]) && (!measures_volts() || std::isfinite(rail_.volts[k]));
  }
  [[nodiscard]] double value(std::size_t k) const { return static_cast<double>(rail_.values[k]); }
  [[nodiscard]] bool measures_volts() const { return !rail_.volts.empty(); }
  [[nodiscard]] double volts(std::size_t k) const { return static_cast<double>(rail_.volts[k]); }
  [[nodiscard]] std::size_t size() const { return trace_.size(); }
  [[nodiscard]] bool has_flag(std::size_t k, std::uint8_t bit) const {
    return (trace_.flags[k] & bit) != 0;
  }

  /// What sample @p k adds to the window; see integrate().
  [[nodiscard]] double inside(std::size_t k, const Extent& extent) const {
    const double share = extent.share(k);
    if (share >= 1) return value(k);
    if (extent.steady || extent.first + 1 == extent.behind) return share * value(k);
    const bool at_begin = k == extent.first;
    if (at_begin ? k == 0 : k + 1 == size()) return share * value(k);
    const std::size_t neighbour = at_begin ? k - 1 : k + 1;
    return sound(neighbour) ? value(k) - (1 - share) * value(neighbour) : share * value(k);
  }

  /// Mean of the sound ones of up to kLevelSamples samples from @p from on; @p otherwise if none.
  [[nodiscard]] double level(std::size_t from, std::size_t behind, double otherwise) const {
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t k = from; k < std::min(behind, size()); ++k) {
      if (!sound(k)) continue;
      sum += value(k);
      ++count;
    }
    return count > 0 ? sum / static_cast<double>(count) : otherwise;
  }

  /// Change of the level over the range switch at @p k.
  [[nodiscard]] double jump(std::size_t k) const {
    if (k == 0 || !sound(k - 1)) return 0;
    const std::size_t later = std::min(k + kSettled, size() - 1);
    const double at_once = sound(k) ? std::abs(value(k) - value(k - 1)) : 0;
    return sound(later) ? std::max(at_once, std::abs(value(later) - value(k - 1))) : at_once;
  }

 private:
  const Trace& trace_;
  const Rail& rail_;
};

/// Sums one rail; counts come from the flags.
class RailIntegral {
 public:
  RailIntegral(const Trace& trace, const Rail& rail, const Extent& extent, double edge_sigma)
      : accuracy_(trace.accuracy), view_(trace, rail), extent_(extent), edge_sigma_(edge_sigma) {
    steps_.resize(std::max<std::size_t>(1, accuracy_.steps.size()));
  }

  void run() {
    for (std::size_t k = extent_.first; k < extent_.behind; ++k) {
      if (view_.has_flag(k, flag::kRangeSwitch)) switches_ += view_.jump(k);
      if (view_.sound(k)) {
        add(k);
      } else {
        has_last_ = false;
      }
    }
  }

  /// @p seconds: of the whole window, of @p samples samples.
  [[nodiscard]] RailSum result(double seconds, double samples) const {
    RailSum sum;
    const double dt = samples > 0 ? seconds / samples : 0;
    // Lost samples count as the mean of the others.
    const double scale = seen_ > 0 ? dt * (samples / seen_) : 0;
    sum.integral = total_.value() * scale;
    sum.mean = seconds > 0 ? sum.integral / seconds : 0;
    sum.peak = whole_seen_ ? peak_ : sum.mean;
    sum.least = whole_seen_ ? least_ : sum.mean;
    for (const Step& step : steps_) {
      sum.shares.push_back(
          {step.seen * scale, step.total.value() * scale, step.joules.value() * scale});
    }
    sum.volts = view_.measures_volts() && seen_ > 0 ? volts_.value() / seen_ : 0;
    sum.switches = switches_;
    sum.dithered = pairs_ > 0 ? static_cast<double>(differing_) / static_cast<double>(pairs_) : 0;
    set_levels(sum);
    return sum;
  }

 private:
  struct Step {
    double seen = 0;
    CompensatedSum total, joules;
  };

  void add(std::size_t k) {
    const double value = view_.value(k);
    const double share = extent_.share(k);
    const double inside = view_.inside(k, extent_);
    const std::size_t at = step_of(accuracy_, value);
    total_.add(inside);
    seen_ += share;
    steps_[at].seen += share;
    steps_[at].total.add(inside);
    if (view_.measures_volts()) {
      steps_[at].joules.add(inside * view_.volts(k));
      volts_.add(share * view_.volts(k));
    }
    if (extent_.whole(k)) look_at(value, at);
  }

  /// Extremes and dither of samples that are wholly inside.
  void look_at(double value, std::size_t step) {
    peak_ = whole_seen_ ? std::max(peak_, value) : value;
    least_ = whole_seen_ ? std::min(least_, value) : value;
    whole_seen_ = true;
    const double code = accuracy_.steps.empty() ? 0 : accuracy_.steps[step].code_step_a;
    if (has_last_) {
      ++pairs_;
      if (std::abs(value - last_) >= code / 2) ++differing_;
    }
    last_ = value;
    has_last_ = true;
  }

  /// Levels well beside the ends: farther away than the ends are uncertain, but inside not beyond
  /// the middle.
  void set_levels(RailSum& sum) const {
    const auto reach = static_cast<std::size_t>(std::ceil(std::min(3 * edge_sigma_, kMostReach)));
    const std::size_t count = kLevelSamples + reach;
    const std::size_t first = extent_.first;
    const std::size_t behind = extent_.behind;
    const std::size_t half = (behind - first) / 2;
    const std::size_t inner = first + std::min(half, reach + (extent_.outside_first > 0 ? 1 : 0));
    const std::size_t inner_behind =
        behind - std::min(half, reach + (extent_.outside_last > 0 ? 1 : 0));
    sum.begin.inside = view_.level(inner, std::min(inner + count, inner_behind), sum.mean);
    sum.end.inside = view_.level(std::max(inner, inner_behind - std::min(inner_behind, count)),
                                 inner_behind, sum.mean);
    const std::size_t outer = first - std::min(first, reach);
    sum.begin.outside = view_.level(outer - std::min(outer, count), outer, sum.begin.inside);
    sum.end.outside = view_.level(behind + reach, behind + reach + count, sum.end.inside);
  }

  const Accuracy& accuracy_;
  RailView view_;
  const Extent& extent_;
  double edge_sigma_;
  CompensatedSum total_, volts_;
  std::vector<Step> steps_;
  double seen_ = 0;  ///< samples that were not lost
  double peak_ = 0, least_ = 0, switches_ = 0;
  bool whole_seen_ = false;
  double last_ = 0;
  bool has_last_ = false;
  std::uint64_t pairs_ = 0, differing_ = 0;
};

/// Turns charge into energy where the voltage is known.
void add_energy(const Trace& trace, const Rail& rail, RailSum& sum) {
  sum.power = rail.quantity == Quantity::kPower;
  const bool told =
      trace.supply.source == VoltageSource::kSet || trace.supply.source == VoltageSource::kStated;
  if (rail.volts.empty() && told && trace.supply.volts > 0) sum.volts = trace.supply.volts;
  if (sum.power) {
    sum.joules = sum.integral;
    for (StepShare& share : sum.shares)
      share.joules = share.integral;
  } else if (!rail.volts.empty()) {
    CompensatedSum joules;
    for (const StepShare& share : sum.shares)
      joules.add(share.joules);
    sum.joules = joules.value();
  } else if (sum.volts > 0) {
    sum.joules = sum.integral * sum.volts;
    for (StepShare& share : sum.shares)
      share.joules = share.integral * sum.volts;
  }
}

void count_flags(const Trace& trace, const Extent& extent, WindowSum& sum) {
  for (std::size_t k = extent.first; k < extent.behind; ++k) {
    const std::uint8_t flags = trace.flags[k];
    sum.lost += (flags & (flag::kGap | flag::kInvalid)) != 0 ? 1 : 0;
    sum.saturated += (flags & flag::kSaturated) != 0 ? 1 : 0;
    sum.overcurrent += (flags & flag::kOvercurrent) != 0 ? 1 : 0;
    sum.range_switches += (flags & flag::kRangeSwitch) != 0 ? 1 : 0;
  }
}

bool counts(const Rail& rail) {
  return !rail.part_of_another;
}

/// Largest sum over the rails of current, of samples wholly inside.
double peak_of(const Trace& trace, const Extent& extent) {
  std::vector<RailView> views;
  for (const Rail& rail : trace.rails) {
    if (counts(rail) && rail.quantity == Quantity::kCurrent) views.emplace_back(trace, rail);
  }
  double peak = 0;
  bool any = false;
  for (std::size_t k = extent.first; k < extent.behind && !views.empty(); ++k) {
    double amps = 0;
    bool sound = extent.whole(k);
    for (const RailView& view : views) {
      sound = sound && view.sound(k);
      amps += sound ? view.value(k) : 0;
    }
    if (!sound) continue;
    peak = any ? std::max(peak, amps) : amps;
    any = true;
  }
  return peak;
}

/// Sums over rails; what one rail does not have, the sum has not.
void add_totals(const Trace& trace, WindowSum& sum) {
  CompensatedSum joules;
  CompensatedSum coulombs;
  bool any = false;
  bool energy = true;
  bool charge = true;
  for (std::size_t r = 0; r < sum.rails.size(); ++r) {
    if (!counts(trace.rails[r])) continue;
    const RailSum& rail = sum.rails[r];
    any = true;
    energy = energy && rail.joules.has_value();
    charge = charge && !rail.power;
    joules.add(rail.joules.value_or(0));
    coulombs.add(rail.integral);
  }
  if (any && energy) sum.joules = joules.value();
  if (any && charge) sum.coulombs = coulombs.value();
}

}  // namespace

std::size_t step_of(const Accuracy& accuracy, double value) {
  const double size = std::abs(value);
  for (std::size_t i = 0; i + 1 < accuracy.steps.size(); ++i) {
    if (size <= accuracy.steps[i].up_to_a) return i;
  }
  return accuracy.steps.empty() ? 0 : accuracy.steps.size() - 1;
}

bool lies_in(const Window& window, const Trace& trace) {
  return std::isfinite(window.begin) && std::isfinite(window.end) && window.begin >= 0 &&
         window.begin < window.end && window.end <= static_cast<double>(trace.size());
}

WindowSum integrate(const Trace& trace, const Window& window) {
  return integrate(trace, window.begin, window.end, window.edge_sigma, window.steady_ends);
}

WindowSum integrate(const Trace& trace, double begin, double end, double edge_sigma, bool steady) {
  const Extent extent(begin, end, steady);
  WindowSum sum;
  sum.samples = end - begin;
  sum.seconds = trace.rate_hz > 0 ? sum.samples / trace.rate_hz : 0;
  sum.begin_outside = extent.outside_first;
  sum.end_outside = extent.outside_last;
  count_flags(trace, extent, sum);
  for (const Rail& rail : trace.rails) {
    RailIntegral integral(trace, rail, extent, edge_sigma);
    integral.run();
    RailSum& rail_sum = sum.rails.emplace_back(integral.result(sum.seconds, sum.samples));
    add_energy(trace, rail, rail_sum);
  }
  sum.peak_amps = peak_of(trace, extent);
  add_totals(trace, sum);
  return sum;
}

}  // namespace hil::energy
