// SPDX-License-Identifier: Apache-2.0
// Tests of levels from falling edges and the device's ticks.
#include "host/energy/lpm01a/complete_rises.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace hil::energy {
namespace {

constexpr std::uint64_t kTickHz = 1'000'000;

/// A second at 1 kHz with the wire's falls in samples @p falls.
Trace trace_with(const std::vector<std::uint64_t>& falls) {
  Trace trace;
  trace.rate_hz = 1000;
  trace.logic_bits = 1;
  trace.logic.assign(1000, 0);
  trace.flags.assign(1000, 0);
  for (const std::uint64_t fall : falls)
    trace.events.push_back({fall, "edge", "fall"});
  return trace;
}

DeviceWindow window(double begin_ms, double end_ms) {
  DeviceWindow made;
  made.begin_ticks = 7'000'000 + static_cast<std::uint64_t>(begin_ms * 1000);
  made.end_ticks = 7'000'000 + static_cast<std::uint64_t>(end_ms * 1000);
  return made;
}

const std::vector<DeviceWindow> kWindows = {window(100, 200.3), window(300.5, 400.7),
                                            window(501.9, 650.2)};

TEST(Lpm01aCompleteRises, FillsInTheLevelBetweenTicksAndFalls) {
  Trace trace = trace_with({200, 400, 650});
  ASSERT_TRUE(only_falls(trace));
  const Status status = complete_rises(trace, kWindows, kTickHz);
  ASSERT_TRUE(status.ok()) << status.error().what;
  const auto high = [&](std::size_t k) { return (trace.logic[k] & 1) != 0; };
  EXPECT_FALSE(high(99));
  EXPECT_TRUE(high(102) && high(200));
  EXPECT_FALSE(high(201) || high(299));
  EXPECT_TRUE(high(303) && high(400));
  EXPECT_FALSE(high(401));
  EXPECT_TRUE(high(650));
  EXPECT_FALSE(high(651) || high(999));
  EXPECT_EQ(trace.events.back().kind, "wire");
  EXPECT_FALSE(only_falls(trace));
}

TEST(Lpm01aCompleteRises, LeavesBothEdgesAsTheyAre) {
  Trace trace = trace_with({200, 400, 650});
  trace.events[0].text = "rise";
  const Trace before = trace;
  EXPECT_TRUE(complete_rises(trace, kWindows, kTickHz).ok());
  EXPECT_EQ(trace.logic, before.logic);
  Trace none = trace_with({});
  EXPECT_FALSE(only_falls(none));
  EXPECT_TRUE(complete_rises(none, kWindows, kTickHz).ok());
}

TEST(Lpm01aCompleteRises, RefusesAnotherNumberOfEdges) {
  for (const auto& falls : {std::vector<std::uint64_t>{200, 400}, {200, 400, 500, 650}}) {
    Trace trace = trace_with(falls);
    const Status status = complete_rises(trace, kWindows, kTickHz);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().blame, Blame::kLab);
    EXPECT_TRUE(only_falls(trace));
  }
}

TEST(Lpm01aCompleteRises, RefusesEdgesElsewhere) {
  Trace trace = trace_with({200, 430, 650});
  const Status status = complete_rises(trace, kWindows, kTickHz);
  ASSERT_FALSE(status.ok());
  EXPECT_TRUE(only_falls(trace));
}

TEST(Lpm01aCompleteRises, SurvivesTicksAndIndicesBeyondTheTrace) {
  Trace trace = trace_with({200, 400, 5'000'000});
  std::vector<DeviceWindow> windows = kWindows;
  windows[2] = window(501.9, 5'000'000.5);
  EXPECT_TRUE(complete_rises(trace, windows, kTickHz).ok());
  EXPECT_TRUE((trace.logic[999] & 1) != 0);
  windows[0].begin_ticks = 0;
  windows[0].end_ticks = ~std::uint64_t{0};
  Trace hostile = trace_with({200, 400, 650});
  EXPECT_FALSE(complete_rises(hostile, windows, kTickHz).ok());
}

}  // namespace
}  // namespace hil::energy
