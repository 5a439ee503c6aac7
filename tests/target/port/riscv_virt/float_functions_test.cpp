// SPDX-License-Identifier: Apache-2.0
// The port's own exp, log, tanh and sqrt against those of the host's C library.
#include "target/port/riscv_virt/float_functions.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

namespace hil::port::float_functions {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// Compares @p ours with @p reference (computed in double, rounded once) for every @p stride-th
/// float there is, of both signs: the same, but for ties that another rounding decides.
template <class Ours, class Reference>
void compare(Ours ours, Reference reference, std::uint32_t stride) {
  std::uint64_t off = 0, compared = 0;
  for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << 32); bits += stride, ++compared) {
    const float x = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    const float expected = static_cast<float>(reference(static_cast<double>(x)));
    const float got = ours(x);
    if (std::isnan(expected) || std::isnan(got)) {
      ASSERT_EQ(std::isnan(expected), std::isnan(got)) << x;
      continue;
    }
    if (got == expected) continue;
    ++off;
    ASSERT_EQ(got, std::nextafterf(expected, got)) << x << ": more than the last place";
  }
  EXPECT_LT(off, compared / 100'000 + 2);
}

constexpr std::uint32_t kStride = 1009;  // a prime: 4 million floats, with every low bit pattern

TEST(FloatFunctions, ExpIsThatOfTheLibrary) {
  compare([](float x) { return exp(x); }, [](double x) { return std::exp(x); }, kStride);
}
TEST(FloatFunctions, LogIsThatOfTheLibrary) {
  compare([](float x) { return log(x); }, [](double x) { return std::log(x); }, kStride);
}
TEST(FloatFunctions, TanhIsThatOfTheLibrary) {
  compare([](float x) { return tanh(x); }, [](double x) { return std::tanh(x); }, kStride);
}
TEST(FloatFunctions, SqrtIsThatOfTheLibrary) {
  compare([](float x) { return sqrt(x); }, [](double x) { return std::sqrt(x); }, kStride);
}

TEST(FloatFunctions, EndsOfTheRange) {
  EXPECT_EQ(exp(kInfinity), kInfinity);
  EXPECT_EQ(exp(-kInfinity), 0.0F);
  EXPECT_EQ(exp(0.0F), 1.0F);
  EXPECT_EQ(exp(88.72283F), std::exp(88.72283F)) << "the last that is finite";
  EXPECT_EQ(exp(88.72284F), kInfinity);
  EXPECT_EQ(exp(-103.97208F), std::numeric_limits<float>::denorm_min());
  EXPECT_EQ(exp(-103.97209F), 0.0F);
  EXPECT_TRUE(std::isnan(exp(kNan)));
  EXPECT_EQ(log(0.0F), -kInfinity);
  EXPECT_EQ(log(-0.0F), -kInfinity);
  EXPECT_EQ(log(1.0F), 0.0F);
  EXPECT_EQ(log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(log(-1.0F)));
  EXPECT_TRUE(std::isnan(log(kNan)));
  EXPECT_EQ(tanh(kInfinity), 1.0F);
  EXPECT_EQ(tanh(-kInfinity), -1.0F);
  EXPECT_EQ(tanh(-0.0F), 0.0F);
  EXPECT_TRUE(std::isnan(tanh(kNan)));
  EXPECT_EQ(sqrt(0.0F), 0.0F);
  EXPECT_EQ(sqrt(kInfinity), kInfinity);
  EXPECT_EQ(sqrt(std::numeric_limits<float>::denorm_min()),
            std::sqrt(std::numeric_limits<float>::denorm_min()));
  EXPECT_TRUE(std::isnan(sqrt(-1.0F)));
  EXPECT_TRUE(std::isnan(sqrt(kNan)));
}

}  // namespace
}  // namespace hil::port::float_functions
