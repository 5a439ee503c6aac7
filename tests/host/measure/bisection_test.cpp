// SPDX-License-Identifier: Apache-2.0
// The search finds every operator, in no more looks than it says.
#include "host/measure/bisection.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

namespace hil::measure {
namespace {

/// Searches for @p wrong among @p operators, @p most positions at a time; returns how often it
/// looked.
std::uint32_t looks_for(std::uint32_t wrong, std::uint32_t operators, std::uint32_t most) {
  Bisection bisection(operators);
  std::uint32_t looks = 0;
  while (!bisection.done()) {
    const Positions positions = bisection.next(most);
    EXPECT_GE(positions.count, 1u);
    EXPECT_LE(positions.count, most);
    EXPECT_LT(positions.at(positions.count - 1), operators);
    for (std::uint32_t i = 0; i < positions.count; ++i)
      bisection.note(positions.at(i), positions.at(i) >= wrong);
    if (++looks > operators + 1) break;
  }
  EXPECT_EQ(bisection.found(), wrong) << operators << " operators, " << most << " at a time";
  return looks;
}

TEST(Bisection, FindsEveryOperatorWithinLog2PlusOneLooks) {
  for (std::uint32_t operators = 1; operators <= 130; ++operators) {
    const auto bound = static_cast<std::uint32_t>(std::bit_width(operators));  // floor(log2 n) + 1
    for (std::uint32_t wrong = 0; wrong <= operators; ++wrong) {
      EXPECT_LE(looks_for(wrong, operators, 1), bound);
      EXPECT_LE(looks_for(wrong, operators, 3), bound);
      EXPECT_LE(looks_for(wrong, operators, 16), bound);
    }
  }
}

TEST(Bisection, TakesOneLookWhereAllAreSeenAtOnce) {
  for (const std::uint32_t operators : {1u, 2u, 9u, 200u}) {
    for (std::uint32_t wrong = 0; wrong <= operators; ++wrong)
      EXPECT_EQ(looks_for(wrong, operators, operators), 1u);
  }
}

TEST(Bisection, SeveralPositionsDivideFaster) {
  for (const std::uint32_t most : {2u, 4u, 15u}) {
    const double bound = std::ceil(std::log(1001.0) / std::log(most + 1.0));
    for (std::uint32_t wrong = 0; wrong <= 1000; wrong += 7)
      EXPECT_LE(looks_for(wrong, 1000, most), bound + 1e-9) << most;
  }
}

TEST(Bisection, AnAnswerThatContradictsAnEarlierOneEndsSomewhere) {
  Bisection bisection(8);
  bisection.note(3, true);   // it was one of 0..3
  bisection.note(5, false);  // ... which a device that is not reliable may deny
  bisection.note(2, false);
  EXPECT_TRUE(bisection.done());
  EXPECT_EQ(bisection.found(), 3u);
}

TEST(Bisection, OfNothingIsDone) {
  EXPECT_TRUE(Bisection(0).done());
}

}  // namespace
}  // namespace hil::measure
