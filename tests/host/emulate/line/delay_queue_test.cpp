// SPDX-License-Identifier: Apache-2.0
// Bytes that wait for their turnaround, on a clock that only the test moves.
#include "host/emulate/line/delay_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace hil::emulate {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using Time = DelayQueue::Clock::time_point;

constexpr Time kStart = Time(std::chrono::hours(1));

TEST(DelayQueue, WithoutADelayBytesAreThereAtOnce) {
  DelayQueue queue(milliseconds(0));
  queue.enter(std::array<std::uint8_t, 2>{1, 2}, kStart);
  EXPECT_THAT(queue.due(kStart), ElementsAre(1, 2));
}

TEST(DelayQueue, EveryByteWaitsForTheSameTime) {
  DelayQueue queue(milliseconds(16));
  queue.enter(std::array<std::uint8_t, 1>{1}, kStart);
  queue.enter(std::array<std::uint8_t, 2>{2, 3}, kStart + milliseconds(10));
  EXPECT_THAT(queue.due(kStart + milliseconds(15)), IsEmpty());
  EXPECT_EQ(queue.next(), kStart + milliseconds(16));
  EXPECT_THAT(queue.due(kStart + milliseconds(16)), ElementsAre(1));
  EXPECT_THAT(queue.due(kStart + milliseconds(25)), ElementsAre(1));
  EXPECT_THAT(queue.due(kStart + milliseconds(26)), ElementsAre(1, 2, 3));
}

TEST(DelayQueue, WhatIsNotTakenStaysInOrder) {
  DelayQueue queue(milliseconds(1));
  queue.enter(std::array<std::uint8_t, 3>{1, 2, 3}, kStart);
  queue.enter(std::array<std::uint8_t, 1>{4}, kStart + milliseconds(5));
  queue.leave(2);
  EXPECT_THAT(queue.due(kStart + milliseconds(1)), ElementsAre(3));
  EXPECT_EQ(queue.next(), kStart + milliseconds(1));
  queue.leave(1);
  EXPECT_EQ(queue.next(), kStart + milliseconds(6));
  EXPECT_THAT(queue.due(kStart + milliseconds(1)), IsEmpty());
  EXPECT_EQ(queue.size(), 1u);
  queue.leave(100);  // more than there are
  EXPECT_TRUE(queue.empty());
  queue.enter({}, kStart);
  EXPECT_TRUE(queue.empty());
}

TEST(DelayQueue, ClearLeavesNothing) {
  DelayQueue queue(milliseconds(1));
  queue.enter(std::array<std::uint8_t, 3>{1, 2, 3}, kStart);
  queue.clear();
  EXPECT_TRUE(queue.empty());
  EXPECT_THAT(queue.due(kStart + milliseconds(1)), IsEmpty());
}

}  // namespace
}  // namespace hil::emulate
