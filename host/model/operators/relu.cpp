// SPDX-License-Identifier: Apache-2.0
// RELU, RELU6 and LEAKY_RELU: piecewise linear, one rescale per piece.
#include <algorithm>

#include "host/model/operators/kinds.hpp"
#include "host/model/operators/unary.hpp"
#include "host/model/quantise.hpp"
#include "target/engine/kernels/fixed_point.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

namespace fixed = engine::fixed;

Options read_leaky_options(const void* table) {
  return LeakyReluOptions{static_cast<const tflite::LeakyReluOptions*>(table)->alpha()};
}

constexpr plan::Rescale kIdentity{1 << 30, 1};

/// RELU in int16; zero points are 0, and both signs are rescaled alike before the clamp.
Result<FoldedOperator> fold_relu_int16(const OperatorView& view, const Quantisation& in,
                                       const Quantisation& out, const plan::Rescale& rescale) {
  HIL_TRY(check_symmetric(view, in, out));
  return fold_parameters(view, plan::Opcode::kRelu,
                         bytes_of(plan::Linear16Params{0, 0, rescale, rescale, 0, 0, 32767}));
}

/// The scales are divided in float32.
Result<FoldedOperator> fold_relu(const OperatorView& view, ConstantPool& pool) {
  if (is_float_unary(view)) return fold_parameters(view, plan::Opcode::kRelu);
  HIL_TRY(check_unary_shape(view));
  HIL_ASSIGN(const Quantisation in, view.quantisation(*view.input(0)));
  HIL_ASSIGN(const Quantisation out, view.quantisation(*view.output(0)));
  HIL_ASSIGN(const plan::Rescale rescale,
             checked_rescale(view, static_cast<double>(in.scale / out.scale)));
  if (is_int16_unary(view)) return fold_relu_int16(view, in, out, rescale);
  return folded_table(view, pool, plan::Opcode::kRelu, [&](std::int32_t x) {
    const std::int32_t scaled =
        fixed::rescale(x - in.zero_point, rescale.multiplier, rescale.shift);
    return std::max(fixed::add(scaled, out.zero_point), out.zero_point);
  });
}

/// Clamps raw input values; the output's quantisation has no say in the reference either.
Result<FoldedOperator> fold_relu6(const OperatorView& view, ConstantPool& pool) {
  if (is_float_unary(view)) return fold_parameters(view, plan::Opcode::kRelu6);
  HIL_TRY(check_unary_shape(view));
  HIL_ASSIGN(const Quantisation in, view.quantisation(*view.input(0)));
  const bool wide = is_int16_unary(view);
  const auto range = wide ? int16_activation_range(Activation::kRelu6, in.scale, in.zero_point)
                          : int8_activation_range(Activation::kRelu6, in.scale, in.zero_point);
  if (!range) return view.refuse("has an input scale too small to hold 6");
  if (wide) {
    return fold_parameters(
        view, plan::Opcode::kRelu6,
        bytes_of(plan::Linear16Params{0, 0, kIdentity, kIdentity, 0, range->min, range->max}));
  }
  return folded_table(view, pool, plan::Opcode::kRelu6,
                      [&](std::int32_t x) { return fixed::clamp(x, range->min, range->max); });
}

/// A negative slope is carried as its magnitude.
Result<FoldedOperator> fold_leaky_relu_int16(const OperatorView& view, const Quantisation& in,
                                             const Quantisation& out, const plan::Rescale& identity,
                                             plan::Rescale slope) {
  const bool turned = slope.multiplier < 0;
  if (turned) slope.multiplier = -slope.multiplier;
  const plan::Linear16Params params{in.zero_point,    out.zero_point, identity, slope,
                                    turned ? 1U : 0U, -32768,         32767};
  return fold_parameters(view, plan::Opcode::kLeakyRelu, bytes_of(params));
}

/// Products and quotients of scales and alpha in float32. A negative alpha rescales with the
/// multiplier's magnitude and is subtracted, which rounds differently from a negative multiplier.
Result<FoldedOperator> fold_leaky_relu(const OperatorView& view, ConstantPool& pool) {
  const float alpha = view.options<LeakyReluOptions>().alpha;
  if (is_float_unary(view)) {
    return fold_parameters(view, plan::Opcode::kLeakyRelu,
                           bytes_of(plan::FloatLeakyReluParams{alpha}));
  }
  HIL_TRY(check_unary_shape(view));
  HIL_ASSIGN(const Quantisation in, view.quantisation(*view.input(0)));
  HIL_ASSIGN(const Quantisation out, view.quantisation(*view.output(0)));
  const float scaled_alpha = in.scale * alpha;
  HIL_ASSIGN(const plan::Rescale identity,
             checked_rescale(view, static_cast<double>(in.scale / out.scale)));
  HIL_ASSIGN(const plan::Rescale slope,
             checked_rescale(view, static_cast<double>(scaled_alpha / out.scale)));
  if (is_int16_unary(view)) return fold_leaky_relu_int16(view, in, out, identity, slope);
  return folded_table(view, pool, plan::Opcode::kLeakyRelu, [&](std::int32_t x) {
    const std::int32_t value = x - in.zero_point;
    if (value >= 0) {
      return fixed::add(fixed::rescale(value, identity.multiplier, identity.shift), out.zero_point);
    }
    if (slope.multiplier < 0) {
      return fixed::subtract(out.zero_point, fixed::rescale(value, -slope.multiplier, slope.shift));
    }
    return fixed::add(fixed::rescale(value, slope.multiplier, slope.shift), out.zero_point);
  });
}

}  // namespace

const OperatorKind kReluKind = {
    .code = 19,
    .options_type = 0,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .reuse = Reuse::kElementwise,
    .read_options = read_no_options,
    .supports = supports_wide_unary,
    .fold = fold_relu,
};

const OperatorKind kRelu6Kind = {
    .code = 21,
    .options_type = 0,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .reuse = Reuse::kElementwise,
    .read_options = read_no_options,
    .supports = supports_wide_unary,
    .fold = fold_relu6,
};

const OperatorKind kLeakyReluKind = {
    .code = 98,
    .options_type = tflite::BuiltinOptions_LeakyReluOptions,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .reuse = Reuse::kElementwise,
    .read_options = read_leaky_options,
    .supports = supports_wide_unary,
    .fold = fold_leaky_relu,
};

}  // namespace hil::model
