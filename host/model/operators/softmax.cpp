// SPDX-License-Identifier: Apache-2.0
// SOFTMAX over the last dimension: float32, int8 (also to int16) and int16, with outputs fixed at
// 1/256 and -128 (int8), 1/65536 and -32768 (int8 to int16), 1/32768 and 0 (int16).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/model/operators/kinds.hpp"
#include "host/model/operators/softmax_tables.hpp"
#include "host/model/quantise.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

constexpr int kIntegerBits = 5;                              // of the scaled differences
constexpr double kFractionScale = 1 << (31 - kIntegerBits);  // 2^26
constexpr double kLargestFactor = 2147483647.0;              // 2^31 - 1
constexpr int kLargestShift = 31;
constexpr const char* kBetaHint = "give the softmax a beta of 1, or another number above 0";

Options read_options(const void* table) {
  return SoftmaxOptions{static_cast<const tflite::SoftmaxOptions*>(table)->beta()};
}

bool is_float(const OperatorView& view) {
  return view.input_is(0, TensorType::kFloat32) && view.output_is(0, TensorType::kFloat32);
}

bool supports(const OperatorView& view) {
  return is_float(view) ||
         (view.input_is(0, TensorType::kInt8) && view.output_is(0, TensorType::kInt8)) ||
         ((view.input_is(0, TensorType::kInt8) || view.input_is(0, TensorType::kInt16)) &&
          view.output_is(0, TensorType::kInt16));
}

Status check_shapes(const OperatorView& view) {
  const auto in = view.input(0)->shape;
  const auto out = view.output(0)->shape;
  if (in.empty() || !std::equal(in.begin(), in.end(), out.begin(), out.end())) {
    return view.refuse("needs an output of the same shape as its input");
  }
  const std::int32_t largest =
      view.input_is(0, TensorType::kInt16) ? plan::kMaxSoftmax16Depth : plan::kMaxSoftmaxDepth;
  if (!is_float(view) && in.back() > largest) {
    return view.refuse(
        fmt::format("goes over {} values, at most {} are supported", in.back(), largest),
        "give it fewer classes");
  }
  return {};
}

template <class Params>
FoldedOperator folded_softmax(const OperatorView& view, const Params& params) {
  FoldedOperator folded;
  folded.opcode = plan::Opcode::kSoftmax;
  folded.inputs = {view.input_index(0)};
  folded.outputs = {view.op().outputs[0]};
  folded.params = bytes_of(params);
  return folded;
}

Result<FoldedOperator> fold_float(const OperatorView& view) {
  const float beta = view.options<SoftmaxOptions>().beta;
  if (!std::isfinite(beta) || beta < 0) {
    return view.refuse(fmt::format("cannot compute with a beta of {}", beta), kBetaHint);
  }
  return folded_softmax(view, plan::FloatSoftmaxParams{beta});
}

/// An int16 output has that scale, up to a thousandth, and zero point.
Status check_int16_output(const OperatorView& view, const Quantisation& out, std::int32_t steps,
                          std::int32_t zero_point) {
  constexpr float kTolerance = 0.001F;
  const float scale = 1.0F / static_cast<float>(steps);
  if (std::abs(out.scale - scale) <= kTolerance * scale && out.zero_point == zero_point) return {};
  return view.refuse(
      fmt::format("needs an output of scale 1/{} and zero point {}", steps, zero_point),
      "quantise the model with the TensorFlow Lite converter");
}

/// The factor in double. A difference of 65535 of what the kernel computes with is 10.
Result<FoldedOperator> fold_int16(const OperatorView& view, ConstantPool& pool) {
  HIL_ASSIGN(const Quantisation in, view.quantisation(*view.input(0)));
  HIL_ASSIGN(const Quantisation out, view.quantisation(*view.output(0)));
  HIL_TRY(check_int16_output(view, out, 32768, 0));
  const float beta = view.options<SoftmaxOptions>().beta;
  if (!std::isfinite(beta) || beta < 0) {
    return view.refuse(fmt::format("cannot compute with a beta of {}", beta), kBetaHint);
  }
  const double factor =
      static_cast<double>(in.scale) * static_cast<double>(beta) / (10.0 / 65535.0);
  plan::Softmax16Params params{};
  HIL_ASSIGN(params.beta, checked_rescale(view, factor));
  if (params.beta.shift > plan::kMaxSoftmax16Shift) {
    return view.refuse("has an input scale too large to compute with");
  }
  params.exp_offset = pool.add_values(softmax_exp_table());
  params.reciprocal_offset = pool.add_values(softmax_reciprocal_table());
  return folded_softmax(view, params);
}

Result<FoldedOperator> fold(const OperatorView& view, ConstantPool& pool) {
  HIL_TRY(check_shapes(view));
  if (is_float(view)) return fold_float(view);
  if (view.input_is(0, TensorType::kInt16)) return fold_int16(view, pool);
  HIL_ASSIGN(const Quantisation in, view.quantisation(*view.input(0)));
  HIL_ASSIGN(const Quantisation out, view.quantisation(*view.output(0)));
  if (view.output_is(0, TensorType::kInt16)) {
    HIL_TRY(check_int16_output(view, out, 65536, -32768));
  } else if (out.scale != 1.0F / 256.0F || out.zero_point != -128) {
    return view.refuse("needs an output of scale 1/256 and zero point -128",
                       "quantise the model with the TensorFlow Lite converter");
  }
  const double beta = static_cast<double>(view.options<SoftmaxOptions>().beta);
  const double factor =
      std::min(beta * static_cast<double>(in.scale) * kFractionScale, kLargestFactor);
  if (!(factor > 1.0))
    return view.refuse("has an input scale or beta too small to compute with",
                       "quantise the model again, with a softmax beta of 1");
  plan::SoftmaxParams params{};
  params.beta = rescale_of(factor);
  if (params.beta.shift > kLargestShift) {  // the clamp above keeps 2^31 - 1 at shift 31
    return view.refuse("has an input scale too large to compute with");
  }
  const double largest = (1 << kIntegerBits) - 1;
  params.diff_min = -static_cast<std::int32_t>(
      std::floor(largest * kFractionScale / std::ldexp(1.0, params.beta.shift)));
  return folded_softmax(view, params);
}

}  // namespace

const OperatorKind kSoftmaxKind = {
    .code = 25,
    .options_type = tflite::BuiltinOptions_SoftmaxOptions,
    .options_required = true,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .read_options = read_options,
    .supports = supports,
    .fold = fold,
};

}  // namespace hil::model
