// SPDX-License-Identifier: Apache-2.0
// Folding that CONV_2D and DEPTHWISE_CONV_2D share.
#include "host/model/operators/convolution.hpp"

#include <fmt/format.h>

#include "host/model/operators/kinds.hpp"
#include "host/model/quantise.hpp"

namespace hil::model {
namespace {

/// Output shape and padding into @p params: ConvParams or FloatConvParams.
template <class Params>
Status fold_geometry(const OperatorView& view, std::int32_t channels, Params& params) {
  const auto options = view.options<ConvOptions>();
  const auto in = view.input(0)->shape;
  const auto weights = view.input(1)->shape;
  const auto out = view.output(0)->shape;
  const auto rows =
      window_of(options.padding, in[1], weights[1], options.stride_h, options.dilation_h);
  const auto columns =
      window_of(options.padding, in[2], weights[2], options.stride_w, options.dilation_w);
  if (!rows || !columns) {
    return view.refuse("has a filter, stride, dilation or padding that does not fit its input");
  }
  if (out.size() != 4 || out[0] != in[0] || out[1] != rows->out || out[2] != columns->out ||
      out[3] != channels) {
    return view.refuse(fmt::format("should have an output of {}x{}x{}x{}, the file says otherwise",
                                   in[0], rows->out, columns->out, channels));
  }
  params.stride_h = static_cast<std::uint16_t>(options.stride_h);
  params.stride_w = static_cast<std::uint16_t>(options.stride_w);
  params.dilation_h = static_cast<std::uint16_t>(options.dilation_h);
  params.dilation_w = static_cast<std::uint16_t>(options.dilation_w);
  params.pad_top = static_cast<std::uint16_t>(rows->pad_before);
  params.pad_left = static_cast<std::uint16_t>(columns->pad_before);
  params.pad_bottom = static_cast<std::uint16_t>(rows->pad_after);
  params.pad_right = static_cast<std::uint16_t>(columns->pad_after);
  return {};
}

/// Zero points, activation range and multiplier tables into @p params.
Status fold_quantisation(const OperatorView& view, const ConvShape& shape, ConstantPool& pool,
                         plan::ConvParams& params) {
  HIL_ASSIGN(const Quantisation in, view.quantisation(*view.input(0)));
  HIL_ASSIGN(const Quantisation out, view.quantisation(*view.output(0)));
  HIL_ASSIGN(const ChannelRescales rescales,
             channel_rescales(view, in.scale, *view.input(1), out.scale, shape.channels,
                              shape.scale_dimension));
  HIL_TRY(check_int16_sums(view, in, out, rescales));
  HIL_ASSIGN(const Range range,
             activation_range_of(view, view.options<ConvOptions>().activation, out));
  params.input_zero_point = in.zero_point;
  params.output_zero_point = out.zero_point;
  params.activation_min = range.min;
  params.activation_max = range.max;
  params.multiplier_offset = pool.add_values(rescales.multipliers);
  params.shift_offset = pool.add_values(rescales.shifts);
  return {};
}

/// One scale, or one per channel along @p dimension. check_graph() has bound their values.
Status check_weight_scales(const OperatorView& view, const Tensor& weights, std::int32_t channels,
                           std::int32_t dimension) {
  const auto scales = weights.scales;
  const auto count = static_cast<std::size_t>(channels);
  const bool per_channel = scales.size() > 1;
  if (scales.empty() ||
      (per_channel && (scales.size() != count || weights.quantized_dimension != dimension))) {
    return view.refuse(fmt::format("has {} weight scales for {} channels", scales.size(), count),
                       "quantise the weights per tensor or per output channel");
  }
  return {};
}

Result<std::vector<std::uint8_t>> fold_float_params(const OperatorView& view,
                                                    const ConvShape& shape, ConstantPool& pool) {
  plan::FloatConvParams params{};
  HIL_TRY(fold_geometry(view, shape.channels, params));
  const auto range = float_activation_range(view.options<ConvOptions>().activation);
  if (!range) return view.refuse("has a fused activation that cannot be applied to its output");
  params.activation_min = range->activation_min;
  params.activation_max = range->activation_max;
  HIL_ASSIGN(params.scale_offset,
             fold_weight_scales(view, shape.channels, shape.scale_dimension, pool));
  return bytes_of(params);
}

Result<std::vector<std::uint8_t>> fold_integer_params(const OperatorView& view,
                                                      const ConvShape& shape, ConstantPool& pool) {
  plan::ConvParams params{};
  HIL_TRY(fold_geometry(view, shape.channels, params));
  HIL_TRY(fold_quantisation(view, shape, pool, params));
  return bytes_of(params);
}

}  // namespace

bool has_float_activations(const OperatorView& view) {
  return view.input_is(0, TensorType::kFloat32);
}

bool supports_weights(const OperatorView& view) {
  if (has_float_activations(view)) {
    return (view.input_is(1, TensorType::kFloat32) || view.input_is(1, TensorType::kInt8)) &&
           view.input_is(2, TensorType::kFloat32) && view.output_is(0, TensorType::kFloat32);
  }
  if (!view.input_is(1, TensorType::kInt8)) return false;
  if (view.input_is(0, TensorType::kInt8)) {
    return view.input_is(2, TensorType::kInt32) && view.output_is(0, TensorType::kInt8);
  }
  return view.input_is(0, TensorType::kInt16) && view.output_is(0, TensorType::kInt16) &&
         (view.input_is(2, TensorType::kInt32) || view.input_is(2, TensorType::kInt64));
}

Status check_int16_sums(const OperatorView& view, const Quantisation& in, const Quantisation& out,
                        const ChannelRescales& rescales) {
  if (!view.input_is(0, TensorType::kInt16)) return {};
  HIL_TRY(check_symmetric(view, in, out));
  const bool has_wide_bias = view.input(2) != nullptr && view.input_is(2, TensorType::kInt64);
  if (!has_wide_bias && view.op().code != kDepthwiseConv2dKind.code) return {};
  for (const std::int8_t shift : rescales.shifts) {
    if (shift <= plan::kMaxWideShift) continue;
    return view.refuse(fmt::format("rescales sums of 64 bits by 2^{} or more", plan::kMaxWideShift),
                       "look at the scales of its input, weights and output");
  }
  return {};
}

void ChannelRescales::append(const plan::Rescale& rescale, std::size_t times) {
  multipliers.insert(multipliers.end(), times, rescale.multiplier);
  shifts.insert(shifts.end(), times, static_cast<std::int8_t>(rescale.shift));
}

Result<ChannelRescales> channel_rescales(const OperatorView& view, float input_scale,
                                         const Tensor& weights, float output_scale,
                                         std::int32_t channels, std::int32_t dimension) {
  HIL_TRY(check_weight_scales(view, weights, channels, dimension));
  const bool per_channel = weights.scales.size() > 1;
  ChannelRescales rescales;
  for (const float scale : weights.scales) {
    const double factor = static_cast<double>(input_scale) * static_cast<double>(scale) /
                          static_cast<double>(output_scale);
    HIL_ASSIGN(const plan::Rescale rescale, checked_rescale(view, factor));
    rescales.append(rescale, per_channel ? 1 : static_cast<std::size_t>(channels));
  }
  return rescales;
}

Result<std::uint32_t> fold_weight_scales(const OperatorView& view, std::int32_t channels,
                                         std::int32_t dimension, ConstantPool& pool) {
  const Tensor& weights = *view.input(1);
  if (weights.type != TensorType::kInt8) return std::uint32_t{0};
  HIL_TRY(check_weight_scales(view, weights, channels, dimension));
  for (std::size_t i = 0; i < weights.zero_points.size(); ++i) {
    if (weights.zero_points[i] == 0) continue;
    return view.refuse(fmt::format("has weights with a zero point of {} beside float32 activations",
                                   weights.zero_points[i]),
                       "quantise the weights symmetrically");
  }
  std::vector<float> scales(weights.scales.begin(), weights.scales.end());
  if (scales.size() == 1) scales.resize(static_cast<std::size_t>(channels), scales[0]);
  return pool.add_values(scales);
}

Status check_bias(const OperatorView& view, std::int32_t channels) {
  const Tensor* bias = view.input(2);
  if (bias == nullptr) return {};
  if (bias->shape.size() != 1 || bias->shape[0] != channels) {
    return view.refuse(fmt::format("needs a bias of {} values", channels));
  }
  return {};
}

Result<FoldedOperator> fold_convolution(const OperatorView& view, plan::Opcode opcode,
                                        const ConvShape& shape, ConstantPool& pool) {
  HIL_TRY(check_bias(view, shape.channels));
  FoldedOperator folded;
  HIL_ASSIGN(folded.params, has_float_activations(view) ? fold_float_params(view, shape, pool)
                                                        : fold_integer_params(view, shape, pool));
  folded.opcode = opcode;
  folded.inputs = {view.input_index(0), view.input_index(1), view.input_index(2)};
  folded.outputs = {view.op().outputs[0]};
  folded.macs =
      static_cast<std::uint64_t>(*view.output(0)->element_count()) * shape.macs_per_output;
  return folded;
}

}  // namespace hil::model
