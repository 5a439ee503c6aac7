// SPDX-License-Identifier: Apache-2.0
// The integer arithmetic of quantised kernels, bit-exact with TFLM's (double rounding).
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace hil::engine::fixed {

/// Saturating rounding doubling high multiply: a * b / 2^31 with a nudge away from zero of a half,
/// truncated toward zero. Only the square of -2^31 saturates.
/// Source: gemmlowp, SaturatingRoundingDoublingHighMul.
constexpr std::int32_t multiply_high(std::int32_t a, std::int32_t b) {
  constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
  if (a == kMin && b == kMin) return std::numeric_limits<std::int32_t>::max();
  const std::int64_t product = std::int64_t{a} * b;
  const std::int64_t nudge = product >= 0 ? std::int64_t{1} << 30 : 1 - (std::int64_t{1} << 30);
  return static_cast<std::int32_t>((product + nudge) / (std::int64_t{1} << 31));
}

/// x / 2^exponent, halves rounded away from zero; 0 <= exponent <= 31.
/// Source: gemmlowp, RoundingDivideByPOT.
constexpr std::int32_t divide_by_power_of_two(std::int32_t x, std::int32_t exponent) {
  const auto mask = static_cast<std::int32_t>((std::uint32_t{1} << exponent) - 1);
  const std::int32_t remainder = x & mask;
  const std::int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/// x * 2^exponent modulo 2^32; 0 <= exponent <= 31. TFLM leaves the overflow undefined.
constexpr std::int32_t shift_left(std::int32_t x, std::int32_t exponent) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << exponent);
}

/// a + b modulo 2^32.
constexpr std::int32_t add(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

/// a - b modulo 2^32.
constexpr std::int32_t subtract(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) - static_cast<std::uint32_t>(b));
}

/// x * multiplier * 2^(shift - 31) in two roundings; -31 <= shift <= 31.
/// Source: TensorFlow Lite Micro, MultiplyByQuantizedMultiplier (double rounding).
constexpr std::int32_t rescale(std::int32_t x, std::int32_t multiplier, std::int32_t shift) {
  const std::int32_t left = shift > 0 ? shift : 0;
  const std::int32_t right = shift > 0 ? 0 : -shift;
  return divide_by_power_of_two(multiply_high(shift_left(x, left), multiplier), right);
}

/// x * m * 2^(shift - 15) for m = multiplier in 15 bits, halves rounded up; -31 <= shift <= 7. All
/// of it is modulo 2^64, of which the lowest 32 bits are given. Source: TensorFlow Lite Micro,
/// MultiplyByQuantizedMultiplier of an int64.
constexpr std::int32_t rescale_wide(std::int64_t x, std::int32_t multiplier, std::int32_t shift) {
  const std::int64_t reduced = multiplier < 0x7FFF'0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
  const std::int32_t right = 15 - shift;
  const std::uint64_t product = static_cast<std::uint64_t>(x) * static_cast<std::uint64_t>(reduced);
  const std::uint64_t raised = product + (std::uint64_t{1} << (right - 1));
  return static_cast<std::int32_t>(static_cast<std::int64_t>(raised) >> right);
}

/// x * 2^exponent, saturated; 1 <= exponent <= 30.
constexpr std::int32_t saturating_shift_left(std::int32_t x, std::int32_t exponent) {
  const std::int32_t limit = (std::int32_t{1} << (31 - exponent)) - 1;
  if (x > limit) return std::numeric_limits<std::int32_t>::max();
  if (x < -limit) return std::numeric_limits<std::int32_t>::min();
  return shift_left(x, exponent);
}

/// Clamps @p x to [low, high]: first from below, then from above.
constexpr std::int32_t clamp(std::int32_t x, std::int32_t low, std::int32_t high) {
  const std::int32_t raised = x < low ? low : x;
  return raised > high ? high : raised;
}

