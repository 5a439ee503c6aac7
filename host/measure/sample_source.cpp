// SPDX-License-Identifier: Apache-2.0
// Reading and converting samples.
#include "host/measure/sample_source.hpp"

#include <fmt/format.h>

#include "host/data/mlperf_folder.hpp"
#include "host/data/sample.hpp"

namespace hil::measure {

data::InputFormat format_of(const model::TensorSpec& input) {
  return {input.type, input.scale, input.zero_point};
}

Result<SampleSource> SampleSource::make(data::Dataset dataset, const model::CompiledModel& model,
                                        std::optional<data::ElementType> type) {
  if (model.inputs.size() != 1) {
    return Error{Blame::kModel,
                 fmt::format("{} has {} inputs, a dataset of single files feeds exactly one",
                             model.path.string(), model.inputs.size()),
                 "use a model with one input"};
  }
  const model::TensorSpec& input = model.inputs.front();
  const data::ElementType from = type.value_or(dataset.element_type.value_or(input.type));
  HIL_ASSIGN(data::Conversion conversion,
             data::Conversion::make({from, dataset.scale, dataset.zero_point}, format_of(input)));
  return SampleSource(std::move(dataset), from, conversion, input.element_count());
}

Result<Inputs> SampleSource::read(std::size_t index) const {
  HIL_ASSIGN(const auto bytes,
             data::read_sample(dataset_, dataset_.samples[index], element_count_, type_));
  auto converted = conversion_.apply(bytes);
  if (!converted) return converted.error().within(name_of(index));
  return Inputs{std::move(converted).value()};
}

std::string SampleSource::name_of(std::size_t index) const {
  const data::Sample& sample = dataset_.samples[index];
  return fmt::format("{}, {} line {}", sample.name, data::kLabelFile, sample.line);
}

}  // namespace hil::measure
