// SPDX-License-Identifier: Apache-2.0
// Pacing by a clock of our own: exact over time, bounded in flight and in bursts.
#include "host/emulate/line/line_pacer.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace hil::emulate {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using Time = LinePacer::Clock::time_point;

const Time kStart = Time{} + std::chrono::hours(1000);

/// Takes everything that is due.
std::size_t take(LinePacer& pacer, Time now) {
  const std::size_t due = pacer.due(now);
  pacer.leave(due);
  return due;
}

TEST(LinePacer, AByteTakesTenBitTimes) {
  LinePacer pacer(9600);
  pacer.enter(1, kStart);
  EXPECT_EQ(pacer.due(kStart), 0u);
  EXPECT_EQ(pacer.due(kStart + nanoseconds(1'041'666)), 0u);
  EXPECT_EQ(pacer.due(kStart + nanoseconds(1'041'667)), 1u);
  EXPECT_EQ(pacer.next_look(), kStart + nanoseconds(1'041'667));
}

TEST(LinePacer, OneTakenIsNotDueAgain) {
  LinePacer pacer(115200);
  pacer.enter(3, kStart);
  EXPECT_EQ(take(pacer, kStart + microseconds(180)), 2u);
  EXPECT_EQ(pacer.due(kStart + microseconds(180)), 0u);
  EXPECT_EQ(pacer.waiting(), 1u);
  EXPECT_EQ(take(pacer, kStart + microseconds(261)), 1u);
  EXPECT_EQ(pacer.waiting(), 0u);
}

/// Feeds without end, looks at odd times, and says how many bytes passed in @p time.
std::uint64_t pump(std::uint32_t baud, seconds time) {
  LinePacer pacer(baud);
  std::uint64_t passed = 0;
  std::uint32_t odd = 1;
  Time now = kStart;
  while (now < kStart + time) {
    pacer.enter(pacer.room(), now);
    now = std::min(kStart + time, std::max(pacer.next_look(), now) + microseconds(odd % 900));
    odd = odd * 1664525 + 1013904223;
    passed += take(pacer, now);
  }
  return passed;
}

TEST(LinePacer, DoesNotDriftHoweverLateItIsLookedAt) {
  for (const std::uint32_t baud : {300u, 9600u, 115'200u, 230'400u, 921'600u, 2'000'000u}) {
    const std::uint64_t exact = std::uint64_t{baud} / 10 * 100;
    const std::uint64_t passed = pump(baud, seconds(100));
    EXPECT_LE(passed, exact) << baud;
    EXPECT_GE(passed + 1, exact) << baud;
  }
}

TEST(LinePacer, FewMillisecondsAreOnTheirWay) {
  EXPECT_EQ(LinePacer(115200).room(), 46u);  // 4 ms
  EXPECT_EQ(LinePacer(300).room(), LinePacer::kLeastRoom);
  LinePacer pacer(115200);
  pacer.enter(46, kStart);
  EXPECT_EQ(pacer.room(), 0u);
  EXPECT_EQ(take(pacer, kStart + milliseconds(1)), 11u);
  EXPECT_EQ(pacer.room(), 11u);
}

TEST(LinePacer, AnIdleLineDoesNotSaveUpTime) {
  LinePacer pacer(115200);
  pacer.enter(1, kStart);
  EXPECT_EQ(take(pacer, kStart + milliseconds(1)), 1u);
  const Time later = kStart + seconds(10);
  pacer.enter(20, later);
  EXPECT_EQ(pacer.due(later), 0u);
  EXPECT_EQ(pacer.due(later + microseconds(87)), 1u);
}

TEST(LinePacer, ASourceThatRanDryDoesNotSaveUpTimeEither) {
  LinePacer pacer(115200);
  pacer.enter(pacer.room(), kStart);  // full by chance
  EXPECT_EQ(take(pacer, kStart + milliseconds(4)), 46u);
  pacer.enter(0, kStart + milliseconds(4));
  pacer.enter(46, kStart + milliseconds(10));
  EXPECT_EQ(pacer.due(kStart + milliseconds(10)), 0u);
  EXPECT_EQ(pacer.due(kStart + milliseconds(11)), 11u);
}

TEST(LinePacer, ALateLookMakesNoBurstAboveTwentyMilliseconds) {
  LinePacer pacer(115200);
  std::size_t at_once = 0;
  pacer.enter(pacer.room(), kStart);
  const Time late = kStart + milliseconds(500);
  while (pacer.due(late) > 0) {
    at_once += take(pacer, late);
    pacer.enter(pacer.room(), late);
  }
  EXPECT_GE(at_once, 230u - 1);  // 20 ms
  EXPECT_LE(at_once, 230u + 1);
}

TEST(LinePacer, ARateChangeGoesOnFromWhereTheLineIs) {
  LinePacer pacer(9600);
  pacer.enter(10, kStart);
  EXPECT_EQ(take(pacer, kStart + microseconds(1042)), 1u);
  pacer.set_rate(115200, kStart + microseconds(1100));
  EXPECT_EQ(pacer.due(kStart + microseconds(1110)), 0u);
  EXPECT_EQ(pacer.due(kStart + microseconds(1042 + 87)), 1u);
  EXPECT_EQ(pacer.due(kStart + microseconds(1042 + 9 * 87)), 9u);
}

TEST(LinePacer, WithoutARateBytesPassAtOnce) {
  LinePacer pacer(0);
  pacer.enter(1000, kStart);
  EXPECT_EQ(pacer.due(kStart), 1000u);
  EXPECT_LE(pacer.next_look(), kStart);
  pacer.enter(pacer.room(), kStart);
  EXPECT_EQ(pacer.room(), 0u);
}

TEST(LinePacer, AbsurdRatesDoNotOverflow) {
  LinePacer pacer(0xFFFF'FFFF);
  pacer.enter(pacer.room(), kStart);
  EXPECT_EQ(pacer.waiting(), 400'000u);  // 4 ms at kMostBaud
  EXPECT_EQ(take(pacer, kStart + milliseconds(4)), 400'000u);
  LinePacer slow(1);
  slow.enter(1, kStart);
  EXPECT_EQ(slow.due(kStart + milliseconds(9999)), 0u);
  EXPECT_EQ(slow.due(kStart + seconds(10)), 1u);
}

TEST(LinePacer, LooksAreAMillisecondApartWhileMuchWaits) {
  LinePacer pacer(115200);
  pacer.enter(46, kStart);
  EXPECT_EQ(pacer.next_look(), kStart + milliseconds(1));
  LinePacer few(115200);
  few.enter(2, kStart);
  EXPECT_EQ(few.next_look(), kStart + nanoseconds(173'612));
}

}  // namespace
}  // namespace hil::emulate
