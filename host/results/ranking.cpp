// SPDX-License-Identifier: Apache-2.0
// Areas under curves in one pass over sorted samples.
#include "host/results/ranking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace hil::results {

Result<Ranking> Ranking::make(std::span<const double> scores, const std::vector<bool>& positive) {
  if (scores.size() != positive.size() || scores.size() > UINT32_MAX) {
    return Error{Blame::kBug,
                 fmt::format("{} scores for {} samples", scores.size(), positive.size()), ""};
  }
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!std::isnan(scores[i])) continue;
    return Error{Blame::kModel, fmt::format("the score of sample {} is not a number", i),
                 "the model overflows on this sample"};
  }
  Ranking ranking;
  ranking.order_.resize(scores.size());
  std::iota(ranking.order_.begin(), ranking.order_.end(), 0U);
  std::stable_sort(ranking.order_.begin(), ranking.order_.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return scores[a] > scores[b]; });
  for (std::size_t i = 0; i < ranking.order_.size(); ++i) {
    const std::uint32_t sample = ranking.order_[i];
    ranking.positive_.push_back(positive[sample]);
    const bool last = i + 1 == scores.size() || scores[ranking.order_[i + 1]] < scores[sample];
    ranking.last_.push_back(last);
  }
  return ranking;
}

template <class Take>
void Ranking::for_each_score(Weights weights, Take take) const {
  double positives = 0;
  double negatives = 0;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const double weight = weights.empty() ? 1 : weights[order_[i]];
    (positive_[i] ? positives : negatives) += weight;
    if (!last_[i]) continue;
    take(positives, negatives);
    positives = negatives = 0;
  }
}

std::optional<double> Ranking::roc_auc(Weights weights) const {
  double area = 0;  // pairs in the right order
  double positives = 0;
  double negatives = 0;
  for_each_score(weights, [&](double more_positives, double more_negatives) {
    area += more_negatives * (positives + more_positives / 2);
    positives += more_positives;
    negatives += more_negatives;
  });
  if (positives == 0 || negatives == 0) return std::nullopt;
  return area / positives / negatives;
}

std::optional<double> Ranking::average_precision(Weights weights) const {
  double sum = 0;
  double positives = 0;
  double negatives = 0;
  for_each_score(weights, [&](double more_positives, double more_negatives) {
    positives += more_positives;
    negatives += more_negatives;
    if (more_positives > 0) sum += more_positives * positives / (positives + negatives);
  });
  if (positives == 0) return std::nullopt;
  return sum / positives;
}

}  // namespace hil::results
