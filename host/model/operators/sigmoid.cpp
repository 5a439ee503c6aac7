// SPDX-License-Identifier: Apache-2.0
// LOGISTIC and TANH: in int8 by the fixed-point exponentials of the reference, in int16 by its
// table.
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

#include "host/model/operators/kinds.hpp"
#include "host/model/operators/unary.hpp"
#include "host/model/quantise.hpp"
#include "target/engine/kernels/fixed_point.hpp"

namespace hil::model {
namespace {

namespace fixed = engine::fixed;

constexpr int kIntegerBits = 4;
constexpr double kFractionScale = 1 << (31 - kIntegerBits);  // 2^27

/// How an input value becomes a fixed-point number, and from where on the result is saturated.
struct SigmoidInput {
  std::int32_t zero_point = 0;
  std::int32_t radius = 0;  ///< |x - zero_point| from here on gives the smallest or largest value
  plan::Rescale rescale;
};

/// Source: Prepare() of the LOGISTIC and TANH kernels of TensorFlow Lite Micro.
Result<SigmoidInput> sigmoid_input(const OperatorView& view) {
  HIL_ASSIGN(const Quantisation in, view.quantisation(*view.input(0)));
  SigmoidInput input;
  input.zero_point = in.zero_point;
  input.rescale = rescale_of(static_cast<double>(in.scale) * kFractionScale);
  if (input.rescale.multiplier == 0 || input.rescale.shift < 0) {
    return view.refuse("has an input scale too small to compute with");
  }
  constexpr double kLargest = (1 << kIntegerBits) - 1;
  // At most 15 * 2^27, which fits; above a shift of 30 it is 0 and nothing is rescaled.
  input.radius = static_cast<std::int32_t>(
      std::floor(kLargest * kFractionScale / std::ldexp(1.0, input.rescale.shift)));
  return input;
}

/// @p curve of x if x is inside the radius, else the saturated value.
template <class Curve>
std::int32_t saturated(const SigmoidInput& input, std::int32_t x, const Curve& curve) {
  const std::int32_t value = x - input.zero_point;
  if (value <= -input.radius) return std::numeric_limits<std::int8_t>::min();
  if (value >= input.radius) return std::numeric_limits<std::int8_t>::max();
  return curve(fixed::rescale(value, input.rescale.multiplier, input.rescale.shift));
}

/// 256 / (1 + exp(-a)) - 128 for a with 4 integer bits.
std::int32_t logistic(std::int32_t a) {
  std::int32_t share = std::int32_t{1} << 30;  // one half
  if (a != 0) {
    share = fixed::reciprocal_of_one_plus(fixed::exp_of_negative<kIntegerBits>(-std::abs(a)));
    if (a < 0) share = std::numeric_limits<std::int32_t>::max() - share;
  }
  return fixed::divide_by_power_of_two(share, 23) - 128;
}

/// 128 * tanh(a) for a with 4 integer bits; read with 5, it is twice as large, as the formula
/// tanh(a) = (1 - exp(-2a)) / (1 + exp(-2a)) needs it.
std::int32_t hyperbolic_tangent(std::int32_t a) {
  if (a == 0) return 0;
  const std::int32_t magnitude =
      fixed::one_minus_over_one_plus(fixed::exp_of_negative<kIntegerBits + 1>(-std::abs(a)));
  return fixed::divide_by_power_of_two(a < 0 ? -magnitude : magnitude, 24);
}

/// The logarithm of @p scale to base 2 if it is a power of 2, up to a thousandth of one.
/// Source: CheckedLog2 of TensorFlow Lite; every operation in float32.
std::optional<int> log2_of(float scale) {
  const float log2 = std::log(scale) * (1.0F / std::log(2.0F));
  const float whole = std::round(log2);
  if (!(std::abs(log2 - whole) < 1e-3F)) return std::nullopt;
  return static_cast<int>(whole);
}

/// Positions in the table are multiples of 1/12288. Scales of 2^-12 (TANH: also 2^-11) need no
/// shift; for others the factor, in double, is brought above 2^14 - 1/2 and truncated. Source:
/// Prepare() of the LOGISTIC and TANH kernels of TensorFlow Lite Micro.
Result<plan::Sigmoid16Params> sigmoid_position(const OperatorView& view, int largest_log2) {
  constexpr double kLargest = 32767.0;
  HIL_ASSIGN(const Quantisation in, view.quantisation(*view.input(0)));
  HIL_ASSIGN(const Quantisation out, view.quantisation(*view.output(0)));
  HIL_TRY(check_symmetric(view, in, out));
  if (log2_of(out.scale) != -15) {
    return view.refuse("needs an output of scale 1/32768",
                       "quantise the model with the TensorFlow Lite converter");
  }
  const std::optional<int> log2 = log2_of(in.scale);
  if (log2 && *log2 >= -12 && *log2 <= largest_log2) {
    return plan::Sigmoid16Params{3 << (*log2 + 12), 0};
  }
  double factor = static_cast<double>(in.scale) * 4096.0 * 3.0;
  std::int32_t shift = 0;
  for (; factor <= kLargest / 2.0 && shift <= 30; ++shift)
    factor *= 2.0;
  if (factor >= kLargest + 1.0) return view.refuse("has an input scale too large to compute with");
  return plan::Sigmoid16Params{static_cast<std::int32_t>(factor), shift};
}

Result<FoldedOperator> fold_int16(const OperatorView& view, plan::Opcode opcode, int largest_log2) {
  HIL_ASSIGN(const plan::Sigmoid16Params params, sigmoid_position(view, largest_log2));
  return fold_parameters(view, opcode, bytes_of(params));
}

Result<FoldedOperator> fold_logistic(const OperatorView& view, ConstantPool& pool) {
  if (is_float_unary(view)) return fold_parameters(view, plan::Opcode::kLogistic);
  if (is_int16_unary(view)) return fold_int16(view, plan::Opcode::kLogistic, -12);
  HIL_TRY(check_unary_shape(view));
  HIL_ASSIGN(const SigmoidInput input, sigmoid_input(view));
  HIL_ASSIGN(const Quantisation out, view.quantisation(*view.output(0)));
  if (out.zero_point != -128) {
    return view.refuse("needs an output of scale 1/256 and zero point -128",
                       "quantise the model with the TensorFlow Lite converter");
  }
  return folded_table(view, pool, plan::Opcode::kLogistic,
                      [&](std::int32_t x) { return saturated(input, x, logistic); });
}

Result<FoldedOperator> fold_tanh(const OperatorView& view, ConstantPool& pool) {
  if (is_float_unary(view)) return fold_parameters(view, plan::Opcode::kTanh);
  if (is_int16_unary(view)) return fold_int16(view, plan::Opcode::kTanh, -11);
  HIL_TRY(check_unary_shape(view));
  HIL_ASSIGN(const SigmoidInput input, sigmoid_input(view));
  return folded_table(view, pool, plan::Opcode::kTanh,
                      [&](std::int32_t x) { return saturated(input, x, hyperbolic_tangent); });
}

}  // namespace

const OperatorKind kLogisticKind = {
    .code = 14,
    .options_type = 0,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .reuse = Reuse::kElementwise,
    .read_options = read_no_options,
    .supports = supports_wide_unary,
    .fold = fold_logistic,
};

const OperatorKind kTanhKind = {
    .code = 28,
    .options_type = 0,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .reuse = Reuse::kElementwise,
    .read_options = read_no_options,
    .supports = supports_wide_unary,
    .fold = fold_tanh,
};

}  // namespace hil::model
