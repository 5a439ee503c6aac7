// SPDX-License-Identifier: Apache-2.0
// DEPTHWISE_CONV_2D: int8, int16 with int8 weights, float32 and hybrid, any multiplier, with
// dilation.
#include <fmt/format.h>

#include "host/model/operators/convolution.hpp"
#include "host/model/operators/kinds.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

Options read_options(const void* table) {
  const auto& from = *static_cast<const tflite::DepthwiseConv2DOptions*>(table);
  ConvOptions options;
  options.padding = static_cast<Padding>(from.padding());
  options.stride_h = from.stride_h();
  options.stride_w = from.stride_w();
  options.dilation_h = from.dilation_h_factor();
  options.dilation_w = from.dilation_w_factor();
  options.depth_multiplier = from.depth_multiplier();
  options.activation = static_cast<Activation>(from.fused_activation_function());
  return options;
}

/// The reference reads any bias beside int16 activations as int64.
bool supports(const OperatorView& view) {
  const bool narrow_bias = view.input(2) != nullptr && view.input_is(2, TensorType::kInt32);
  return supports_weights(view) && !(view.input_is(0, TensorType::kInt16) && narrow_bias);
}

/// Weights are [1, kh, kw, in * multiplier].
Result<FoldedOperator> fold(const OperatorView& view, ConstantPool& pool) {
  const auto in = view.input(0)->shape;
  const auto weights = view.input(1)->shape;
  if (in.size() != 4 || weights.size() != 4 || weights[0] != 1) {
    return view.refuse("needs an input of four dimensions and weights of 1 x height x width x out");
  }
  const std::int32_t multiplier = view.options<ConvOptions>().depth_multiplier;
  if (weights[3] % in[3] != 0 || (multiplier != 0 && multiplier != weights[3] / in[3])) {
    return view.refuse(fmt::format("cannot make {} channels of {} with a multiplier of {}",
                                   weights[3], in[3], multiplier));
  }
  ConvShape shape;
  shape.channels = weights[3];
  shape.scale_dimension = 3;
  shape.macs_per_output =
      static_cast<std::uint64_t>(weights[1]) * static_cast<std::uint64_t>(weights[2]);
  return fold_convolution(view, plan::Opcode::kDepthwiseConv2d, shape, pool);
}

}  // namespace

const OperatorKind kDepthwiseConv2dKind = {
    .code = 4,
    .options_type = tflite::BuiltinOptions_DepthwiseConv2DOptions,
    .options_required = true,
    .min_inputs = 2,
    .max_inputs = 3,
    .has_weights = true,
    .read_options = read_options,
    .supports = supports,
    .fold = fold,
};

}  // namespace hil::model
