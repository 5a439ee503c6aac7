// SPDX-License-Identifier: Apache-2.0
// DutModelView: from a model file, a model id or a dataset to what goes over the line.
#include "host/measure/dialect/dut_model_view.hpp"

#include <fmt/format.h>

#include <limits>

#include "host/data/sample.hpp"
#include "host/dialect/mlperf_tiny/models.hpp"
#include "host/measure/real_values.hpp"
#include "host/measure/sample_source.hpp"
#include "host/results/anomaly.hpp"

namespace hil::measure {
namespace {

namespace mlperf_tiny = dialect::mlperf_tiny;
using data::ElementType;

/// @p input as the line takes it in @p type; nothing if there is no rule.
std::optional<model::TensorSpec> line_input(const model::TensorSpec& input, ElementType type) {
  constexpr std::int32_t kShift = 128;
  model::TensorSpec line = input;
  line.type = type;
  if (type == input.type) return line;
  if (type == ElementType::kFloat32) {
    line.scale = 0;
    line.zero_point = 0;
    return line;
  }
  if (type == ElementType::kUint8 && input.type == ElementType::kInt8) {
    line.zero_point += kShift;
    return line;
  }
  if (type == ElementType::kInt8 && input.type == ElementType::kUint8) {
    line.zero_point -= kShift;
    return line;
  }
  return std::nullopt;
}

Result<model::TensorSpec> input_by_model(const model::CompiledModel& model,
                                         const DutViewOptions& options) {
  if (model.inputs.size() != 1) {
    return Error{Blame::kModel,
                 fmt::format("{} has {} inputs, 'db' feeds exactly one", model.path.string(),
                             model.inputs.size()),
                 "use a model with one input"};
  }
  const model::TensorSpec& input = model.inputs.front();
  const auto by_id = mlperf_tiny::sample_type_of(options.model_id);
  // Of a float model with a known id the firmware may well take floats: the id's type is a
  // convention of the int8 models.
  const bool is_float = input.type == ElementType::kFloat32;
  const ElementType type =
      options.type.value_or(is_float ? input.type : by_id.value_or(input.type));
  auto line = line_input(input, type);
  if (line) return *std::move(line);
  return Error{Blame::kUser,
               fmt::format("samples of {} do not become the {} input of {}", data::name_of(type),
                           data::name_of(input.type), model.path.string()),
               "name another --sample-type"};
}

/// Elements of one inference, as the dataset states them or its first sample shows.
Result<std::vector<std::int32_t>> shape_by_dataset(const data::Dataset& dataset,
                                                   ElementType files) {
  if (!dataset.shape.empty()) return dataset.shape;
  if (dataset.samples.empty()) {
    return Error{Blame::kUser, fmt::format("{} has no samples", dataset.folder.string()), ""};
  }
  const data::Sample& first = dataset.samples.front();
  std::size_t bytes = first.window_bytes;
  if (bytes == 0) {
    HIL_ASSIGN(const data::Tensor tensor, data::load_sample(dataset, first));
    bytes = tensor.bytes.size();
  }
  const std::size_t elements = bytes / data::size_of(files);
  if (elements > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    return Error{Blame::kUser, fmt::format("{} is too large", first.name), ""};
  }
  return std::vector<std::int32_t>{1, static_cast<std::int32_t>(elements)};
}

Result<model::TensorSpec> input_by_dataset(const data::Dataset& dataset,
                                           const DutViewOptions& options) {
  const auto by_id = mlperf_tiny::sample_type_of(options.model_id);
  const auto files = options.files ? options.files : dataset.element_type;
  model::TensorSpec input;
  input.name = "db";
  input.type = options.type.value_or(by_id.value_or(files.value_or(ElementType::kInt8)));
  HIL_ASSIGN(input.shape, shape_by_dataset(dataset, files.value_or(input.type)));
  return input;
}

std::size_t values_by_dataset(const data::Dataset& dataset) {
  if (dataset.class_count > 0) return dataset.class_count;
  return dataset.samples.empty() ? 0 : dataset.samples.front().targets.size();
}

}  // namespace

Result<DutModelView> make_dut_view(const model::CompiledModel* model, const data::Dataset* dataset,
                                   const DutViewOptions& options) {
  if (model == nullptr && dataset == nullptr) {
    return Error{Blame::kUser, "nothing says how large a sample of the firmware's model is",
                 "name the model file, or --dataset DIR"};
  }
  DutModelView view;
  view.model = model;
  view.prints_error = options.model_id == mlperf_tiny::kAnomalyModel;
  HIL_ASSIGN(model::TensorSpec input, model != nullptr ? input_by_model(*model, options)
                                                       : input_by_dataset(*dataset, options));
  const std::size_t values = view.prints_error    ? 1
                             : model != nullptr   ? output_values(*model)
                             : dataset != nullptr ? values_by_dataset(*dataset)
                                                  : 0;
  model::TensorSpec output;
  output.name = "m-results";
  output.type = ElementType::kFloat32;
  output.shape = {1, static_cast<std::int32_t>(values)};
  view.line.path = model != nullptr ? model->path : "the firmware";
  view.line.inputs.push_back(std::move(input));
  view.line.outputs.push_back(std::move(output));
  return view;
}

Result<data::Conversion> input_conversion(const DutModelView& view) {
  const model::TensorSpec& line = view.line.inputs.front();
  return data::Conversion::make({line.type, line.scale, line.zero_point},
                                format_of(view.model->inputs.front()));
}

Result<std::vector<double>> printed_values(const DutModelView& view,
                                           std::span<const std::uint8_t> sample,
                                           std::span<const std::vector<std::uint8_t>> outputs) {
  std::vector<double> values = real_outputs(*view.model, outputs);
  if (!view.prints_error) return values;
  std::vector<double> input;
  append_real(sample, view.line.inputs.front(), input);
  HIL_ASSIGN(const double error, results::mean_square_error(input, values));
  return std::vector<double>{error};
}

Result<DutReference> DutReference::make(const DutModelView& view) {
  HIL_ASSIGN(const auto conversion, input_conversion(view));
  HIL_ASSIGN(auto runner, model::ReferenceRunner::make(*view.model));
  return DutReference(view, conversion, std::move(runner));
}

Result<std::vector<double>> DutReference::values(std::span<const std::uint8_t> sample) {
  Inputs inputs(1);
  HIL_ASSIGN(inputs.front(), conversion_.apply(sample));
  runner_.reset_state();  // each sample by itself, as `hilbench dut` computes it
  HIL_ASSIGN(const auto outputs, runner_.run(inputs));
  return printed_values(*view_, sample, outputs);
}

}  // namespace hil::measure
