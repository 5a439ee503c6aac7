// SPDX-License-Identifier: Apache-2.0
// Matched filter for the sync pattern.
#include "host/energy/window/pattern_search.hpp"

#include <algorithm>
#include <cmath>
#include <deque>

#include "protocol/messages/sync_code.hpp"

namespace hil::energy {
namespace {

constexpr double kBlocksPerStep = 32;
constexpr double kSteps = kSyncSteps;
/// Variances in steps' worth of noise. Of a place by all inner edges: sums over a step, weighted.
constexpr double kNoiseOfAll = 1.0 / 4 + 2 * 1.0 / 16;
/// By the falls: two sums, and half a step of what both levels are wrong (means over a step and
/// over half of one).
constexpr double kNoiseOfFalls = 1.0 / 2 + (1.0 + 2) / 4;
/// Of how much later the rise is than the falls: all three sums, a whole step of the levels.
constexpr double kNoiseOfLateness = 1 + 1.0 / 2 + (1.0 + 2);
/// A rise is late that is this many standard deviations late, and this share of a step.
constexpr double kLateSigmas = 4, kLateShare = 0.0025;

double busy_steps() {
  return static_cast<double>(std::count(std::begin(kSyncCode), std::end(kSyncCode), true));
}

/// Means of @p block samples each; a rest at the end is left out.
std::vector<double> means_of(std::span<const double> values, std::size_t block) {
  std::vector<double> means(values.size() / block);
  for (std::size_t b = 0; b < means.size(); ++b) {
    double sum = 0;
    for (std::size_t k = b * block; k < (b + 1) * block; ++k)
      sum += values[k];
    means[b] = sum / static_cast<double>(block);
  }
  return means;
}

std::vector<double> squares_of(std::vector<double> values) {
  for (double& value : values)
    value *= value;
  return values;
}

/// Correlation of a signal with the pattern, at any place.
class Correlation {
 public:
  Correlation(const std::vector<double>& values, double step)
      : sums_(values), squares_(squares_of(values)), step_(step) {}

  [[nodiscard]] double at(double begin) const {
    const double length = kSteps * step_;
    const double mean = busy_steps() / kSteps;
    double product = 0;
    for (std::size_t i = 0; i < kSyncSteps; ++i) {
      const double from = begin + step_ * static_cast<double>(i);
      product += ((kSyncCode[i] ? 1 : 0) - mean) * sums_.between(from, from + step_);
    }
    const double sum = sums_.between(begin, begin + length);
    const double square = squares_.between(begin, begin + length);
    const double spread = square - sum * sum / length;
    // What is left of a constant by rounding is no signal.
    if (spread <= 1e-12 * square) return 0;
    return product / std::sqrt(length * mean * (1 - mean) * spread);
  }

