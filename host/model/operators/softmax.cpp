// SPDX-License-Identifier: Apache-2.0
// SOFTMAX over the last dimension: float32, and int8 with its output fixed at 1/256 and -128.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/model/operators/kinds.hpp"
#include "host/model/quantise.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

constexpr int kIntegerBits = 5;                              // of the scaled differences
constexpr double kFractionScale = 1 << (31 - kIntegerBits);  // 2^26
constexpr double kLargestFactor = 2147483647.0;              // 2^31 - 1
constexpr int kLargestShift = 31;

Options read_options(const void* table) {
  return SoftmaxOptions{static_cast<const tflite::SoftmaxOptions*>(table)->beta()};
}

bool is_float(const OperatorView& view) {
  return view.input_is(0, TensorType::kFloat32) && view.output_is(0, TensorType::kFloat32);
}

bool supports(const OperatorView& view) {
  return is_float(view) ||
         (view.input_is(0, TensorType::kInt8) && view.output_is(0, TensorType::kInt8));
}

Status check_shapes(const OperatorView& view) {
  const auto in = view.input(0)->shape;
  const auto out = view.output(0)->shape;
  if (in.empty() || !std::equal(in.begin(), in.end(), out.begin(), out.end())) {
    return view.refuse("needs an output of the same shape as its input");
  }
  if (!is_float(view) && in.back() > plan::kMaxSoftmaxDepth) {
    return view.refuse(fmt::format("goes over {} values, at most {} are supported", in.back(),
                                   plan::kMaxSoftmaxDepth));
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
    return view.refuse(fmt::format("cannot compute with a beta of {}", beta));
  }
  return folded_softmax(view, plan::FloatSoftmaxParams{beta});
}

Result<FoldedOperator> fold(const OperatorView& view, ConstantPool&) {
  HIL_TRY(check_shapes(view));
  if (is_float(view)) return fold_float(view);
  HIL_ASSIGN(const Quantisation in, view.quantisation(*view.input(0)));
  HIL_ASSIGN(const Quantisation out, view.quantisation(*view.output(0)));
  if (out.scale != 1.0F / 256.0F || out.zero_point != -128) {
    return view.refuse("needs an output of scale 1/256 and zero point -128",
                       "quantise the model with the TensorFlow Lite converter");
  }
  const double beta = static_cast<double>(view.options<SoftmaxOptions>().beta);
  const double factor =
      std::min(beta * static_cast<double>(in.scale) * kFractionScale, kLargestFactor);
  if (!(factor > 1.0)) return view.refuse("has an input scale or beta too small to compute with");
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
    .in_place = false,
    .read_options = read_options,
    .supports = supports,
    .fold = fold,
};

}  // namespace hil::model
