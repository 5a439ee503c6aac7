// SPDX-License-Identifier: Apache-2.0
// How well a score separates two kinds of samples: areas under the ROC and the PR curve.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "host/base/result.hpp"
#include "host/results/statistics.hpp"

namespace hil::results {

/// Samples in descending order of a score, each positive or negative. Both areas can be had for
/// every resample of a bootstrap without sorting again.
class Ranking {
 public:
  /// @p scores and @p positive: one of each per sample; infinities are scores like others.
  ///   kModel  a score is not a number
  ///   kBug    not as many of one as of the other
  static Result<Ranking> make(std::span<const double> scores, const std::vector<bool>& positive);

  [[nodiscard]] std::size_t size() const { return order_.size(); }

  /// Probability that a positive has a higher score than a negative, equal ones counted half: the
  /// area under the ROC curve with straight lines across ties. Nothing without a positive or
  /// without a negative. @p weights: how often each sample counts; once if empty.
  /// Source: J. A. Hanley and B. J. McNeil, Radiology 143 (1982), 29-36.
  [[nodiscard]] std::optional<double> roc_auc(Weights weights = {}) const;

  /// Average precision: the precision at each distinct score, weighted by the recall gained there.
  /// It is no trapezoid, which would be too high, and equal scores are one step. Nothing without a
  /// positive.
  /// Source: J. Davis and M. Goadrich, ICML (2006), 233-240.
  [[nodiscard]] std::optional<double> average_precision(Weights weights = {}) const;

 private:
  /// Calls @p take(positives, negatives) for each distinct score, highest first.
  template <class Take>
  void for_each_score(Weights weights, Take take) const;

  std::vector<std::uint32_t> order_;  ///< sample numbers, highest score first
  std::vector<bool> positive_;        ///< in that order
  std::vector<bool> last_;            ///< in that order: the next one has a lower score
};

}  // namespace hil::results
