// SPDX-License-Identifier: Apache-2.0
// AVERAGE_POOL_2D and MAX_POOL_2D: int8 and int16 (raw values without requantisation) and float32.
#include <fmt/format.h>

#include <cmath>

#include "host/model/operators/kinds.hpp"
#include "host/model/quantise.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

// Largest difference of input and output scale that the reference accepts.
constexpr double kScaleTolerance = 1e-6;
constexpr std::int32_t kPlanMax = 0xFFFF;

Options read_options(const void* table) {
  const auto& from = *static_cast<const tflite::Pool2DOptions*>(table);
  PoolOptions options;
  options.padding = static_cast<Padding>(from.padding());
  options.stride_h = from.stride_h();
  options.stride_w = from.stride_w();
  options.filter_h = from.filter_height();
  options.filter_w = from.filter_width();
  options.activation = static_cast<Activation>(from.fused_activation_function());
  return options;
}

bool supports_integers(const OperatorView& view) {
  return (view.input_is(0, TensorType::kInt8) && view.output_is(0, TensorType::kInt8)) ||
         (view.input_is(0, TensorType::kInt16) && view.output_is(0, TensorType::kInt16));
}

bool supports_float(const OperatorView& view) {
  return view.input_is(0, TensorType::kFloat32) && view.output_is(0, TensorType::kFloat32);
}

bool supports(const OperatorView& view) {
  return supports_integers(view) || supports_float(view);
}

/// @p Params is PoolParams or FloatPoolParams.
template <class Params>
Status fold_geometry(const OperatorView& view, Params& params) {
  const auto options = view.options<PoolOptions>();
  const auto in = view.input(0)->shape;
  const auto out = view.output(0)->shape;
  if (in.size() != 4) return view.refuse("needs an input of four dimensions");
  const auto rows = window_of(options.padding, in[1], options.filter_h, options.stride_h, 1);
  const auto columns = window_of(options.padding, in[2], options.filter_w, options.stride_w, 1);
  if (!rows || !columns || options.filter_h > kPlanMax || options.filter_w > kPlanMax) {
    return view.refuse("has a window, stride or padding that does not fit its input");
  }
  if (out.size() != 4 || out[0] != in[0] || out[1] != rows->out || out[2] != columns->out ||
      out[3] != in[3]) {
    return view.refuse(fmt::format("should have an output of {}x{}x{}x{}, the file says otherwise",
                                   in[0], rows->out, columns->out, in[3]));
  }
  params.stride_h = static_cast<std::uint16_t>(options.stride_h);
  params.stride_w = static_cast<std::uint16_t>(options.stride_w);
  params.filter_h = static_cast<std::uint16_t>(options.filter_h);
  params.filter_w = static_cast<std::uint16_t>(options.filter_w);
  params.pad_top = static_cast<std::uint16_t>(rows->pad_before);
  params.pad_left = static_cast<std::uint16_t>(columns->pad_before);
  params.pad_bottom = static_cast<std::uint16_t>(rows->pad_after);
  params.pad_right = static_cast<std::uint16_t>(columns->pad_after);
  return {};
}

template <class Params>
FoldedOperator folded_pool(const OperatorView& view, plan::Opcode opcode, const Params& params) {
  FoldedOperator folded;
  folded.opcode = opcode;
  folded.inputs = {view.input_index(0)};
  folded.outputs = {view.op().outputs[0]};
  folded.params = bytes_of(params);
  return folded;
}

Result<FoldedOperator> fold_float(const OperatorView& view, plan::Opcode opcode) {
  plan::FloatPoolParams params{};
  HIL_TRY(fold_geometry(view, params));
  const auto range = float_activation_range(view.options<PoolOptions>().activation);
  if (!range) return view.refuse("has a fused activation that cannot be applied to its output");
  params.activation_min = range->activation_min;
  params.activation_max = range->activation_max;
  return folded_pool(view, opcode, params);
}

Result<FoldedOperator> fold_pool(const OperatorView& view, plan::Opcode opcode) {
  if (supports_float(view)) return fold_float(view, opcode);
  plan::PoolParams params{};
  HIL_TRY(fold_geometry(view, params));
  HIL_ASSIGN(const Quantisation in, view.quantisation(*view.input(0)));
  HIL_ASSIGN(const Quantisation out, view.quantisation(*view.output(0)));
  const double difference = static_cast<double>(in.scale) - static_cast<double>(out.scale);
  if (std::abs(difference) > kScaleTolerance || in.zero_point != out.zero_point) {
    return view.refuse("has different quantisation at input and output",
                       "convert the model again; pooling keeps the quantisation");
  }
  HIL_ASSIGN(const Range range,
             activation_range_of(view, view.options<PoolOptions>().activation, out));
  params.activation_min = range.min;
  params.activation_max = range.max;
  return folded_pool(view, opcode, params);
}

Result<FoldedOperator> fold_average(const OperatorView& view, ConstantPool&) {
  return fold_pool(view, plan::Opcode::kAveragePool2d);
}

Result<FoldedOperator> fold_maximum(const OperatorView& view, ConstantPool&) {
  return fold_pool(view, plan::Opcode::kMaxPool2d);
}

}  // namespace

const OperatorKind kAveragePool2dKind = {
    .code = 1,
    .options_type = tflite::BuiltinOptions_Pool2DOptions,
    .options_required = true,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .read_options = read_options,
    .supports = supports,
    .fold = fold_average,
};

const OperatorKind kMaxPool2dKind = {
    .code = 17,
    .options_type = tflite::BuiltinOptions_Pool2DOptions,
    .options_required = true,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .read_options = read_options,
    .supports = supports,
    .fold = fold_maximum,
};

}  // namespace hil::model