 private:
  RunningSum sums_, squares_;
  double step_;
};

/// For each place the largest of @p values from place + @p from to place + @p to, and where.
std::vector<std::size_t> best_ahead(const std::vector<double>& values, std::size_t from,
                                    std::size_t to) {
  std::vector<std::size_t> best;
  std::deque<std::size_t> falling;  // places whose values fall
  std::size_t next = from;
  for (std::size_t place = 0; place + from < values.size(); ++place) {
    for (; next < values.size() && next <= place + to; ++next) {
      while (!falling.empty() && values[falling.back()] <= values[next])
        falling.pop_back();
      falling.push_back(next);
    }
    while (falling.front() < place + from)
      falling.pop_front();
    best.push_back(falling.front());
  }
  return best;
}

/// Takes the mean level off: squares of small differences on a large level would round away.
std::vector<double> without_mean(std::vector<double> values) {
  double sum = 0;
  for (const double value : values)
    sum += value;
  const double mean = values.empty() ? 0 : sum / static_cast<double>(values.size());
  for (double& value : values)
    value -= mean;
  return values;
}

std::vector<double> correlations_of(std::span<const double> values, std::size_t block,
                                    double step) {
  const std::vector<double> means = without_mean(means_of(values, block));
  const double length = kSteps * step;
  std::vector<double> all;
  const Correlation correlation(means, step);
  for (std::size_t b = 0; static_cast<double>(b) + length <= static_cast<double>(means.size()); ++b)
    all.push_back(correlation.at(static_cast<double>(b)));
  return all;
}

/// Levels of a pattern that begins at @p begin: means of the middle halves of those steps whose
/// step before has the same level, so that no transition reaches into them, however slow or late
/// it is.
struct Levels {
  double busy = 0, rest = 0;
  [[nodiscard]] double change() const { return busy - rest; }
};
static_assert(kSyncCode[0] && kSyncCode[1] && kSyncCode[2] && !kSyncCode[3] && !kSyncCode[4] &&
              kSyncCode[5] && !kSyncCode[6]);
constexpr double kFirstFall = 3, kRise = 5, kLastFall = 6;  ///< edges, in steps

Levels levels_of(const RunningSum& sums, double step, double begin) {
  const auto mean = [&](double i) {
    const double from = begin + step * (i + 0.25);
    return sums.between(from, from + step / 2) / (step / 2);
  };
  return {(mean(1) + mean(2)) / 2, mean(4)};
}

/// By how many samples the edge at @p edge steps is later than the pattern has it, by the charge
/// half a step before and behind it.
double delay_of(const RunningSum& sums, double step, double begin, double edge, Levels levels) {
  const double at = begin + edge * step;
  const double more =
      sums.between(at - step / 2, at + step / 2) - step / 2 * (levels.busy + levels.rest);
  return (edge == kRise ? -more : more) / levels.change();
}

/// The inner edges, as samples later than at some place.
struct Delays {
  double first_fall = 0, rise = 0, last_fall = 0;

