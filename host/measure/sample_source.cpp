// SPDX-License-Identifier: Apache-2.0
// Reading and converting samples.
#include "host/measure/sample_source.hpp"

#include <fmt/format.h>

#include "host/data/sample.hpp"
#include "host/data/shapes.hpp"

namespace hil::measure {
namespace {

/// Inference at which each sample begins, and at the end the number of all.
Result<std::vector<std::size_t>> count_inferences(const data::Dataset& dataset) {
  std::vector<std::size_t> first{0};
  std::uint64_t total = 0;
  for (const data::Sample& sample : dataset.samples) {
    total += sample.window_count();
    if (total > UINT32_MAX) {  // they are numbered with 32 bits on the line
      return Error{
          Blame::kUser,
          fmt::format("{} gives more than {} inferences", dataset.folder.string(), UINT32_MAX),
          "split the dataset, or make the stride larger"};
    }
    first.push_back(static_cast<std::size_t>(total));
  }
  return first;
}

/// Whether the dataset's samples are values of @p type for @p input, as far as it says.
Status check_fit(const data::Dataset& dataset, data::ElementType type,
                 const model::TensorSpec& input) {
  if (!dataset.raw && dataset.element_type != type) {
    return Error{
        Blame::kUser,
        fmt::format("{} holds {} samples, --input-type says {}", dataset.folder.string(),
                    data::name_of(dataset.element_type.value_or(type)), data::name_of(type)),
        "leave --input-type out: the files say it themselves"};
  }
  for (const data::Sample& sample : dataset.samples) {
    if (sample.window_bytes == 0) continue;
    if (sample.window_bytes == input.element_count() * data::size_of(type)) continue;
    return Error{Blame::kUser,
                 fmt::format("{}: a window of {} bytes, the model's input takes {} ({} x {})",
                             data::text_of(dataset, sample), sample.window_bytes,
                             input.element_count() * data::size_of(type), input.element_count(),
                             data::name_of(type)),
                 "correct the window, or state the element type with --input-type"};
  }
  if (dataset.shape.empty()) return {};
  return data::check_shapes(dataset, input.shape);
}

}  // namespace

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
  HIL_TRY(check_fit(dataset, from, input));
  data::SampleFormat format(from, dataset.scale, dataset.zero_point);
  // What dataset.json says of the scale, it says of its own element type.
  if (dataset.element_type.value_or(from) != from) format = from;
  HIL_ASSIGN(data::Conversion conversion, data::Conversion::make(format, format_of(input)));
  HIL_ASSIGN(auto first, count_inferences(dataset));
  return SampleSource(std::move(dataset), from, conversion, input.element_count(),
                      std::move(first));
}

Item SampleSource::item(std::size_t index) const {
  const auto after = std::upper_bound(first_.begin(), first_.end(), index);
  const auto sample = static_cast<std::size_t>(after - first_.begin()) - 1;
  return {sample, index - first_[sample]};
}

Result<Inputs> SampleSource::read(std::size_t index) const {
  const Item at = item(index);
  HIL_ASSIGN(const auto bytes, data::read_sample(dataset_, dataset_.samples[at.sample],
                                                 element_count_, type_, at.window));
  auto converted = conversion_.apply(bytes);
  if (!converted) return converted.error().within(name_of(index));
  return Inputs{std::move(converted).value()};
}

std::string SampleSource::name_of(std::size_t index) const {
  const Item at = item(index);
  const data::Sample& sample = dataset_.samples[at.sample];
  if (sample.window_bytes == 0) return data::text_of(dataset_, sample);
  const std::string place = data::place_of(dataset_, sample);
  return fmt::format("{} window {}{}", sample.name, at.window, place.empty() ? "" : ", " + place);
}

}  // namespace hil::measure
