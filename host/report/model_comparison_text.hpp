// SPDX-License-Identifier: Apache-2.0
// A float model beside its int8 version as text for a terminal, and its flips as CSV.
#pragma once

#include <cstddef>
#include <string>

#include "host/results/record.hpp"

namespace hil::report {

/// Whether @p metric is of a pass or a pair of a comparison of models: model_comparison_text() has
/// it.
bool is_of_models(const results::Metric& metric);

/// Accuracies and agreements with their intervals, output differences, McNemar's test, the first
/// flips, and slices (of each column of the dataset the ten that lose most), in lines of at most
/// @p width columns (at least 60). Empty if @p record has no model_comparison.
std::string model_comparison_text(const results::Record& record, std::size_t width);

/// `name,label,float_class,int8_class,float_score,int8_score`, then a row per flip: classes as
/// numbers, the score of each model for its own class as a real number with as many digits as bring
/// it back exactly.
std::string flips_csv(const results::ModelComparison& comparison);

}  // namespace hil::report
