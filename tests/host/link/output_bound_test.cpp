// SPDX-License-Identifier: Apache-2.0
// How many bytes may wait for a line, over rates and times.
#include "host/link/output_bound.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "host/link/line_rate.hpp"

namespace hil {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr OutputBound::Clock::time_point kStart{std::chrono::hours(1000)};

TEST(OutputBound, IsThirtyMillisecondsOfTheLine) {
  EXPECT_EQ(OutputBound(115200).room(0, kStart), 346u) << "rounded up";
  EXPECT_EQ(OutputBound(1'000'000).room(0, kStart), 3000u);
  EXPECT_EQ(OutputBound(4'000'000'000u).room(0, kStart), 12'000'000u) << "no overflow";
}

TEST(OutputBound, ASlowLineTakesALittleAllTheSame) {
  EXPECT_EQ(OutputBound(4800).room(0, kStart), 16u);
  EXPECT_EQ(OutputBound(1).room(0, kStart), 16u);
}

TEST(OutputBound, WithoutARateThereIsNone) {
  OutputBound bound(0);
  bound.wrote(1 << 30, kStart);
  EXPECT_EQ(bound.room(1 << 30, kStart), std::numeric_limits<std::size_t>::max());
  EXPECT_EQ(bound.room_at(1 << 30, kStart), kStart);
}

TEST(OutputBound, RoomComesBackWhenHalfOfItIsSent) {
  OutputBound bound(1'000'000);
  bound.wrote(3000, kStart);
  EXPECT_EQ(bound.room(0, kStart), 0u);
  EXPECT_EQ(bound.room(0, kStart + microseconds(14'990)), 0u);
  EXPECT_EQ(bound.room_at(0, kStart), kStart + milliseconds(15));
  EXPECT_EQ(bound.room(0, kStart + milliseconds(15)), 1500u);
  EXPECT_EQ(bound.room(0, kStart + milliseconds(17)), 1700u);
  EXPECT_EQ(bound.room(0, kStart + seconds(100)), 3000u) << "no credit for idle time";
}

TEST(OutputBound, WhatIsWrittenLaterComesOnTop) {
  OutputBound bound(1'000'000);
  bound.wrote(1500, kStart);
  bound.wrote(1500, kStart + milliseconds(1));
  EXPECT_EQ(bound.room_at(0, kStart + milliseconds(1)), kStart + milliseconds(15));
}

TEST(OutputBound, SmallPiecesMayFillItAndThenWaitForHalf) {
  OutputBound bound(1'000'000);
  std::size_t pieces = 0;
  while (const std::size_t room = bound.room(0, kStart)) {
    bound.wrote(std::min<std::size_t>(room, 92), kStart);
    ++pieces;
  }
  EXPECT_EQ(pieces, 33u) << "3,000 bytes";
  EXPECT_EQ(bound.room(0, kStart + milliseconds(14)), 0u);
  EXPECT_EQ(bound.room_at(0, kStart + milliseconds(14)), kStart + milliseconds(15));
  EXPECT_EQ(bound.room(0, kStart + milliseconds(15)), 1500u);
}

TEST(OutputBound, WhatTheKernelDoesNotTakeIsNotOfferedAgainAtOnce) {
  OutputBound bound(1'000'000);
  EXPECT_EQ(bound.room(0, kStart), 3000u);
  bound.wrote(2000, kStart, false);
  EXPECT_EQ(bound.room(0, kStart), 0u);
  EXPECT_EQ(bound.room_at(0, kStart), kStart + milliseconds(5));
}

TEST(OutputBound, TheKernelsCountEndsTheFilling) {
  OutputBound bound(1'000'000);
  EXPECT_EQ(bound.room(0, kStart), 3000u);
  bound.wrote(2000, kStart);
  EXPECT_EQ(bound.room_at(2000, kStart), kStart) << "a thousand fit at once";
  EXPECT_EQ(bound.room(3000, kStart), 0u);
  EXPECT_EQ(bound.room(2999, kStart), 0u) << "not one by one";
  EXPECT_EQ(bound.room_at(2999, kStart), kStart + microseconds(14'990));
}

TEST(OutputBound, TheKernelsCountIsBelieved) {
  OutputBound bound(1'000'000);
  EXPECT_EQ(bound.room(1400, kStart), 1600u);
  EXPECT_EQ(bound.room(1501, kStart), 0u);
  EXPECT_EQ(bound.room(5000, kStart), 0u) << "a stalled line";
  EXPECT_EQ(bound.room_at(2500, kStart), kStart + milliseconds(10));
}

TEST(RateFits, WithinTwoAndAHalfPercent) {
  EXPECT_TRUE(rate_fits(115200, 115200));
  EXPECT_TRUE(rate_fits(115200, 118080));
  EXPECT_TRUE(rate_fits(115200, 112320));
  EXPECT_FALSE(rate_fits(115200, 118081));
  EXPECT_FALSE(rate_fits(115200, 112319));
  EXPECT_FALSE(rate_fits(3686400, 9600));
  EXPECT_FALSE(rate_fits(1, 0xFFFF'FFFFu));
  EXPECT_FALSE(rate_fits(0xFFFF'FFFFu, 0));
}

}  // namespace
}  // namespace hil
