// SPDX-License-Identifier: Apache-2.0
// Reading inputs as options say.
#include "host/app/inputs.hpp"

#include <fmt/format.h>

#include "host/app/console_io.hpp"
#include "host/app/prepare.hpp"
#include "host/data/load.hpp"
#include "host/data/sample.hpp"

namespace hil::app {

void add_input_options(Options& options) {
  options
      .option("input-type", "TYPE",
              "element type of raw input files: i8, u8, i16, i32, f32 (default: dataset.json, else "
              "the model's)")
      .values({"i8", "u8", "i16", "i32", "f32"});
  add_quantisation_options(options);
}

Result<data::Dataset> dataset_of(const Arguments& arguments) {
  HIL_ASSIGN(auto dataset, data::load_dataset(arguments.get("dataset")));
  HIL_TRY(apply_quantisation(arguments, dataset));
  return dataset;
}

Result<measure::SampleSource> source_of(const Arguments& arguments,
                                        const model::CompiledModel& model) {
  HIL_ASSIGN(auto dataset, dataset_of(arguments));
  return source_of(arguments, std::move(dataset), model);
}

Result<measure::SampleSource> source_of(const Arguments& arguments, data::Dataset dataset,
                                        const model::CompiledModel& model) {
  HIL_ASSIGN(const auto type, input_type_of(arguments));
  HIL_ASSIGN(auto source, measure::SampleSource::make(std::move(dataset), model, type));
  if (!source.conversion().empty()) remark(source.conversion());
  return source;
}

Result<measure::Inputs> read_input(const Arguments& arguments, const model::CompiledModel& model) {
  if (model.inputs.size() != 1) {
    return Error{Blame::kModel,
                 fmt::format("{} has {} inputs, --input feeds exactly one", model.path.string(),
                             model.inputs.size()),
                 "use a model with one input"};
  }
  const model::TensorSpec& input = model.inputs.front();
  HIL_ASSIGN(const auto given, input_type_of(arguments));
  HIL_ASSIGN(const auto file, data::read_input_file(arguments.get("input"), input.shape,
                                                    given.value_or(input.type)));
  if (given && *given != file.type) {
    return Error{Blame::kUser,
                 fmt::format("{} holds {} values, --input-type says {}", arguments.get("input"),
                             data::name_of(file.type), data::name_of(*given)),
                 "leave --input-type out: the file says it itself"};
  }
  HIL_ASSIGN(const auto stated, quantisation_of(arguments, file.type));
  const data::SampleFormat format = stated.value_or(data::SampleFormat(file.type, file.scale));
  HIL_ASSIGN(const auto conversion, data::Conversion::make(format, measure::format_of(input)));
  if (!conversion.describe().empty()) remark(conversion.describe());
  auto converted = conversion.apply(file.bytes);
  if (!converted) return converted.error().within(arguments.get("input"));
  measure::Inputs inputs;
  inputs.push_back(*std::move(converted));
  return inputs;
}

}  // namespace hil::app
