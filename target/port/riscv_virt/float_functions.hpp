// SPDX-License-Identifier: Apache-2.0
// The functions of float32 that the kernels need of a C mathematics library.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

/// Computed in double, whose error of 10^-12 and less is far below half a unit in the last place of
/// float, then rounded once: the result is that of the exact function but for rare ties.
namespace hil::port::float_functions {

inline constexpr double kLn2 = 0.693147180559945309417;

/// 2^@p exponent, exponent in -1022..1023.
constexpr double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

/// e^x for |x| <= 200. With x = n ln 2 + r, |r| <= ln(2)/2: 2^n times the Taylor series of e^r to
/// r^11 / 11!; what follows is below 10^-14.
constexpr double exp_double(double x) {
  const double turns = x / kLn2;
  const int n = static_cast<int>(turns + (turns < 0 ? -0.5 : 0.5));
  const double r = x - n * kLn2;
  double sum = 1;
  for (int i = 11; i > 0; --i)
    sum = 1 + sum * r / i;
  return sum * power_of_two(n);
}

constexpr float exp(float x) {
  if (x != x) return x;
  if (x > 200) return std::numeric_limits<float>::infinity();
  if (x < -200) return 0;
  return static_cast<float>(exp_double(x));
}

/// Odd, +-1 from 10 on (1 - tanh(10) is a fifteenth of the last place). Near 0 the difference
/// e^2x - 1 would lose places; there x - x^3 / 3 is exact to x^5.
constexpr float tanh(float x) {
  if (x != x) return x;
  if (x > 10) return 1;
  if (x < -10) return -1;
  const double wide = x;
  if (x > -1e-3F && x < 1e-3F) return static_cast<float>(wide - wide * wide * wide / 3);
  const double square = exp_double(2 * wide);
  return static_cast<float>((square - 1) / (square + 1));
}

/// With x = m 2^n, m in [sqrt(1/2), sqrt(2)), and s = (m - 1) / (m + 1):
/// n ln 2 + 2 (s + s^3 / 3 + s^5 / 5 + ...), to s^17 / 17.
constexpr float log(float x) {
  if (x != x || x == std::numeric_limits<float>::infinity()) return x;
  if (x == 0) return -std::numeric_limits<float>::infinity();
  if (x < 0) return std::numeric_limits<float>::quiet_NaN();
  const auto bits = std::bit_cast<std::uint64_t>(static_cast<double>(x));
  int n = static_cast<int>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & 0x000F'FFFF'FFFF'FFFF) | 0x3FF0'0000'0000'0000);
  if (m > 1.4142135623730951) {
    m /= 2;
    ++n;
  }
  const double s = (m - 1) / (m + 1);
  double sum = 0;
  for (int i = 17; i > 0; i -= 2)
    sum = sum * s * s + 1.0 / i;
  return static_cast<float>(n * kLn2 + 2 * s * sum);
}

/// Newton's method from a root that is off by 6 % at most: six steps make it exact.
constexpr float sqrt(float x) {
  if (x != x || x == 0 || x == std::numeric_limits<float>::infinity()) return x;
  if (x < 0) return std::numeric_limits<float>::quiet_NaN();
  const double wide = x;
  // Half the exponent: half the bits, and half of the bias that went with them.
  double root = std::bit_cast<double>((std::bit_cast<std::uint64_t>(wide) >> 1) +
                                      (std::uint64_t{1023} << 51));
  for (int i = 0; i < 6; ++i)
    root = (root + wide / root) / 2;
  return static_cast<float>(root);
}

}  // namespace hil::port::float_functions
