// SPDX-License-Identifier: Apache-2.0
// Losses: which way, how often, and what must not look like one.
#include "host/conform/losses.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace hil::conform {
namespace {

/// Go-back-N towards a board that loses a byte in @p bytes_per_loss, @p window frames in flight.
rpc::LinkStatistics stream_to_board(double bytes_per_loss, std::uint64_t frames,
                                    std::uint64_t frame_bytes, std::uint64_t window) {
  std::mt19937 random(7);
  const double hit = 1 - std::pow(1 - 1 / bytes_per_loss, static_cast<double>(frame_bytes));
  std::bernoulli_distribution is_hit(hit);
  rpc::LinkStatistics counted;
  for (std::uint64_t done = 0; done < frames;) {
    ++counted.frames_sent;
    if (!is_hit(random)) {
      ++done;
      continue;
    }
    // The rest of the window is thrown away; all of it is sent again.
    const std::uint64_t behind = std::min(window - 1, frames - done - 1);
    counted.frames_sent += behind;
    counted.retransmitted_frames += behind + 1;
    ++counted.resend_requests;
    ++counted.device_resend_requests;
  }
  counted.bytes_sent = counted.frames_sent * frame_bytes;
  return counted;
}

TEST(Losses, NoneOnACleanLine) {
  rpc::LinkStatistics counted;
  counted.frames_sent = counted.frames_received = 1000;
  counted.bytes_sent = counted.bytes_received = 1'000'000;
  counted.polls = 4;                    // of a board that computes for long
  counted.device_duplicate_frames = 2;  // and then answers both
  const Losses losses = losses_of(counted);
  EXPECT_FALSE(losses.any());
  EXPECT_EQ(losses_text(losses, Way::kBoth), "");
}

TEST(Losses, RateTowardsTheBoardIsRightWhateverTheWindow) {
  for (const std::uint64_t window : {1U, 4U, 64U}) {
    for (const double bytes_per_loss : {3'000.0, 10'000.0, 100'000.0}) {
      const auto counted = stream_to_board(bytes_per_loss, 50'000, 500, window);
      const Losses losses = losses_of(counted);
      EXPECT_NEAR(losses.bytes_per_loss_towards, bytes_per_loss, 0.15 * bytes_per_loss)
          << window << " frames";
      EXPECT_EQ(losses.from_board, 0U);
    }
  }
}

TEST(Losses, NamesTheWayTowards) {
  rpc::LinkStatistics counted;
  counted.frames_sent = 100;
  counted.bytes_sent = 100'000;
  counted.retransmitted_frames = 20;
  counted.resend_requests = counted.device_resend_requests = 10;
  EXPECT_EQ(losses_text(losses_of(counted), Way::kToBoard),
            "about 1 byte in 9,000 lost, towards the board (10 times)");
}

TEST(Losses, NamesTheWayBack) {
  rpc::LinkStatistics counted;
  counted.bytes_received = 98'300;
  counted.crc_errors = 9;
  counted.malformed_frames = 1;
  counted.resend_requests = 10;
  EXPECT_EQ(losses_text(losses_of(counted), Way::kFromBoard),
            "about 1 byte in 9,800 lost, from the board (10 times)");
}

TEST(Losses, NamesBothWays) {
  rpc::LinkStatistics counted;
  counted.bytes_received = 10'000;
  counted.crc_errors = 1;
  counted.frames_sent = 10;
  counted.bytes_sent = 10'000;
  counted.retransmitted_frames = 1;
  counted.resend_requests = 2;
  counted.device_resend_requests = 1;
  EXPECT_EQ(losses_text(losses_of(counted), Way::kBoth),
            "bytes lost towards the board once; bytes lost from the board once");
}

TEST(Losses, AWayThatCarriesNextToNothingGetsNoRate) {
  rpc::LinkStatistics counted;
  counted.frames_sent = 100;
  counted.bytes_sent = 2'000;
  counted.retransmitted_frames = 5;
  counted.resend_requests = counted.device_resend_requests = 5;
  EXPECT_EQ(losses_text(losses_of(counted), Way::kFromBoard),
            "bytes lost towards the board 5 times");
}

TEST(Losses, AFrameThatVanishedWholeIsSeenByTheGap) {
  rpc::LinkStatistics counted;
  counted.bytes_received = 5'000;
  counted.resend_requests = 1;  // asked by the host; no CRC error tells of it
  EXPECT_EQ(losses_of(counted).from_board, 1U);
}

TEST(Losses, ALostLastFrameIsSeenByTheResend) {
  rpc::LinkStatistics counted;
  counted.frames_sent = 10;
  counted.bytes_sent = 1'000;
  counted.retransmitted_frames = 1;  // found by a poll: nobody asked
  EXPECT_EQ(losses_of(counted).towards_board, 1U);
}

}  // namespace
}  // namespace hil::conform
