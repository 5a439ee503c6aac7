// SPDX-License-Identifier: Apache-2.0
// SVDF: int8 with a state of int8 or int16, float32 and hybrid.
#include <fmt/format.h>

#include <cmath>

#include "host/model/operators/kinds.hpp"
#include "host/model/operators/recurrent.hpp"
#include "host/model/quantise.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

enum Input : std::size_t { kX, kFeatureWeights, kTimeWeights, kBias, kState };

// Largest deviation of the bias scale from that of the sums that the reference accepts.
constexpr double kBiasTolerance = 1e-5;

Options read_options(const void* table) {
  const auto& from = *static_cast<const tflite::SVDFOptions*>(table);
  return SvdfOptions{from.rank(), static_cast<Activation>(from.fused_activation_function())};
}

bool is_float(const OperatorView& view) {
  return view.input_is(kX, TensorType::kFloat32);
}

bool supports(const OperatorView& view) {
  if (is_float(view)) {
    return is_float_weights(view, kFeatureWeights) && is_float_weights(view, kTimeWeights) &&
           view.input_is(kBias, TensorType::kFloat32) &&
           view.input_is(kState, TensorType::kFloat32) && view.output_is(0, TensorType::kFloat32);
  }
  const TensorType state = view.input(kTimeWeights)->type;
  return (state == TensorType::kInt8 || state == TensorType::kInt16) &&
         view.input_is(kX, TensorType::kInt8) &&
         view.input_is(kFeatureWeights, TensorType::kInt8) &&
         view.input_is(kBias, TensorType::kInt32) && view.input_is(kState, state) &&
         view.output_is(0, TensorType::kInt8);
}

Status check_shapes(const OperatorView& view) {
  const auto x = view.input(kX)->shape;
  const auto feature = view.input(kFeatureWeights)->shape;
  const auto time = view.input(kTimeWeights)->shape;
  const auto out = view.output(0)->shape;
  if (x.size() != 2 || feature.size() != 2 || time.size() != 2 || out.size() != 2) {
    return view.refuse("needs input, weights and output of two dimensions");
  }
  const std::int32_t filters = feature[0], rank = view.options<SvdfOptions>().rank;
  if (rank < 1 || filters % rank != 0) {
    return view.refuse(
        fmt::format("has {} filters that do not divide by its rank of {}", filters, rank));
  }
  HIL_TRY(check_operand(view, kFeatureWeights, "feature weights", {filters, x[1]}));
  HIL_TRY(check_operand(view, kTimeWeights, "time weights", {filters, time[1]}));
  if (view.input(kBias) != nullptr) {
    HIL_TRY(check_operand(view, kBias, "a bias", {filters / rank}));
  }
  // The number of time weights is below 2^31: check_graph() has seen to it.
  HIL_TRY(check_operand(view, kState, "a state", {x[0], filters * time[1]}));
  if (out[0] == x[0] && out[1] == filters / rank) return {};
  return view.refuse(
      fmt::format("should have an output of {}x{}, the file says otherwise", x[0], filters / rank));
}

/// The bias has the scale of the sums over the states.
Status check_bias_scale(const OperatorView& view, float scale) {
  const Tensor* bias = view.input(kBias);
  if (bias == nullptr) return {};
  const float given = bias->scales.empty() ? 0.0F : bias->scales[0];
  if (static_cast<double>(std::abs(given - scale)) < kBiasTolerance) return {};
  return view.refuse(
      fmt::format("has a bias of scale {:g}, not state times time weights ({:g})", given, scale));
}

/// Products and quotients of scales are float32. The fused activation plays no part in int8.
/// Source: Prepare() of the SVDF kernel of TensorFlow Lite Micro.
Result<std::vector<std::uint8_t>> fold_int8_params(const OperatorView& view) {
  HIL_ASSIGN(const Quantisation in, view.quantisation(*view.input(kX)));
  HIL_ASSIGN(const Quantisation state, view.quantisation(*view.input(kState)));
  HIL_ASSIGN(const Quantisation out, view.quantisation(*view.output(0)));
  HIL_ASSIGN(const float feature, int8_weight_scale(view, kFeatureWeights));
  HIL_ASSIGN(const float time, int8_weight_scale(view, kTimeWeights));
  HIL_TRY(check_bias_scale(view, state.scale * time));
  plan::SvdfParams params{};
  params.input_zero_point = in.zero_point;
  params.state_zero_point = state.zero_point;
  params.output_zero_point = out.zero_point;
  const float to_state = in.scale * feature / state.scale;
  HIL_ASSIGN(params.feature, checked_rescale(view, static_cast<double>(to_state)));
  const float to_output = state.scale * time / out.scale;
  HIL_ASSIGN(params.output, checked_rescale(view, static_cast<double>(to_output)));
  return bytes_of(params);
}

Result<std::vector<std::uint8_t>> fold_float_params(const OperatorView& view) {
  const auto range = float_activation_range(view.options<SvdfOptions>().activation);
  if (!range) return view.refuse("has a fused activation that cannot be applied to its output");
  plan::FloatSvdfParams params{};
  params.activation_min = range->activation_min;
  params.activation_max = range->activation_max;
  HIL_ASSIGN(params.feature_scale, float_weight_scale(view, kFeatureWeights));
  HIL_ASSIGN(params.time_scale, float_weight_scale(view, kTimeWeights));
  return bytes_of(params);
}

Result<FoldedOperator> fold(const OperatorView& view, ConstantPool&) {
  HIL_TRY(check_shapes(view));
  FoldedOperator folded;
  HIL_ASSIGN(folded.params, is_float(view) ? fold_float_params(view) : fold_int8_params(view));
  folded.opcode = plan::Opcode::kSvdf;
  folded.inputs = {view.input_index(kX), view.input_index(kFeatureWeights),
                   view.input_index(kTimeWeights), view.input_index(kBias)};
  folded.outputs = {view.op().outputs[0], view.input_index(kState)};
  const auto weights = view.input(kFeatureWeights)->shape;
  const auto sums =
      static_cast<std::uint64_t>(view.input(kX)->shape[0]) * static_cast<std::uint64_t>(weights[0]);
  folded.macs = sums * (static_cast<std::uint64_t>(weights[1]) +
                        static_cast<std::uint64_t>(view.input(kTimeWeights)->shape[1]));
  return folded;
}

}  // namespace

const OperatorKind kSvdfKind = {
    .code = 27,
    .options_type = tflite::BuiltinOptions_SVDFOptions,
    .options_required = true,
    .min_inputs = 3,
    .max_inputs = 5,
    .has_weights = true,
    .state_inputs = 1U << kState,
    .read_options = read_options,
    .supports = supports,
    .fold = fold,
};

}  // namespace hil::model