/// exp(a) for a in [-1/4, 0), 31 fractional bits: a Taylor series of four terms around -1/8.
/// Source: gemmlowp, exp_on_interval_between_negative_one_quarter_and_0_excl.
constexpr std::int32_t exp_of_quarter(std::int32_t a) {
  constexpr std::int32_t kExpOfMinusEighth = 1895147668;  // exp(-1/8) * 2^31
  constexpr std::int32_t kOneThird = 715827883;           // 2^31 / 3
  const std::int32_t x = a + (std::int32_t{1} << 28);
  const std::int32_t x2 = multiply_high(x, x);
  const std::int32_t x3 = multiply_high(x2, x);
  const std::int32_t x4 = multiply_high(x2, x2);
  const std::int32_t quarter_x4 = divide_by_power_of_two(x4, 2);
  const std::int32_t tail =
      divide_by_power_of_two(multiply_high(quarter_x4 + x3, kOneThird) + x2, 1);
  return kExpOfMinusEighth + multiply_high(kExpOfMinusEighth, x + tail);
}

/// exp(a) for a <= 0 with @p kIntegerBits integer bits (4 or 5); the result has 31 fractional bits.
/// Source: gemmlowp, exp_on_negative_values.
template <std::int32_t kIntegerBits>
constexpr std::int32_t exp_of_negative(std::int32_t a) {
  static_assert(kIntegerBits >= 4 && kIntegerBits <= 5);
  if (a == 0) return std::numeric_limits<std::int32_t>::max();
  constexpr std::int32_t kFractionalBits = 31 - kIntegerBits;
  constexpr std::int32_t kQuarter = std::int32_t{1} << (kFractionalBits - 2);
  // exp(-2^k) * 2^31 for k = -2 .. 4.
  constexpr std::int32_t kFactors[] = {1672461947, 1302514674, 790015084, 290630308,
                                       39332535,   720401,     242};
  const std::int32_t in_quarter = (a & (kQuarter - 1)) - kQuarter;
  std::int32_t result = exp_of_quarter(shift_left(in_quarter, kIntegerBits));
  const std::int32_t rest = subtract(in_quarter, a);
  for (std::int32_t k = -2; k < kIntegerBits; ++k) {
    const std::uint32_t bit = std::uint32_t{1} << (kFractionalBits + k);
    if ((static_cast<std::uint32_t>(rest) & bit) != 0) {
      result = multiply_high(result, kFactors[k + 2]);
    }
  }
  return result;
}

/// 2 / (1 + a) with 2 integer bits for a in [0, 1) with 31 fractional bits: three Newton steps.
/// Source: gemmlowp, the steps that one_over_one_plus_x_for_x_in_0_1 and
/// one_minus_x_over_one_plus_x_for_x_in_0_1 share.
constexpr std::int32_t twice_reciprocal_of_one_plus(std::int32_t a) {
  constexpr std::int32_t k48Over17 = 1515870810;        // 48/17, 2 integer bits
  constexpr std::int32_t kMinus32Over17 = -1010580540;  // -32/17, 2 integer bits
  constexpr std::int32_t kOne = std::int32_t{1} << 29;  // 1, 2 integer bits
  const auto half = static_cast<std::int32_t>(
      (std::int64_t{a} + std::numeric_limits<std::int32_t>::max() + 1) / 2);
  std::int32_t x = k48Over17 + multiply_high(half, kMinus32Over17);
  for (int step = 0; step < 3; ++step) {
    const std::int32_t error = kOne - multiply_high(half, x);
    x = add(x, saturating_shift_left(multiply_high(x, error), 2));
  }
  return x;
}

/// 1 / (1 + a) for a in [0, 1), 31 fractional bits.
/// Source: gemmlowp, one_over_one_plus_x_for_x_in_0_1.
constexpr std::int32_t reciprocal_of_one_plus(std::int32_t a) {
  return saturating_shift_left(twice_reciprocal_of_one_plus(a), 1);
}

/// (1 - a) / (1 + a) for a in [0, 1), 31 fractional bits.
/// Source: gemmlowp, one_minus_x_over_one_plus_x_for_x_in_0_1.
constexpr std::int32_t one_minus_over_one_plus(std::int32_t a) {
  constexpr std::int32_t kOne = std::int32_t{1} << 29;  // 1, 2 integer bits
  return saturating_shift_left(subtract(twice_reciprocal_of_one_plus(a), kOne), 2);
}

}  // namespace hil::engine::fixed
