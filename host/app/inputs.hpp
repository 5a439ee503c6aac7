// SPDX-License-Identifier: Apache-2.0
// What commands run on: a dataset or one file, as their options say.
#pragma once

#include "host/app/options.hpp"
#include "host/base/result.hpp"
#include "host/data/dataset.hpp"
#include "host/measure/sample_source.hpp"
#include "host/model/model.hpp"

namespace hil::app {

/// Declares --input-type, --scale and --zero-point.
void add_input_options(Options& options);

/// The dataset at --dataset, with what --scale and --zero-point say.
///   every error of data::load_dataset() and apply_quantisation()
Result<data::Dataset> dataset_of(const Arguments& arguments);

/// @p dataset for @p model. What the conversion does is said on standard error.
///   every error of measure::SampleSource::make()
Result<measure::SampleSource> source_of(const Arguments& arguments, data::Dataset dataset,
                                        const model::CompiledModel& model);

/// The dataset at --dataset for @p model: the two above.
Result<measure::SampleSource> source_of(const Arguments& arguments,
                                        const model::CompiledModel& model);

/// The file at --input as the only input of @p model. What the conversion does is said on standard
/// error.
///   kModel  the model has not exactly one input
///   kUser   the file is unreadable or another size or type, or no rule converts it
Result<measure::Inputs> read_input(const Arguments& arguments, const model::CompiledModel& model);

}  // namespace hil::app
