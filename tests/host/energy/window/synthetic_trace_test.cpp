// SPDX-License-Identifier: Apache-2.0
// The test traces themselves: what they claim to hold, they hold.
#include "tests/host/energy/synthetic_trace.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace hil::energy::testing {
namespace {

double sum_of(const Trace& trace) {
  double sum = 0;
  for (const float value : trace.rails[0].values)
    sum += static_cast<double>(value);
  return sum / trace.rate_hz;
}

TEST(SyntheticTrace, HoldsTheChargeItClaims) {
  SyntheticTrace trace(0.1);
  trace.idle(1e-3, 2e-3).rectangle(0.0123456, 0.0345678, 5e-3).rectangle(0.05, 0.050001, 1);
  EXPECT_NEAR(sum_of(trace.make()), trace.coulombs(0, 0.1), 1e-10);
}

TEST(SyntheticTrace, SmoothingDelaysChargeButKeepsIt) {
  SyntheticTrace trace(0.1);
  trace.rectangle(0.01, 0.03, 5e-3).smoothing(1e-3);
  const Trace made = trace.make();
  EXPECT_NEAR(sum_of(made), trace.coulombs(0, 0.1), 1e-10);
  // One time constant after the edge: 1 - 1/e of the step, within a sample.
  EXPECT_NEAR(static_cast<double>(made.rails[0].values[1100]), 5e-3 * (1 - std::exp(-1.005)), 1e-6);
}

TEST(SyntheticTrace, LevelsAreSeenAtTheBeginningOfASample) {
  const Trace trace =
      SyntheticTrace(1e-3).pulse(0, 20.3e-5, 25e-5).toggle(3, 30e-5).inverted(3).make();
  EXPECT_EQ(trace.logic[20] & 1, 0);
  EXPECT_EQ(trace.logic[21] & 1, 1);
  EXPECT_EQ(trace.logic[24] & 1, 1);
  EXPECT_EQ(trace.logic[26] & 1, 0);
  EXPECT_EQ(trace.logic[29] & 8, 8);
  EXPECT_EQ(trace.logic[31] & 8, 0);
}

TEST(SyntheticTrace, MarkedAndUnmarkedLosses) {
  SyntheticTrace trace(1e-3);
  trace.idle(1).gap(10, 5).dropped(50, 7).dropped(20, 3);
  const Trace made = trace.make();
  EXPECT_EQ(made.size(), 90u);
  EXPECT_EQ(made.logic.size(), 90u);
  EXPECT_EQ(made.rails[0].values.size(), 90u);
  EXPECT_EQ(made.flags[10], flag::kGap);
  EXPECT_EQ(made.rails[0].values[14], 0);
  EXPECT_EQ(made.rails[0].values[15], 1);
}

}  // namespace
}  // namespace hil::energy::testing
