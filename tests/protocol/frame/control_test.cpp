// SPDX-License-Identifier: Apache-2.0
// Control payloads: round trips, every truncation, implausible limits.
#include "protocol/frame/control.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace hil::frame {
namespace {

constexpr Limits kLimits{1024, 4096, 16};

template <class T, class Reader>
void expect_truncations_refused(const T& value, Reader read) {
  std::uint8_t memory[kMostControlBytes];
  const auto bytes = write(value, memory);
  EXPECT_TRUE(read(bytes).has_value());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(read(bytes.first(size)).has_value()) << "cut to " << size;
  }
}

TEST(Control, OpenSurvivesTheTripAndNoTruncation) {
  const Open open{0xDEADBEEF, 0x0123456789ABCDEF, kLimits};
  std::uint8_t memory[kMostControlBytes];
  const auto got = read_open(write(open, memory));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->session, open.session);
  EXPECT_EQ(got->lease, open.lease);
  EXPECT_EQ(got->host.payload_bytes, 1024);
  EXPECT_EQ(got->host.message_bytes, 4096);
  EXPECT_EQ(got->host.window, 16);
  expect_truncations_refused(open, read_open);
}

TEST(Control, OpenWithoutSessionOrWithUselessLimitsIsRefused) {
  std::uint8_t memory[kMostControlBytes];
  EXPECT_FALSE(read_open(write(Open{0, 0, kLimits}, memory)));
  EXPECT_FALSE(read_open(write(Open{1, 0, Limits{31, 4096, 16}}, memory)));
  EXPECT_FALSE(read_open(write(Open{1, 0, Limits{1024, 63, 16}}, memory)));
  EXPECT_FALSE(read_open(write(Open{1, 0, Limits{1024, 4096, 0}}, memory)));
  EXPECT_FALSE(read_open(write(Open{1, 0, Limits{1024, 4096, 128}}, memory)));
}

TEST(Control, AcceptCarriesTheCrashNote) {
  const std::vector<std::uint8_t> note(kMostCrashNoteBytes, 'x');
  const Accept accept{7, 3, ResetCause::kFault, kLimits, note};
  std::uint8_t memory[kMostControlBytes];
  const auto got = read_accept(write(accept, memory));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->session, 7u);
  EXPECT_EQ(got->boot_count, 3u);
  EXPECT_EQ(got->reset_cause, ResetCause::kFault);
  EXPECT_EQ(got->crash_note.size(), kMostCrashNoteBytes);
  expect_truncations_refused(accept, read_accept);
}

TEST(Control, AcceptSaysWhatTheAgentCanDo) {
  const std::vector<std::uint8_t> note(kMostCrashNoteBytes, 'x');
  Accept accept{7, 3, ResetCause::kFault, kLimits, note};
  std::uint8_t memory[kMostControlBytes];
  EXPECT_EQ(read_accept(write(accept, memory))->abilities, 0u) << "an older agent's";
  accept.abilities = kTakesPlaced;
  const auto got = read_accept(write(accept, memory));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->abilities, kTakesPlaced);
  EXPECT_EQ(got->crash_note.size(), note.size());
}

TEST(Control, AnAckSaysWhichFramesHaveCome) {
  std::uint8_t memory[kMostControlBytes];
  const auto payload = write(Ack{kAckAnswer, 9}, 0x80000001, memory);
  ASSERT_EQ(payload.size(), kMostAckBytes);
  const auto got = read_ack(payload);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->flags, kAckAnswer | kAckAhead);
  EXPECT_EQ(got->polled_seq, 9u);
  EXPECT_EQ(read_come(*got, payload), 0x80000001u);
  EXPECT_EQ(read_come(*got, payload.first(5)), 0u) << "cut off";
  EXPECT_EQ(read_come(*got, payload.first(2)), 0u);
  const auto alone = write(Ack{}, 5, memory);
  EXPECT_EQ(read_come(*read_ack(alone), alone), 5u);
  EXPECT_EQ(read_come(Ack{}, {}), 0u);
}

TEST(Control, AcceptWithAnOverlongNoteIsRefused) {
  std::vector<std::uint8_t> bytes(15 + 65, 1);
  bytes[14] = 65;
  EXPECT_FALSE(read_accept(bytes));
}

TEST(Control, SmallPayloadsSurviveTheTripAndNoTruncation) {
  expect_truncations_refused(Close{CloseReason::kVersion, 2}, read_close);
  expect_truncations_refused(Busy{123456}, read_busy);
  expect_truncations_refused(Reset{9, ResetCause::kWatchdog}, read_reset);
  std::uint8_t memory[kMostControlBytes];
  EXPECT_EQ(read_busy(write(Busy{123456}, memory))->quiet_ms, 123456u);
  EXPECT_EQ(read_reset(write(Reset{9, ResetCause::kPin}, memory))->cause, ResetCause::kPin);
  EXPECT_EQ(read_close(write(Close{CloseReason::kVersion, 2}, memory))->version, 2);
}

TEST(Control, AckIsShortWhenItSaysNothingMore) {
  std::uint8_t memory[kMostControlBytes];
  EXPECT_EQ(read_ack({})->flags, 0);
  EXPECT_EQ(write(Ack{kAckResend, 0}, memory).size(), 1u);
  const auto answer = write(Ack{kAckAnswer, 42}, memory);
  EXPECT_EQ(answer.size(), 2u);
  EXPECT_EQ(read_ack(answer)->polled_seq, 42);
  EXPECT_FALSE(read_ack(answer.first(1)));
}

}  // namespace
}  // namespace hil::frame
