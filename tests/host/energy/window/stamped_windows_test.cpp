// SPDX-License-Identifier: Apache-2.0
// Windows between published time stamps.
#include "host/energy/window/stamped_windows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/host/energy/synthetic_trace.hpp"

namespace hil::energy {
namespace {

using ::testing::HasSubstr;
using testing::SyntheticTrace;

Trace trace_of(double seconds) {
  return SyntheticTrace(seconds, 1000).idle(1e-3).make();
}

TEST(StampedWindows, EverySecondPairRoundedToTheNearestSample) {
  const std::vector<double> stamps = {0.015, 2.809, 13.7124, 15.608, 26.5096, 28.428};
  const Result<Cut> cut = cut_by_stamps(trace_of(30), stamps, 200);
  ASSERT_TRUE(cut.ok()) << cut.error().what;
  EXPECT_EQ(cut->alignment, Alignment::kStamps);
  EXPECT_FALSE(cut->clock.has_value());
  ASSERT_EQ(cut->windows.size(), 2u);
  EXPECT_EQ(cut->windows[0].begin, 2809);
  EXPECT_EQ(cut->windows[0].end, 13712);
  EXPECT_EQ(cut->windows[1].begin, 15608);
  EXPECT_EQ(cut->windows[1].end, 26510);
  EXPECT_EQ(cut->windows[0].inferences, 200u);
  EXPECT_NEAR(cut->windows[0].edge_sigma, 0.2887, 1e-4);
}

TEST(StampedWindows, OutsideTheTrace) {
  const std::vector<double> stamps = {0, 1, 9, 10, 21};
  const Result<Cut> cut = cut_by_stamps(trace_of(20), stamps, 1);
  ASSERT_TRUE(cut.ok());
  EXPECT_EQ(cut->windows[0].rejected, "");
  EXPECT_EQ(cut->windows[1].rejected, "it is not wholly in the trace");
  const Result<Cut> none = cut_by_stamps(trace_of(5), stamps, 1);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().what,
            "none of 2 windows counts; the first: it is not wholly in the trace");
}

TEST(StampedWindows, EmptyWindow) {
  const std::vector<double> stamps = {0, 1, 1, 3, 4};
  const Result<Cut> cut = cut_by_stamps(trace_of(5), stamps, 1);
  ASSERT_TRUE(cut.ok());
  EXPECT_EQ(cut->windows[0].rejected, "it is empty");
}

TEST(StampedWindows, Nonsense) {
  const Trace trace = trace_of(5);
  const auto what = [&](std::vector<double> stamps) {
    const Result<Cut> cut = cut_by_stamps(trace, stamps, 1);
    EXPECT_FALSE(cut.ok());
    EXPECT_EQ(cut.error().blame, Blame::kUser);
    return cut.ok() ? "" : cut.error().what;
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(what({1, 2}), "2 time stamps make no window; at least 3 do");
  EXPECT_EQ(what({0, nan, 2}), "time stamp 2 of 3 is no time");
  EXPECT_EQ(what({0, -1, 2}), "time stamp 2 of 3 is no time");
  EXPECT_EQ(what({0, 1, 1e300}), "time stamp 3 of 3 is no time");
  EXPECT_EQ(what({0, 2, 1}), "time stamp 3 of 3 is before the one before it");
  Trace rateless = trace;
  rateless.rate_hz = 0;
  EXPECT_THAT(cut_by_stamps(rateless, std::vector<double>{0, 1, 2}, 1).error().what,
              HasSubstr("no sample rate"));
}

}  // namespace
}  // namespace hil::energy
