// SPDX-License-Identifier: Apache-2.0
// Metrics of an autoencoder that finds anomalies by its reconstruction error.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "host/base/result.hpp"
#include "host/results/record.hpp"

namespace hil::results {

/// The reconstruction error of each file, and whether the file is an anomaly.
struct AnomalyScores {
  std::vector<std::uint32_t> labels;  ///< 0: normal, 1: anomaly; empty: the dataset has no labels
  std::vector<double> errors;         ///< mean of the file's windows, in squared units of the input

  [[nodiscard]] std::size_t size() const { return errors.size(); }
};

/// Mean of the squared differences between a window and what the model made of it, both as real
/// numbers (dequantised), as the reference implementation of MLPerf Tiny AD computes it.
///   kModel  not as many outputs as inputs, none at all, or an output that is not finite
Result<double> mean_square_error(std::span<const double> input, std::span<const double> output);

/// Adds a file whose windows have the mean errors @p windows; no label if the dataset has none.
///   kUser  a label above 1, or no window
Status add_file(AnomalyScores& scores, std::optional<std::uint32_t> label,
                std::span<const double> windows);

/// Only the files named by @p indices, in that order.
AnomalyScores selected(const AnomalyScores& scores, std::span<const std::size_t> indices);

/// In this order: `mse`, the mean over files of the file's error (so a long file counts as much as
/// a short one); `auc` and `pr_auc` of the file's error for anomalies against normal files, left
/// out without labels or where all files are of one kind. Each with a bootstrap interval over
/// files. Without files there is no metric.
std::vector<Metric> anomaly_metrics(const AnomalyScores& scores, Origin origin);

/// `auc` alone, or `mse` where that is not defined, for slices; nothing without files.
std::optional<Metric> auc_or_mse_of(const AnomalyScores& scores, Origin origin);

}  // namespace hil::results
