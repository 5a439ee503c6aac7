// SPDX-License-Identifier: Apache-2.0
// Folding arithmetic, operation by operation as the reference does it.
#include "host/model/quantise.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>

namespace hil::model {
namespace {

static_assert(FLT_EVAL_METHOD == 0, "float32 products must be rounded to float32");

constexpr std::int64_t kPlanMax = std::numeric_limits<std::uint16_t>::max();

/// @p real in the output's own steps; nothing beyond 32 bits.
std::optional<std::int32_t> quantised(float real, float scale, std::int32_t zero_point) {
  const float steps = std::round(real / scale);
  constexpr float kLimit = 2147483648.0F;  // 2^31
  if (!(steps >= -kLimit && steps < kLimit)) return std::nullopt;
  const std::int64_t value = std::int64_t{zero_point} + static_cast<std::int64_t>(steps);
  if (value < std::numeric_limits<std::int32_t>::min() ||
      value > std::numeric_limits<std::int32_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::int32_t>(value);
}

}  // namespace

plan::Rescale rescale_of(double factor) {
  if (factor == 0.0) return {0, 0};
  int shift = 0;
  const double mantissa = std::frexp(factor, &shift);
  auto multiplier = static_cast<std::int64_t>(std::round(mantissa * 2147483648.0));
  if (multiplier == (std::int64_t{1} << 31)) {
    multiplier /= 2;
    ++shift;
  }
  if (shift < -31) return {0, 0};
  return {static_cast<std::int32_t>(multiplier), shift};
}

namespace {

/// @p Value is the output's type.
template <class Value>
std::optional<Range> activation_range(Activation activation, float scale, std::int32_t zero_point) {
  constexpr std::int32_t kMin = std::numeric_limits<Value>::min();
  constexpr std::int32_t kMax = std::numeric_limits<Value>::max();
  std::optional<std::int32_t> low = kMin, high = kMax;
  switch (activation) {
    case Activation::kNone:
      break;
    case Activation::kRelu:
      low = quantised(0.0F, scale, zero_point);
      break;
    case Activation::kReluN1To1:
      low = quantised(-1.0F, scale, zero_point);
      high = quantised(1.0F, scale, zero_point);
      break;
    case Activation::kRelu6:
      low = quantised(0.0F, scale, zero_point);
      high = quantised(6.0F, scale, zero_point);
      break;
    case Activation::kTanh:
    case Activation::kSignBit:
    default:
      return std::nullopt;
  }
  if (!low || !high) return std::nullopt;
  const Range range{std::max(kMin, *low), std::min(kMax, *high)};
  return range.min <= range.max ? std::optional<Range>(range) : std::nullopt;
}

}  // namespace

std::optional<Range> int8_activation_range(Activation activation, float scale,
                                           std::int32_t zero_point) {
  return activation_range<std::int8_t>(activation, scale, zero_point);
}

std::optional<Range> int16_activation_range(Activation activation, float scale,
                                            std::int32_t zero_point) {
  return activation_range<std::int16_t>(activation, scale, zero_point);
}

std::optional<plan::FloatRangeParams> float_activation_range(Activation activation) {
  constexpr float kLargest = std::numeric_limits<float>::max();
  switch (activation) {
    case Activation::kNone:
      return plan::FloatRangeParams{-kLargest, kLargest};
    case Activation::kRelu:
      return plan::FloatRangeParams{0.0F, kLargest};
    case Activation::kReluN1To1:
      return plan::FloatRangeParams{-1.0F, 1.0F};
    case Activation::kRelu6:
      return plan::FloatRangeParams{0.0F, 6.0F};
    case Activation::kTanh:
    case Activation::kSignBit:
    default:
      return std::nullopt;
  }
}

std::optional<Window> window_of(Padding padding, std::int32_t in, std::int32_t filter,
                                std::int32_t stride, std::int32_t dilation) {
  if (in < 1 || filter < 1 || stride < 1 || dilation < 1) return std::nullopt;
  if (stride > kPlanMax || dilation > kPlanMax) return std::nullopt;
  const std::int64_t extent = (std::int64_t{filter} - 1) * dilation + 1;
  std::int64_t out = 0;
  if (padding == Padding::kSame) {
    out = (std::int64_t{in} + stride - 1) / stride;
  } else if (padding == Padding::kValid) {
    out = (std::int64_t{in} + stride - extent) / stride;
  }
  if (out < 1) return std::nullopt;
  const std::int64_t total = std::max<std::int64_t>(0, (out - 1) * stride + extent - in);
  const std::int64_t before = total / 2;
  if (total - before > kPlanMax) return std::nullopt;
  return Window{static_cast<std::int32_t>(out), static_cast<std::int32_t>(before),
                static_cast<std::int32_t>(total - before)};
}

}  // namespace hil::model
