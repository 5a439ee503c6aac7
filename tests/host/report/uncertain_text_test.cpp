// SPDX-License-Identifier: Apache-2.0
// Numbers for people have no digit that their uncertainty does not allow.
#include "host/report/uncertain_text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace hil::report {
namespace {

TEST(Rounded, HasNoDigitsBeyondTheUncertainty) {
  const auto text = [](double value, double expanded) {
    const RoundedValue both = rounded(value, expanded);
    return both.value + " +- " + both.expanded;
  };
  EXPECT_EQ(text(96.2917, 5.13), "96.3 +- 5.1");
  EXPECT_EQ(text(96.2917, 0.0513), "96.292 +- 0.051");
  EXPECT_EQ(text(96.2917, 0.996), "96.3 +- 1.0");
  EXPECT_EQ(text(96.2917, 9.96), "96 +- 10");
  EXPECT_EQ(text(96.2917, 10), "96 +- 10");
  EXPECT_EQ(text(1234567, 5130), "1,234,600 +- 5,100");
  EXPECT_EQ(text(12, 300), "10 +- 300");
  EXPECT_EQ(text(-0.5, 0.01), "-0.500 +- 0.010");
  EXPECT_EQ(text(1.5, 0), "1.5 +- 0");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(text(1.5, nan), rounded(1.5, nan).value + " +- " + rounded(1.5, nan).expanded);
  EXPECT_EQ(rounded(1.5, nan).value, "1.5");
}

TEST(ScaledWithin, TakesThePrefixOfTheValue) {
  EXPECT_EQ(scaled_within(0.00396, 0.000034, "W"), "3.960 +- 0.034 mW");
  EXPECT_EQ(scaled_within(0.0000124, 0.0000031, "W"), "12.4 +- 3.1 uW");
  EXPECT_EQ(scaled_within(2.5, 0.25, "W"), "2.50 +- 0.25 W");
  EXPECT_EQ(scaled_within(0.00396, 0, "W"), "3.96 mW");
  EXPECT_EQ(scaled_within(0.00396, std::numeric_limits<double>::infinity(), "W"), "3.96 mW");
}

TEST(ShareText, HasTwoDigitsAndNoRowOfZeros) {
  EXPECT_EQ(share_text(0.0022), "0.22 %");
  EXPECT_EQ(share_text(0.000012), "0.0012 %");
  EXPECT_EQ(share_text(7.3e-9), "less than 0.001 %");
  EXPECT_EQ(share_text(0), "0 %");
  EXPECT_EQ(share_text(std::numeric_limits<double>::quiet_NaN()), "-");
}

TEST(RelativeUncertainty, IsThatOfTheInterval) {
  results::EnergyFigure figure;
  EXPECT_EQ(relative_uncertainty(figure), 0);
  figure.value = -50;
  figure.parts.gain = 3;
  figure.parts.repetition = 4;
  EXPECT_DOUBLE_EQ(relative_uncertainty(figure), 0.2);
}

}  // namespace
}  // namespace hil::report
