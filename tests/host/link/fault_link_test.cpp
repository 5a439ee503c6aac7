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

/// Bits in which @p a and @p b, of one length, differ.
std::uint64_t bits_apart(const Bytes& a, const Bytes& b) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    bits += static_cast<std::uint64_t>(__builtin_popcount(static_cast<unsigned>(a[i] ^ b[i])));
  return bits;
}

TEST(FaultLink, FlipsItsShareOfTheBitsWhateverTheFrames) {
  for (const std::size_t frame_bytes : {8u, 1000u}) {
    RecordingLink inner;
    FaultPlan plan;
    plan.flip = 1e-3;
    FaultLink link(inner, plan);
    Bytes frame(frame_bytes, 0x5A), sent;
    frame.back() = 0;
    while (sent.size() < 250'000) {
      ASSERT_EQ(*link.write(frame), frame.size());
      sent.insert(sent.end(), frame.begin(), frame.end());
    }
    ASSERT_EQ(inner.written.size(), sent.size()) << "flips lose and add nothing";
    const std::uint64_t flipped = bits_apart(sent, inner.written);
    EXPECT_EQ(flipped, link.outgoing().flipped_bits);
    EXPECT_NEAR(static_cast<double>(flipped), 2000, 5 * 45) << "5 standard deviations";
  }
}

TEST(FaultLink, FlipsEveryBitIfToldTo) {
  RecordingLink inner;
  FaultPlan plan;
  plan.flip = 1;
  FaultLink link(inner, plan);
  ASSERT_EQ(*link.write(Bytes{0x11, 0x22, 0x33, 0}), 4u);
  EXPECT_EQ(inner.written, (Bytes{0xEE, 0xDD, 0xCC, 0xFF}));
  EXPECT_EQ(link.outgoing().flipped_bits, 32u);
}

