// SPDX-License-Identifier: Apache-2.0
// StreamPace: even, late and drifting stamps.
#include "host/session/stream_pace.hpp"

#include <gtest/gtest.h>

namespace hil::session {
namespace {

TEST(StreamPace, EvenStampsHaveNoJitter) {
  StreamPace pace(1'000'000, 1000);
  for (std::uint64_t i = 3; i < 1003; i += 10)
    pace.add(i, 77 + i * 1000);
  EXPECT_EQ(pace.stamps(), 100u);
  EXPECT_DOUBLE_EQ(pace.measured_hz(), 1000);
  EXPECT_NEAR(pace.seconds(), 0.99, 1e-12);
  EXPECT_NEAR(pace.jitter_us(), 0, 1e-6);
  EXPECT_NEAR(pace.deviation_us(), 0, 1e-6);
}

TEST(StreamPace, EachStampIsHeldAgainstTheNominalTime) {
  StreamPace pace(1'000'000, 1000);
  // 0, 40 us early, 60 us late, and in time.
  pace.add(0, 5000);
  pace.add(1, 6000 - 40);
  pace.add(2, 7000 + 60);
  pace.add(3, 8000);
  EXPECT_NEAR(pace.jitter_us(), 100, 1e-6);
  EXPECT_NEAR(pace.deviation_us(), 35.707, 1e-3);  // of -40, 0, 0 and 60 about their mean 5
}

TEST(StreamPace, AnotherRateThanTheNominalOneIsMeasured) {
  StreamPace pace(1'000'000'000, 100);
  for (std::uint64_t i = 0; i <= 100; ++i)
    pace.add(i, i * 10'100'000);  // 1 % slow
  EXPECT_NEAR(pace.measured_hz(), 99.0099, 1e-4);
  EXPECT_NEAR(pace.jitter_us(), 10'000, 1e-3);
}

TEST(StreamPace, FewOrBackwardStampsGiveNoRate) {
  StreamPace pace(1'000'000, 1000);
  EXPECT_EQ(pace.measured_hz(), 0);
  EXPECT_EQ(pace.deviation_us(), 0);
  pace.add(5, 100);
  EXPECT_EQ(pace.measured_hz(), 0);
  pace.add(6, 50);
  EXPECT_EQ(pace.measured_hz(), 0);
  EXPECT_NEAR(pace.seconds(), -50e-6, 1e-12);
}

}  // namespace
}  // namespace hil::session
