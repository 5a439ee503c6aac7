// SPDX-License-Identifier: Apache-2.0
// Sums and differences of counts.
#include "host/rpc/statistics.hpp"

#include <gtest/gtest.h>

namespace hil::rpc {
namespace {

using std::chrono::milliseconds;

TEST(LinkStatistics, CountsSinceAreDifferences) {
  LinkStatistics before;
  before.bytes_sent = 10;
  before.crc_errors = 1;
  before.device_resend_requests = 2;
  before.resend_requests = 3;
  LinkStatistics after = before;
  after.bytes_sent = 25;
  after.crc_errors = 4;
  after.resend_requests = 6;
  after.longest_silence = milliseconds(8);
  const auto since = after - before;
  EXPECT_EQ(since.bytes_sent, 15u);
  EXPECT_EQ(since.crc_errors, 3u);
  EXPECT_EQ(since.device_resend_requests, 0u);
  EXPECT_EQ(since.resend_requests, 3u);
  EXPECT_EQ(since.longest_silence, milliseconds(8));
}

TEST(LinkStatistics, SumsOfSessions) {
  LinkStatistics sum;
  sum.frames_sent = 3;
  sum.polls = 1;
  sum.longest_silence = milliseconds(5);
  LinkStatistics more;
  more.frames_sent = 4;
  more.datagrams_lost = 2;
  more.longest_silence = milliseconds(3);
  sum += more;
  EXPECT_EQ(sum.frames_sent, 7u);
  EXPECT_EQ(sum.polls, 1u);
  EXPECT_EQ(sum.datagrams_lost, 2u);
  EXPECT_EQ(sum.longest_silence, milliseconds(5));
  EXPECT_EQ((sum - more).frames_sent, 3u);
}

TEST(LostFrames, AreCountedByDirection) {
  LinkStatistics counted;
  counted.polls = 4;  // of a board that computes for long
  EXPECT_EQ(lost_frames(counted).to_board, 0u);
  EXPECT_EQ(lost_frames(counted).from_board, 0u);
  counted.resend_requests = 5;
  counted.device_resend_requests = 3;
  counted.retransmitted_frames = 20;  // what stood behind the lost ones, too
  EXPECT_EQ(lost_frames(counted).to_board, 3u);
  EXPECT_EQ(lost_frames(counted).from_board, 2u);
}

TEST(LostFrames, DamagedOnesAndGapsAreTheSameOnes) {
  LinkStatistics counted;
  counted.resend_requests = 4;
  counted.crc_errors = 2;
  counted.malformed_frames = 1;
  EXPECT_EQ(lost_frames(counted).from_board, 4u);
  counted.crc_errors = 9;
  EXPECT_EQ(lost_frames(counted).from_board, 10u);
}

TEST(LostFrames, WhatNothingFollowsIsFoundByAPoll) {
  LinkStatistics counted;
  counted.retransmitted_frames = 1;
  EXPECT_EQ(lost_frames(counted).to_board, 1u) << "sent again: something was lost";
  counted.polls_found_loss_to_board = 7;
  counted.polls_found_loss_from_board = 5;
  EXPECT_EQ(lost_frames(counted).to_board, 7u);
  EXPECT_EQ(lost_frames(counted).from_board, 5u);
}

}  // namespace
}  // namespace hil::rpc
