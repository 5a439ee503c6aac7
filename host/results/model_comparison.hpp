// SPDX-License-Identifier: Apache-2.0
// What a float model, its int8 version on the host, and that on a device answer to the same
// samples.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/results/record.hpp"

namespace hil::results {

/// The passes of a comparison, by which model ran where, in the order of ComparedPasses. Metrics of
/// a pass have its name as scope, those of a pair both names: "float-host/int8-host".
inline constexpr std::array<const char*, 3> kPassNames{"float-host", "int8-host", "int8-device"};
inline constexpr std::size_t kFloatHost = 0;
inline constexpr std::size_t kInt8Host = 1;
inline constexpr std::size_t kInt8Device = 2;

/// "float-host/int8-host" for (kFloatHost, kInt8Host).
std::string pair_name(std::size_t first, std::size_t second);

/// The class that a model took a sample for, and its real (dequantised) output for that class.
struct Answer {
  std::uint32_t predicted = 0;
  double score = 0;
};

/// One model over the samples, in their order, from the first one on.
struct ComparedPass {
  Origin origin = Origin::kMeasured;
  std::size_t width = 0;        ///< output values per sample
  std::vector<double> values;   ///< real (dequantised) outputs: a row of @ref width per sample
  std::vector<Answer> answers;  ///< one per sample; empty where outputs are no classes

  /// Samples that this pass has done.
  [[nodiscard]] std::size_t size() const { return width == 0 ? 0 : values.size() / width; }
};
using ComparedPasses = std::array<ComparedPass, 3>;

/// What is known of the samples besides; rows are per sample and may be more than any pass has.
struct ComparedSamples {
  std::function<std::string(std::size_t)> name;  ///< of sample i
  std::vector<std::uint32_t> labels;             ///< empty where outputs are no classes
  std::vector<std::string> slice_names;
  std::vector<std::vector<std::string>> slices;  ///< a value per slice name; empty without slices
};

/// Two-sided p-value of McNemar's exact test: how likely two models that are equally often right
/// on their own differ at least as much as @p only_first to @p only_second, the samples that one of
/// them alone has right. Twice the lower tail of the binomial distribution with probability 1/2,
/// at most 1; 1 if both are 0.
/// Source: Q. McNemar, Psychometrika 12 (1947), 153-157; exact form as in A. Agresti, Categorical
/// Data Analysis (2002), section 10.1.
double mcnemar_p(std::uint64_t only_first, std::uint64_t only_second);

/// Puts the metrics (before those that are there), slices and Record::model_comparison's pairs and
/// flips into @p record. Each figure is of the samples that all passes it is about have done:
///
/// | metric                   | scope | of |
/// |--------------------------|-------|----|
/// | `top1`                   | pass  | right answers, with Wilson's interval |
/// | `agreement`              | pair  | samples of one class in both, with Wilson's interval |
/// | `output_difference_max`  | pair  | largest absolute difference of an output, real values |
/// | `output_difference_mean` | pair  | mean absolute difference over samples and outputs |
/// | `mcnemar_p`              | float-host/int8-host | see mcnemar_p() |
///
/// A slice has `top1` of each pass and `agreement` of float-host/int8-host, over the samples that
/// all three have done. What has no samples, and what needs classes where there are none, is left
/// out.
///   kBug  passes of different widths
Status compare_passes(const ComparedPasses& passes, const ComparedSamples& samples, Record& record);

}  // namespace hil::results
