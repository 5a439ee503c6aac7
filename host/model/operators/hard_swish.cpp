// SPDX-License-Identifier: Apache-2.0
// HARD_SWISH: x * min(6, max(0, x + 3)) / 6 in float32, or the reference's 16-bit arithmetic.
#include <algorithm>
#include <cmath>
#include <limits>

#include "host/model/operators/kinds.hpp"
#include "host/model/operators/unary.hpp"
#include "host/model/quantise.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

constexpr std::int32_t kInt16Min = std::numeric_limits<std::int16_t>::min();
constexpr std::int32_t kInt16Max = std::numeric_limits<std::int16_t>::max();

/// multiplier * 2^(shift - 15).
struct Rescale16 {
  std::int32_t multiplier = 0;  ///< in int16
  std::int32_t shift = 0;
};

/// The upper 16 bits of the multiplier, rounded, without overflow.
Rescale16 rescale16_of(double factor) {
  const plan::Rescale rescale = rescale_of(factor);
  constexpr std::int32_t kLargest = std::numeric_limits<std::int32_t>::max() - (1 << 15);
  if (rescale.multiplier >= kLargest) return {kInt16Max, rescale.shift};
  return {(rescale.multiplier + (1 << 15)) >> 16, rescale.shift};
}

/// a * b / 2^15 in int16 with a nudge away from zero of a half, truncated toward zero.
/// Source: gemmlowp, SaturatingRoundingDoublingHighMul of int16.
std::int32_t multiply_high16(std::int32_t a, std::int32_t b) {
  if (a == kInt16Min && b == kInt16Min) return kInt16Max;
  const std::int32_t product = a * b;
  const std::int32_t nudge = product >= 0 ? 1 << 14 : 1 - (1 << 14);
  return (product + nudge) / (1 << 15);
}

/// x / 2^exponent in int16, halves rounded away from zero; 0 <= exponent <= 31. From 16 on the mask
/// is all ones in the reference, which gives 1 and -1 instead of 0.
/// Source: gemmlowp, RoundingDivideByPOT of int16.
std::int32_t divide16(std::int32_t x, std::int32_t exponent) {
  const auto mask = static_cast<std::int16_t>((std::int64_t{1} << exponent) - 1);
  const std::int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
}

/// x * 2^exponent saturated to int16; exponent >= 0.
std::int32_t shift_left16(std::int32_t x, std::int32_t exponent) {
  const std::int64_t shifted = std::int64_t{x} * (std::int64_t{1} << std::min(exponent, 31));
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(shifted, kInt16Min, kInt16Max));
}

struct HardSwish {
  Quantisation in, out;
  Rescale16 to_output;   ///< from the input's scale / 128; its shift is never positive
  Rescale16 to_reluish;  ///< from the input's scale / 128 to 3 / 32768

  /// Source: HardSwish of TensorFlow Lite Micro's reference kernels.
  [[nodiscard]] std::int32_t value(std::int32_t x) const {
    const std::int32_t fine = (x - in.zero_point) * 128;  // at most 255 * 128, an int16
    const std::int32_t scaled = multiply_high16(fine, to_output.multiplier);
    std::int32_t reluish = fine;
    const std::int32_t shift = to_reluish.shift;
    if (shift > 0) reluish = shift_left16(reluish, shift - 1);
    reluish = multiply_high16(reluish, to_reluish.multiplier);
    if (shift > 0) reluish = shift_left16(reluish, 1);
    if (shift < 0) reluish = divide16(reluish, -shift);
    reluish = (reluish + 32768) >> 1;                           // from -1..1 to 0..1
    const std::int32_t product = reluish * scaled / (1 << 15);  // truncated, the only one here
    return divide16(product, -to_output.shift) + out.zero_point;
  }
};

/// Scales are multiplied and divided in float32.
Result<FoldedOperator> fold(const OperatorView& view, ConstantPool& pool) {
  if (is_float_unary(view)) return fold_parameters(view, plan::Opcode::kHardSwish);
  HIL_TRY(check_unary_shape(view));
  HardSwish swish;
  HIL_ASSIGN(swish.in, view.quantisation(*view.input(0)));
  HIL_ASSIGN(swish.out, view.quantisation(*view.output(0)));
  const float fine_scale = 1.0F / 128.0F * swish.in.scale;
  const float to_output = fine_scale / swish.out.scale;
  const float to_reluish = fine_scale / (3.0F / 32768.0F);
  if (!std::isfinite(to_output) || !std::isfinite(to_reluish) ||
      rescale_of(static_cast<double>(to_output)).shift > 0) {
    return view.refuse("has an output scale too small for its input",
                       "the input's scale may be less than 128 times the output's");
  }
  swish.to_output = rescale16_of(static_cast<double>(to_output));
  swish.to_reluish = rescale16_of(static_cast<double>(to_reluish));
  return folded_table(view, pool, plan::Opcode::kHardSwish,
                      [&](std::int32_t x) { return swish.value(x); });
}

}  // namespace

const OperatorKind kHardSwishKind = {
    .code = 117,
    .options_type = tflite::BuiltinOptions_HardSwishOptions,
    .options_required = false,
    .min_inputs = 1,
    .max_inputs = 1,
    .has_weights = false,
    .reuse = Reuse::kElementwise,
    .read_options = read_no_options,
    .supports = supports_unary,
    .fold = fold,
};

}  // namespace hil::model
