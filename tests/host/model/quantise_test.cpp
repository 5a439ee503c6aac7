// SPDX-License-Identifier: Apache-2.0
// Rescale factors, activation ranges and window geometry against slow formulations.
#include "host/model/quantise.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace hil::model {
namespace {

void expect_rescale(double factor, std::int32_t multiplier, std::int32_t shift) {
  const plan::Rescale rescale = rescale_of(factor);
  EXPECT_EQ(rescale.multiplier, multiplier) << factor;
  EXPECT_EQ(rescale.shift, shift) << factor;
}

TEST(Rescale, PowersOfTwo) {
  expect_rescale(1.0, 1 << 30, 1);
  expect_rescale(0.5, 1 << 30, 0);
  expect_rescale(0.25, 1 << 30, -1);
  expect_rescale(1024.0, 1 << 30, 11);
}

TEST(Rescale, ZeroAndTooSmallBecomeZero) {
  expect_rescale(0.0, 0, 0);
  expect_rescale(std::ldexp(1.0, -32), 1 << 30, -31);
  expect_rescale(std::ldexp(1.0, -33), 0, 0);
  expect_rescale(std::nextafter(std::ldexp(1.0, -32), 0.0), 1 << 30, -31);  // rounds up to it
  expect_rescale(std::numeric_limits<double>::denorm_min(), 0, 0);
}

TEST(Rescale, MantissaThatRoundsToOneMovesIntoTheShift) {
  expect_rescale(std::nextafter(1.0, 0.0), 1 << 30, 1);
  expect_rescale(std::nextafter(2.0, 0.0), 1 << 30, 2);
}

TEST(Rescale, IsTheNearest31BitValue) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> exponent(-30, 30);
  for (int i = 0; i < 20000; ++i) {
    const double factor = std::exp2(exponent(random));
    const plan::Rescale rescale = rescale_of(factor);
    ASSERT_GE(rescale.multiplier, 1 << 30);
    const long double back =
        std::ldexp(static_cast<long double>(rescale.multiplier), rescale.shift - 31);
    const long double half_step = std::ldexp(1.0L, rescale.shift - 32);
    ASSERT_LE(std::fabs(back - static_cast<long double>(factor)), half_step) << factor;
  }
}

void expect_range(Activation activation, float scale, std::int32_t zero_point, std::int32_t min,
                  std::int32_t max) {
  const auto range = int8_activation_range(activation, scale, zero_point);
  ASSERT_TRUE(range.has_value());
  EXPECT_EQ(range->min, min);
  EXPECT_EQ(range->max, max);
}

TEST(ActivationRange, FollowsScaleAndZeroPoint) {
  expect_range(Activation::kNone, 0.1F, 3, -128, 127);
  expect_range(Activation::kRelu, 0.1F, 3, 3, 127);
  expect_range(Activation::kRelu6, 0.1F, 3, 3, 63);
  expect_range(Activation::kRelu6, 0.01F, -128, -128, 127);
  expect_range(Activation::kReluN1To1, 0.1F, 3, -7, 13);
  expect_range(Activation::kReluN1To1, 0.001F, 0, -128, 127);
  expect_range(Activation::kRelu6, 4.0F, 0, 0, 2);  // 1.5 rounds away from zero
}

TEST(ActivationRange, RefusesWhatHasNoMeaning) {
  EXPECT_FALSE(int8_activation_range(Activation::kTanh, 0.1F, 0));
  EXPECT_FALSE(int8_activation_range(Activation::kSignBit, 0.1F, 0));
  EXPECT_FALSE(int8_activation_range(static_cast<Activation>(77), 0.1F, 0));
  EXPECT_FALSE(int8_activation_range(Activation::kRelu6, 1e-30F, 0));  // beyond 32 bits
}

/// Where windows lie, found by walking: SAME centres them, VALID keeps them inside.
TEST(Window, AgreesWithAWalkOverTheImage) {
  for (std::int32_t in = 1; in < 14; ++in) {
    for (std::int32_t filter = 1; filter < 6; ++filter) {
      for (std::int32_t stride = 1; stride < 5; ++stride) {
        for (std::int32_t dilation = 1; dilation < 4; ++dilation) {
          const std::int32_t extent = (filter - 1) * dilation + 1;
          std::int32_t inside = 0;
          while (inside * stride + extent <= in)
            ++inside;
          const auto valid = window_of(Padding::kValid, in, filter, stride, dilation);
          ASSERT_EQ(valid.has_value(), inside > 0);
          if (valid) {
            EXPECT_EQ(valid->out, inside);
            EXPECT_EQ(valid->pad_before + valid->pad_after, 0);
          }
          std::int32_t starts = 0;
          while (starts * stride < in)
            ++starts;
          const auto same = window_of(Padding::kSame, in, filter, stride, dilation);
          ASSERT_TRUE(same.has_value());
          EXPECT_EQ(same->out, starts);
          EXPECT_GE(same->pad_after - same->pad_before, 0);
          EXPECT_LE(same->pad_after - same->pad_before, 1);
          const std::int32_t reach = (starts - 1) * stride + extent;
          EXPECT_EQ(same->pad_before + same->pad_after, std::max(0, reach - in));
        }
      }
    }
  }
}

TEST(Window, RefusesWhatCannotBe) {
  constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();
  EXPECT_FALSE(window_of(Padding::kSame, 4, 2, 0, 1));
  EXPECT_FALSE(window_of(Padding::kSame, 4, 2, -1, 1));
  EXPECT_FALSE(window_of(Padding::kSame, 4, 2, 1, 0));
  EXPECT_FALSE(window_of(Padding::kSame, 0, 2, 1, 1));
  EXPECT_FALSE(window_of(Padding::kSame, 4, 0, 1, 1));
  EXPECT_FALSE(window_of(static_cast<Padding>(2), 4, 2, 1, 1));
  EXPECT_FALSE(window_of(Padding::kSame, 4, kMax, 1, 65535));
  EXPECT_FALSE(window_of(Padding::kSame, kMax, 2, kMax, 1));
  EXPECT_FALSE(window_of(Padding::kValid, 3, 4, 2, 1));
}

}  // namespace
}  // namespace hil::model
