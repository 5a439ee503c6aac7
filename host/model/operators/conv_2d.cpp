// SPDX-License-Identifier: Apache-2.0
// CONV_2D: int8, int16 with int8 weights, float32 and hybrid, with groups and dilation.
#include "host/model/operators/convolution.hpp"
#include "host/model/operators/kinds.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

Options read_options(const void* table) {
  const auto& from = *static_cast<const tflite::Conv2DOptions*>(table);
  ConvOptions options;
  options.padding = static_cast<Padding>(from.padding());
  options.stride_h = from.stride_h();
  options.stride_w = from.stride_w();
  options.dilation_h = from.dilation_h_factor();
  options.dilation_w = from.dilation_w_factor();
  options.activation = static_cast<Activation>(from.fused_activation_function());
  return options;
}

/// Weights are [out, kh, kw, in / groups].
Result<FoldedOperator> fold(const OperatorView& view, ConstantPool& pool) {
  const auto in = view.input(0)->shape;
  const auto weights = view.input(1)->shape;
  if (in.size() != 4 || weights.size() != 4) {
    return view.refuse("needs an input and weights of four dimensions");
  }
  if (in[3] % weights[3] != 0 || weights[0] % (in[3] / weights[3]) != 0) {
    return view.refuse("has channels that do not divide into groups");
  }
  ConvShape shape;
  shape.channels = weights[0];
  shape.scale_dimension = 0;
  shape.macs_per_output = static_cast<std::uint64_t>(weights[1]) *
                          static_cast<std::uint64_t>(weights[2]) *
                          static_cast<std::uint64_t>(weights[3]);
  return fold_convolution(view, plan::Opcode::kConv2d, shape, pool);
}

}  // namespace

const OperatorKind kConv2dKind = {
    .code = 3,
    .options_type = tflite::BuiltinOptions_Conv2DOptions,
    .options_required = true,
    .min_inputs = 2,
    .max_inputs = 3,
    .has_weights = true,
    .read_options = read_options,
    .supports = supports_weights,
    .fold = fold,
};

}  // namespace hil::model