  /// The mean that wrong levels do not move: falls and rise count the same.
  [[nodiscard]] double of_all() const { return (first_fall + last_fall) / 4 + rise / 2; }
};

Delays delays_of(const RunningSum& sums, double step, double begin, Levels levels) {
  const auto delay = [&](double edge) { return delay_of(sums, step, begin, edge, levels); };
  return {delay(kFirstFall), delay(kRise), delay(kLastFall)};
}

/// By falls alone. The last one needs half a step of work before it.
struct Falls {
  double mean = 0, spread = 0;
};

Falls falls_of(const Delays& delays, double step) {
  if (delays.rise - delays.first_fall > 0.4 * step) return {delays.first_fall, 0};
  return {(delays.first_fall + delays.last_fall) / 2,
          std::abs(delays.first_fall - delays.last_fall) / 2};
}

/// Standard deviation about the levels in the steps that levels_of() takes, leaving out a tenth of
/// a step at either end.
double noise_about(std::span<const double> values, double step, double begin, Levels levels) {
  double squares = 0;
  double count = 0;
  for (const std::size_t i : {1u, 2u, 4u}) {
    const double from = begin + step * static_cast<double>(i);
    const auto first = static_cast<std::size_t>(std::max(0.0, std::ceil(from + step / 10)));
    const auto behind = static_cast<std::size_t>(std::max(0.0, std::floor(from + 0.9 * step)));
    for (std::size_t k = first; k < std::min(behind, values.size()); ++k) {
      const double away = values[k] - (kSyncCode[i] ? levels.busy : levels.rest);
      squares += away * away;
      ++count;
    }
  }
  return count > 0 ? std::sqrt(squares / count) : 0;
}

/// At one edge: the charge beside the right level, on both sides, by the change.
double smear_at(const RunningSum& sums, double step, double begin, double edge, Levels levels) {
  const double at = begin + edge * step;
  const double half = step / 2;
  const bool rises = edge == kRise;
  const double before = half * (rises ? levels.rest : levels.busy) - sums.between(at - half, at);
  const double behind = half * (rises ? levels.busy : levels.rest) - sums.between(at, at + half);
  return (rises ? behind - before : before - behind) / levels.change();
}

/// What is to be said of a place that lies by the falls, and the rise taken into it, unless a core
/// has woken late: asleep it falls on time; an emulator on a busy machine wakes milliseconds late.
void settle(const RunningSum& sums, double noise, double step, PatternPlace& place) {
  const Levels levels = levels_of(sums, step, place.begin);
  const Delays delays = delays_of(sums, step, place.begin, levels);
  const Falls falls = falls_of(delays, step);
  const double unit = noise * std::sqrt(step) / place.change;
  const double least =
      std::max(kLateShare * step, kLateSigmas * std::sqrt(kNoiseOfLateness) * unit);
  const auto smear = [&](double edge) { return smear_at(sums, step, place.begin, edge, levels); };
  if (delays.rise - falls.mean > least) {
    place.sigma = std::hypot(std::sqrt(kNoiseOfFalls) * unit, falls.spread);
    place.smear = smear(kFirstFall);
  } else {
    place.begin += delays.of_all();
    place.sigma = std::sqrt(kNoiseOfAll) * unit;
    place.smear = (smear(kFirstFall) + smear(kRise) + smear(kLastFall)) / 3;
  }
  place.smear = std::max(0.0, place.smear);
}

}  // namespace

RunningSum::RunningSum(std::span<const double> values) : sums_(values.size() + 1) {
  for (std::size_t k = 0; k < values.size(); ++k)
    sums_[k + 1] = sums_[k] + values[k];
}

double RunningSum::until(double place) const {
  const double inside = std::clamp(place, 0.0, static_cast<double>(size()));
  const auto whole = std::min(static_cast<std::size_t>(inside), size() - (size() > 0 ? 1 : 0));
  if (size() == 0) return 0;
  return sums_[whole] + (inside - static_cast<double>(whole)) * (sums_[whole + 1] - sums_[whole]);
}

PatternPair find_pattern_pair(std::span<const double> values, double step, double distance,
                              double reach) {
  PatternPair pair;
  const auto size = static_cast<double>(values.size());
  // Also keeps numbers that no trace has from becoming indices.
  if (!(step >= 1) || !(distance >= 0) || !(distance - reach + kSteps * step <= size)) return pair;
  const auto block = static_cast<std::size_t>(std::max(1.0, std::floor(step / kBlocksPerStep)));
  const auto blocks = [block](double samples) { return samples / static_cast<double>(block); };
  const std::vector<double> all = correlations_of(values, block, blocks(step));
  const auto from = static_cast<std::size_t>(std::max(0.0, blocks(distance - reach) - 1));
  const auto to = static_cast<std::size_t>(
      std::max(0.0, std::ceil(blocks(std::min(distance + reach, size))) + 1));
  const std::vector<std::size_t> trails = best_ahead(all, from, to);
  const auto score = [&](std::size_t b) { return (all[b] + all[trails[b]]) / 2; };
  std::size_t best = 0;
  for (std::size_t b = 1; b < trails.size(); ++b)
    if (score(b) > score(best)) best = b;
  if (trails.empty()) return pair;
  for (std::size_t b = 0; b < trails.size(); ++b) {
    const double apart = std::abs(static_cast<double>(b) - static_cast<double>(best));
    if (apart >= blocks(step)) pair.second = std::max(pair.second, score(b));
  }
  pair.lead = static_cast<double>(best * block);
  pair.trail = static_cast<double>(trails[best] * block);
  pair.lead_correlation = all[best];
  pair.trail_correlation = all[trails[best]];
  pair.correlation = score(best);
  return pair;
}

PatternPlace refine_pattern(std::span<const double> values, double step, double begin) {
  constexpr int kRounds = 8;
  const double origin = std::max(0.0, std::floor(begin - step));
  const auto first = std::min(static_cast<std::size_t>(origin), values.size());
  const auto many = static_cast<std::size_t>(std::ceil((kSteps + 3) * step));
  const std::span<const double> near = values.subspan(first, std::min(many, values.size() - first));
  const RunningSum sums(near);
  PatternPlace place;
  place.begin = begin - static_cast<double>(first);
  Levels levels;
  for (int round = 0; round < kRounds; ++round) {
    levels = levels_of(sums, step, place.begin);
    place.change = levels.change();
    if (!(place.change > 0)) break;
    const Falls falls = falls_of(delays_of(sums, step, place.begin, levels), step);
    place.begin += std::clamp(falls.mean, -step / 2, step / 2);
  }
  if (place.change > 0) settle(sums, noise_about(near, step, place.begin, levels), step, place);
  place.begin += static_cast<double>(first);
  return place;
}

}  // namespace hil::energy
