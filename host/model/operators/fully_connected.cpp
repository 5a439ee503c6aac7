// SPDX-License-Identifier: Apache-2.0
// FULLY_CONNECTED: int8, int16 with int8 weights, float32 and hybrid.
#include <fmt/format.h>

#include <cmath>

#include "host/model/operators/convolution.hpp"
#include "host/model/operators/kinds.hpp"
#include "host/model/quantise.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

// Largest deviation of the bias scale, in steps of the output, that the reference accepts.
constexpr double kBiasTolerance = 0.02;

Options read_options(const void* table) {
  const auto& from = *static_cast<const tflite::FullyConnectedOptions*>(table);
  FullyConnectedOptions options;
  options.activation = static_cast<Activation>(from.fused_activation_function());
  options.weights_format = from.weights_format();
  return options;
}

Status check_shapes(const OperatorView& view) {
  const Tensor& in = *view.input(0);
  const Tensor& out = *view.output(0);
  const auto weights = view.input(1)->shape;
  if (weights.size() != 2) return view.refuse("needs weights of two dimensions");
  if (view.options<FullyConnectedOptions>().weights_format != 0) {
    return view.refuse("has shuffled weights, which have no kernel here");
  }
  const std::int64_t rows = *in.element_count() / weights[1];
  if (*in.element_count() % weights[1] != 0 || out.shape.empty() ||
      out.shape.back() != weights[0] || *out.element_count() != rows * weights[0]) {
    return view.refuse(
        fmt::format("has shapes that do not fit weights of {}x{}", weights[0], weights[1]));
  }
  return check_bias(view, weights[0]);
}

/// One scale for all weights: the product of the scales is float32, unlike per channel.
Result<ChannelRescales> tensor_rescales(const OperatorView& view, const Quantisation& in,
                                        const Quantisation& weights, const Quantisation& out) {
  if (const Tensor* bias = view.input(2); bias != nullptr) {
    const double bias_scale = bias->scales.empty() ? 0.0 : static_cast<double>(bias->scales[0]);
    const double product = static_cast<double>(in.scale) * static_cast<double>(weights.scale);
    const double steps = std::abs(product - bias_scale) / static_cast<double>(out.scale);
    if (!(steps <= kBiasTolerance)) {
      return view.refuse(fmt::format("has a bias of scale {:g}, not input times weights ({:g})",
                                     bias_scale, product),
                         "quantise the model again, its bias together with its weights");
    }
  }
  const float product = in.scale * weights.scale;
  HIL_ASSIGN(const plan::Rescale rescale,
             checked_rescale(view, static_cast<double>(product) / static_cast<double>(out.scale)));
  ChannelRescales rescales;
  rescales.append(rescale, static_cast<std::size_t>(view.input(1)->shape[0]));
  return rescales;
}

/// Multipliers, and the weights' zero point, which counts only for a single scale.
Result<ChannelRescales> fold_weights(const OperatorView& view, const Quantisation& in,
                                     const Quantisation& out, std::int32_t& zero_point) {
  const Tensor& weights = *view.input(1);
  if (weights.scales.size() > 1) {
    zero_point = 0;
    return channel_rescales(view, in.scale, weights, out.scale, weights.shape[0], 0);
  }
  HIL_ASSIGN(const Quantisation quantisation, view.quantisation(weights));
  zero_point = quantisation.zero_point;
  return tensor_rescales(view, in, quantisation, out);
}

Result<std::vector<std::uint8_t>> fold_integer_params(const OperatorView& view,
                                                      ConstantPool& pool) {
  HIL_ASSIGN(const Quantisation in, view.quantisation(*view.input(0)));
  HIL_ASSIGN(const Quantisation out, view.quantisation(*view.output(0)));
  plan::FullyConnectedParams params{};
  HIL_ASSIGN(const ChannelRescales rescales,
             fold_weights(view, in, out, params.weights_zero_point));
  HIL_TRY(check_int16_sums(view, in, out, rescales));
  HIL_ASSIGN(const Range range,
             activation_range_of(view, view.options<FullyConnectedOptions>().activation, out));
  params.input_zero_point = in.zero_point;
  params.output_zero_point = out.zero_point;
  params.activation_min = range.min;
  params.activation_max = range.max;
  params.multiplier_offset = pool.add_values(rescales.multipliers);
  params.shift_offset = pool.add_values(rescales.shifts);
  return bytes_of(params);
}

Result<std::vector<std::uint8_t>> fold_float_params(const OperatorView& view, ConstantPool& pool) {
  plan::FloatFullyConnectedParams params{};
  const auto range = float_activation_range(view.options<FullyConnectedOptions>().activation);
  if (!range) return view.refuse("has a fused activation that cannot be applied to its output");
  params.activation_min = range->activation_min;
  params.activation_max = range->activation_max;
  HIL_ASSIGN(params.scale_offset, fold_weight_scales(view, view.input(1)->shape[0], 0, pool));
  return bytes_of(params);
}

Result<FoldedOperator> fold(const OperatorView& view, ConstantPool& pool) {
  HIL_TRY(check_shapes(view));
  FoldedOperator folded;
  HIL_ASSIGN(folded.params, has_float_activations(view) ? fold_float_params(view, pool)
                                                        : fold_integer_params(view, pool));
  folded.opcode = plan::Opcode::kFullyConnected;
  folded.inputs = {view.input_index(0), view.input_index(1), view.input_index(2)};
  folded.outputs = {view.op().outputs[0]};
  folded.macs = static_cast<std::uint64_t>(*view.output(0)->element_count()) *
                static_cast<std::uint64_t>(view.input(1)->shape[1]);
  return folded;
}

}  // namespace

const OperatorKind kFullyConnectedKind = {
    .code = 9,
    .options_type = tflite::BuiltinOptions_FullyConnectedOptions,
    .options_required = false,
    .min_inputs = 2,
    .max_inputs = 3,
    .has_weights = true,
    .read_options = read_options,
    .supports = supports_weights,
    .fold = fold,
};

}  // namespace hil::model
