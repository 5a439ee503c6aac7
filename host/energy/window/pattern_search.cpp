// SPDX-License-Identifier: Apache-2.0
// Matched filter for the sync pattern.
#include "host/energy/window/pattern_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>

#include "protocol/messages/sync_code.hpp"

namespace hil::energy {
namespace {

constexpr double kBlocksPerStep = 32;
constexpr double kSteps = kSyncSteps;

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

/// Levels of a pattern that begins at @p begin: means of the middle halves of its steps.
struct Levels {
  double busy = 0, rest = 0;
};

Levels levels_of(const RunningSum& sums, double step, double begin) {
  Levels levels;
  for (std::size_t i = 0; i < kSyncSteps; ++i) {
    const double from = begin + step * (static_cast<double>(i) + 0.25);
    const double mean = sums.between(from, from + step / 2) / (step / 2);
    (kSyncCode[i] ? levels.busy : levels.rest) += mean;
  }
  levels.busy /= busy_steps();
  levels.rest /= kSteps - busy_steps();
  return levels;
}

/// Inner edges and their weights: the sum of all is 0, so that levels fall out.
struct WeightedEdge {
  double step, weight;
};
constexpr std::array<WeightedEdge, 3> kInnerEdges = {WeightedEdge{3, -0.5}, WeightedEdge{5, 1},
                                                     WeightedEdge{6, -0.5}};
static_assert(kSyncCode[2] && !kSyncCode[3] && !kSyncCode[4] && kSyncCode[5] && !kSyncCode[6]);

/// Standard deviation about the two levels, leaving out a tenth of a step behind each edge.
double noise_about(std::span<const double> values, double step, double begin, Levels levels) {
  double squares = 0;
  double count = 0;
  for (std::size_t i = 0; i < kSyncSteps; ++i) {
    const double from = begin + step * static_cast<double>(i);
    const auto first = static_cast<std::size_t>(std::max(0.0, std::ceil(from + step / 10)));
    const auto behind = static_cast<std::size_t>(std::max(0.0, std::floor(from + step)));
    for (std::size_t k = first; k < std::min(behind, values.size()); ++k) {
      const double away = values[k] - (kSyncCode[i] ? levels.busy : levels.rest);
      squares += away * away;
      ++count;
    }
  }
  return count > 0 ? std::sqrt(squares / count) : 0;
}

/// Mean over the inner edges of the charge beside the right level, on both sides, by the change.
double smear_of(const RunningSum& sums, double step, double begin, Levels levels) {
  const double half = step / 2;
  double smear = 0;
  for (const WeightedEdge& edge : kInnerEdges) {
    const double at = begin + edge.step * step;
    const bool up = edge.weight > 0;
    const double before = sums.between(at - half, at) - half * (up ? levels.rest : levels.busy);
    const double behind = half * (up ? levels.busy : levels.rest) - sums.between(at, at + half);
    smear += (up ? 1 : -1) * (before + behind) / (levels.busy - levels.rest);
  }
  return std::max(0.0, smear / static_cast<double>(kInnerEdges.size()));
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
  const double half = step / 2;
  Levels levels;
  for (int round = 0; round < kRounds; ++round) {
    levels = levels_of(sums, step, place.begin);
    place.change = levels.busy - levels.rest;
    if (!(place.change > 0)) break;
    double balance = 0;
    for (const WeightedEdge& edge : kInnerEdges) {
      const double at = place.begin + edge.step * step;
      balance += edge.weight * sums.between(at - half, at + half);
    }
    // Each edge that comes later by d samples changes its integral by d times the level's change.
    place.begin -= std::clamp(balance / (2 * place.change), -half, half);
  }
  const double noise = noise_about(near, step, place.begin, levels);
  place.sigma = place.change > 0 ? noise * std::sqrt(3 * half) / (2 * place.change) : 0;
  place.smear = place.change > 0 ? smear_of(sums, step, place.begin, levels) : 0;
  place.begin += static_cast<double>(first);
  return place;
}

}  // namespace hil::energy
