// SPDX-License-Identifier: Apache-2.0
// How many bytes may wait for a line, over rates and times.
#include "host/link/output_bound.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "host/link/line_rate.hpp"

namespace hil {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr OutputBound::Clock::time_point kStart{std::chrono::hours(1000)};

TEST(OutputBound, IsTenMillisecondsOfTheLine) {
  EXPECT_EQ(OutputBound(115200).room(0, kStart), 116u) << "rounded up";
  EXPECT_EQ(OutputBound(1'000'000).room(0, kStart), 1000u);
  EXPECT_EQ(OutputBound(4'000'000'000u).room(0, kStart), 4'000'000u) << "no overflow";
}

TEST(OutputBound, ASlowLineTakesALittleAllTheSame) {
  EXPECT_EQ(OutputBound(9600).room(0, kStart), 16u);
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
  bound.wrote(1000, kStart);
  EXPECT_EQ(bound.room(0, kStart), 0u);
  EXPECT_EQ(bound.room(0, kStart + microseconds(4990)), 0u);
  EXPECT_EQ(bound.room_at(0, kStart), kStart + milliseconds(5));
  EXPECT_EQ(bound.room(0, kStart + milliseconds(5)), 500u);
  EXPECT_EQ(bound.room(0, kStart + milliseconds(7)), 700u);
  EXPECT_EQ(bound.room(0, kStart + seconds(100)), 1000u) << "no credit for idle time";
}

TEST(OutputBound, WhatIsWrittenLaterComesOnTop) {
  OutputBound bound(1'000'000);
  bound.wrote(500, kStart);
  bound.wrote(500, kStart + milliseconds(1));
  EXPECT_EQ(bound.room_at(0, kStart + milliseconds(1)), kStart + milliseconds(5));
}

TEST(OutputBound, TheKernelsCountIsBelieved) {
  OutputBound bound(1'000'000);
  EXPECT_EQ(bound.room(400, kStart), 600u);
  EXPECT_EQ(bound.room(501, kStart), 0u);
  EXPECT_EQ(bound.room(5000, kStart), 0u) << "a stalled line";
  EXPECT_EQ(bound.room_at(1500, kStart), kStart + milliseconds(10));
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
