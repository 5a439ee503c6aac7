// SPDX-License-Identifier: Apache-2.0
// The fault link breaks what it says, as often as it says, the same way each time.
#include "host/link/fault_link.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <thread>
#include <vector>

namespace hil {
namespace {

using std::chrono::milliseconds;
using Bytes = std::vector<std::uint8_t>;

/// Keeps what is written, gives what it was told to; takes at most @p room bytes per write.
class RecordingLink : public Link {
 public:
  Bytes written;
  std::deque<std::uint8_t> incoming;
  std::size_t room = 1u << 20;

  Result<std::size_t> write(std::span<const std::uint8_t> bytes) override {
    const std::size_t count = std::min(room, bytes.size());
    written.insert(written.end(), bytes.begin(), bytes.begin() + static_cast<long>(count));
    return count;
  }
  Result<std::size_t> read(std::span<std::uint8_t> buffer, Deadline) override {
    const std::size_t count = std::min(buffer.size(), incoming.size());
    std::copy_n(incoming.begin(), count, buffer.begin());
    incoming.erase(incoming.begin(), incoming.begin() + static_cast<long>(count));
    return count;
  }
  Status wait(bool, Deadline deadline) override {
    std::this_thread::sleep_until(
        std::min(deadline.at(), Deadline::Clock::now() + milliseconds(2)));
    return {};
  }
  std::uint32_t baud() const override { return 57600; }
  std::string name() const override { return "inner"; }
};

/// Frame number @p i: its number in two bytes that are never 0, and a delimiter.
Bytes frame_of(int i) {
  return {static_cast<std::uint8_t>(1 + i / 200), static_cast<std::uint8_t>(1 + i % 200), 0};
}

std::vector<Bytes> frames_in(const Bytes& bytes) {
  std::vector<Bytes> frames(1);
  for (const auto byte : bytes) {
    frames.back().push_back(byte);
    if (byte == 0) frames.emplace_back();
  }
  frames.pop_back();
  return frames;
}

void write_frames(FaultLink& link, int count) {
  for (int i = 0; i < count; ++i) {
    const Bytes frame = frame_of(i);
    ASSERT_EQ(*link.write(frame), frame.size());
  }
}

TEST(FaultLink, PassesEverythingUnbroken) {
  RecordingLink inner;
  FaultLink link(inner, {});
  EXPECT_FALSE(FaultPlan{}.any());
  write_frames(link, 1000);
  const auto frames = frames_in(inner.written);
  ASSERT_EQ(frames.size(), 1000u);
  for (int i = 0; i < 1000; ++i)
    ASSERT_EQ(frames[static_cast<std::size_t>(i)], frame_of(i));
  EXPECT_EQ(link.outgoing().frames, 1000u);
  EXPECT_EQ(link.baud(), 57600u);
  EXPECT_EQ(link.name(), "inner with faults");
}

TEST(FaultLink, DropsItsShare) {
  RecordingLink inner;
  FaultPlan plan;
  plan.drop = 0.1;
  FaultLink link(inner, plan);
  write_frames(link, 5000);
  const auto& counts = link.outgoing();
  EXPECT_NEAR(static_cast<double>(counts.dropped), 500, 5 * 21) << "5 standard deviations";
  EXPECT_EQ(frames_in(inner.written).size(), 5000 - counts.dropped);
}

TEST(FaultLink, DuplicatesItsShare) {
  RecordingLink inner;
  FaultPlan plan;
  plan.duplicate = 0.1;
  FaultLink link(inner, plan);
  write_frames(link, 5000);
  const auto frames = frames_in(inner.written);
  std::uint64_t twice = 0;
  for (std::size_t i = 1; i < frames.size(); ++i)
    twice += frames[i] == frames[i - 1] ? 1u : 0u;
  EXPECT_EQ(twice, link.outgoing().duplicated);
  EXPECT_NEAR(static_cast<double>(twice), 500, 5 * 21);
}

TEST(FaultLink, SwapsNeighboursAndLosesNone) {
  RecordingLink inner;
  FaultPlan plan;
  plan.swap = 0.1;
  FaultLink link(inner, plan);
  write_frames(link, 5000);
  ASSERT_EQ(*link.write(frame_of(5000)), 3u);
  auto frames = frames_in(inner.written);
  std::uint64_t backwards = 0;
  for (std::size_t i = 1; i < frames.size(); ++i)
    backwards += frames[i] < frames[i - 1] ? 1u : 0u;
  EXPECT_LE(link.outgoing().swapped - backwards, 1u) << "the last may still wait";
  EXPECT_NEAR(static_cast<double>(backwards), 500, 5 * 21 + 50);
  std::sort(frames.begin(), frames.end());
  EXPECT_GE(frames.size(), 5000u);
  EXPECT_EQ(std::unique(frames.begin(), frames.end()), frames.end());
}

TEST(FaultLink, FlipsExactlyOneBit) {
  RecordingLink inner;
  FaultPlan plan;
  plan.flip = 1;
  FaultLink link(inner, plan);
  const Bytes frame{0x11, 0x22, 0x33, 0};
  for (int i = 0; i < 200; ++i) {
    inner.written.clear();
    ASSERT_EQ(*link.write(frame), 4u);
    ASSERT_EQ(inner.written.size(), 4u);
    int bits = 0;
    for (std::size_t j = 0; j < 4; ++j)
      bits += __builtin_popcount(static_cast<unsigned>(frame[j] ^ inner.written[j]));
    ASSERT_EQ(bits, 1);
  }
  EXPECT_EQ(link.outgoing().flipped, 200u);
}

TEST(FaultLink, TheSameSeedBreaksTheSameFrames) {
  FaultPlan plan;
  plan.drop = plan.duplicate = plan.swap = plan.flip = 0.05;
  plan.seed = 99;
  Bytes first;
  for (int round = 0; round < 2; ++round) {
    RecordingLink inner;
    FaultLink link(inner, plan);
    write_frames(link, 1000);
    if (round == 0) first = inner.written;
    EXPECT_EQ(inner.written, first);
  }
  plan.seed = 100;
  RecordingLink inner;
  FaultLink link(inner, plan);
  write_frames(link, 1000);
  EXPECT_NE(inner.written, first);
}

TEST(FaultLink, DirectionsHaveLuckOfTheirOwn) {
  RecordingLink inner;
  FaultPlan plan;
  plan.drop = 0.5;
  FaultLink link(inner, plan);
  for (int i = 0; i < 1000; ++i)
    for (const auto byte : frame_of(i))
      inner.incoming.push_back(byte);
  Bytes read;
  std::array<std::uint8_t, 100> buffer;
  while (true) {
    const auto count = link.read(buffer, Deadline::after({}));
    ASSERT_TRUE(count.ok());
    if (*count == 0) break;
    read.insert(read.end(), buffer.begin(), buffer.begin() + static_cast<long>(*count));
  }
  write_frames(link, 1000);
  EXPECT_EQ(link.incoming().frames, 1000u);
  EXPECT_EQ(frames_in(read).size(), 1000 - link.incoming().dropped);
  EXPECT_NE(read, inner.written) << "the same frames were dropped both ways";
}

TEST(FaultLink, CutLosesEverythingForItsTime) {
  RecordingLink inner;
  FaultPlan plan;
  plan.cut = {milliseconds(0), milliseconds(40)};
  EXPECT_TRUE(plan.any());
  FaultLink link(inner, plan);
  write_frames(link, 3);
  inner.incoming = {1, 2, 0};
  std::array<std::uint8_t, 8> buffer;
  EXPECT_EQ(*link.read(buffer, Deadline::after(milliseconds(60))), 0u);
  EXPECT_TRUE(inner.written.empty());
  EXPECT_EQ(link.outgoing().bytes_cut, 9u);
  EXPECT_EQ(link.incoming().bytes_cut, 3u);
  write_frames(link, 1);
  EXPECT_EQ(inner.written, frame_of(0));
}

TEST(FaultLink, StallDelaysEverythingAndLosesNothing) {
  RecordingLink inner;
  FaultPlan plan;
  plan.stall = {milliseconds(0), milliseconds(40)};
  FaultLink link(inner, plan);
  write_frames(link, 2);
  inner.incoming = {1, 2, 0};
  EXPECT_TRUE(inner.written.empty());
  std::array<std::uint8_t, 8> buffer;
  EXPECT_EQ(*link.read(buffer, Deadline::after(milliseconds(10))), 0u);
  EXPECT_EQ(*link.read(buffer, Deadline::after(milliseconds(500))), 3u);
  EXPECT_EQ(frames_in(inner.written).size(), 2u);
}

TEST(FaultLink, WaitsForRoomOfTheInnerLink) {
  RecordingLink inner;
  inner.room = 0;
  FaultPlan plan;
  plan.duplicate = 0.5;
  FaultLink link(inner, plan);
  const Bytes frame = [] {
    Bytes bytes(1000, 1);
    bytes.push_back(0);
    return bytes;
  }();
  int taken = 0;
  while (*link.write(frame) != 0)
    ASSERT_LT(++taken, 100) << "takes without end";
  inner.room = 1u << 20;
  EXPECT_TRUE(link.wait(true, Deadline::after(milliseconds(100))).ok());
  EXPECT_EQ(inner.written.size() % 1001, 0u);
  EXPECT_NE(*link.write(frame), 0u);
}

}  // namespace
}  // namespace hil