TEST(FaultLink, AFrameMayGetSeveralFlips) {
  RecordingLink inner;
  FaultPlan plan;
  plan.flip = 0.01;
  FaultLink link(inner, plan);
  Bytes frame(10'000, 1);
  frame.back() = 0;
  ASSERT_EQ(*link.write(frame), frame.size());
  EXPECT_NEAR(static_cast<double>(bits_apart(frame, inner.written)), 800, 5 * 29);
}

TEST(FaultLink, TheSameSeedBreaksTheSameFrames) {
  FaultPlan plan;
  plan.drop = plan.duplicate = plan.swap = 0.05;
  plan.flip = 0.002;
  plan.seed = 99;
  Bytes first;
  for (int round = 0; round < 2; ++round) {
    RecordingLink inner;
    FaultLink link(inner, plan);
    write_frames(link, 1000);
    if (round == 0) first = inner.written;
    EXPECT_EQ(inner.written, first);
  }
  RecordingLink in_pieces;
  FaultLink pieces(in_pieces, plan);
  for (int i = 0; i < 1000; ++i) {
    for (const std::uint8_t byte : frame_of(i))
      ASSERT_EQ(*pieces.write(Bytes{byte}), 1u);
  }
  EXPECT_EQ(in_pieces.written, first) << "the pieces in which bytes come do not matter";
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

TEST(FaultLink, CutLosesEverything) {
  RecordingLink inner;
  FaultPlan plan;
  plan.cuts = {{milliseconds(0), std::chrono::hours(1)}};
  EXPECT_TRUE(plan.any());
  FaultLink link(inner, plan);
  link.start_clock();
  write_frames(link, 3);
  inner.incoming = {1, 2, 0};
  std::array<std::uint8_t, 8> buffer;
  EXPECT_EQ(*link.read(buffer, Deadline::after(milliseconds(10))), 0u);
  EXPECT_TRUE(inner.written.empty());
  EXPECT_EQ(link.outgoing().bytes_cut, 9u);
  EXPECT_EQ(link.incoming().bytes_cut, 3u);
}

TEST(FaultLink, ACutEnds) {
  RecordingLink inner;
  FaultPlan plan;
  plan.cuts = {{milliseconds(0), milliseconds(1)}};
  FaultLink link(inner, plan);
  link.start_clock();
  std::this_thread::sleep_for(milliseconds(2));
  write_frames(link, 1);
  EXPECT_EQ(inner.written, frame_of(0));
}

TEST(FaultLink, AStallHoldsEverythingBack) {
  RecordingLink inner;
  FaultPlan plan;
  plan.stalls = {{milliseconds(0), std::chrono::hours(1)}};
  FaultLink link(inner, plan);
  link.start_clock();
  write_frames(link, 1);
  EXPECT_EQ(*link.write(frame_of(1)), 0u) << "what waits already is enough";
  inner.incoming = {1, 2, 0};
  EXPECT_TRUE(inner.written.empty());
  std::array<std::uint8_t, 8> buffer;
  EXPECT_EQ(*link.read(buffer, Deadline::after(milliseconds(10))), 0u);
  EXPECT_TRUE(link.wait(true, Deadline::after(milliseconds(10))).ok());
  EXPECT_TRUE(inner.written.empty());
}

TEST(FaultLink, AStallEndsAndHasLostNothing) {
  RecordingLink inner;
  FaultPlan plan;
  plan.stalls = {{milliseconds(0), milliseconds(20)}};
  FaultLink link(inner, plan);
  link.start_clock();
  write_frames(link, 1);
  inner.incoming = {1, 2, 0};
  std::array<std::uint8_t, 8> buffer;
  EXPECT_EQ(*link.read(buffer, Deadline::after(std::chrono::seconds(20))), 3u);
  EXPECT_EQ(inner.written, frame_of(0));
  EXPECT_EQ(link.stalls_begun(), 1u);
}

TEST(FaultLink, WindowsCountFromTheFirstStartOfTheClock) {
  RecordingLink inner;
  FaultPlan plan;
  plan.cuts = {{milliseconds(0), std::chrono::hours(1)}, {std::chrono::hours(2), milliseconds(1)}};
  plan.stalls = {{std::chrono::hours(3), milliseconds(1)}};
  FaultLink link(inner, plan);
  write_frames(link, 1);
  EXPECT_EQ(inner.written, frame_of(0)) << "no clock, no window";
  EXPECT_EQ(link.cuts_begun(), 0u);
  link.start_clock();
  link.start_clock();
  write_frames(link, 1);
  EXPECT_EQ(inner.written, frame_of(0));
  EXPECT_EQ(link.cuts_begun(), 1u);
  EXPECT_EQ(link.stalls_begun(), 0u);
}

TEST(FaultLink, PassesBytesOnBeforeTheirFrameIsWhole) {
  RecordingLink inner;
  FaultPlan plan;
  plan.swap = plan.drop = 1e-9;
  FaultLink link(inner, plan);
  ASSERT_EQ(*link.write(Bytes{1, 2, 3}), 3u);
  EXPECT_EQ(inner.written, (Bytes{1, 2, 3}));
  inner.incoming = {7, 8};
  std::array<std::uint8_t, 8> buffer;
  EXPECT_EQ(*link.read(buffer, Deadline::after({})), 2u);
}

TEST(FaultLink, HasLittleWaitingForALineWithARate) {
  RecordingLink inner;
  inner.room = 0;
  FaultPlan plan;
  plan.drop = 1e-9;
  FaultLink link(inner, plan);
  EXPECT_EQ(*link.write(Bytes(5000, 1)), 32u) << "a millisecond of 57,600 baud, and 32 at least";
  EXPECT_EQ(*link.write(Bytes(5000, 1)), 0u);
  inner.room = 10;
  EXPECT_TRUE(link.wait(true, Deadline::after(milliseconds(100))).ok());
  EXPECT_EQ(inner.written.size(), 32u);
}

TEST(FaultLink, EndlessBytesWithoutDelimiterAreNotKept) {
  RecordingLink inner;
  FaultPlan plan;
  plan.swap = plan.duplicate = 1;
  FaultLink link(inner, plan);
  const Bytes piece(100'000, 1);
  for (int i = 0; i < 10; ++i) {
    std::size_t at = 0;
    while (at < piece.size())
      at += *link.write(std::span(piece).subspan(at));
  }
  EXPECT_EQ(inner.written.size(), 1'000'000u);
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
  EXPECT_NE(*link.write(frame), 0u);
}

}  // namespace
}  // namespace hil
