// SPDX-License-Identifier: Apache-2.0
// SampleRing: blocks with their time, drops that keep their index, and ends.
#include "target/port/sample_ring.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace hil::port {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// A ring of @p blocks blocks whose samples are 2 bytes: their index.
class Ring {
 public:
  Ring(std::size_t blocks, std::uint16_t block_samples, std::uint64_t count = 0)
      : memory_(blocks * (SampleRing::kBlockHeadBytes + 2u * block_samples) + 1) {
    ring.begin(memory_, {2, block_samples, count});
  }
  void push() {
    const std::uint64_t index = ring.produced();
    const std::uint8_t sample[] = {static_cast<std::uint8_t>(index),
                                   static_cast<std::uint8_t>(index >> 8)};
    ring.push(sample, 1000 + index);
  }
  /// Takes a block and checks every sample of it; its first index and size.
  std::pair<std::uint64_t, std::size_t> take() {
    const auto block = ring.front();
    EXPECT_EQ(block.ticks, 1000 + block.first_index);
    for (std::size_t i = 0; i < block.bytes.size(); i += 2) {
      const unsigned value = block.bytes[i] | unsigned{block.bytes[i + 1]} << 8;
      EXPECT_EQ(value, (block.first_index + i / 2) & 0xFFFF);
    }
    last_dropped = block.dropped;
    const std::pair taken{block.first_index, block.bytes.size() / 2};
    ring.pop();
    return taken;
  }

  SampleRing ring;
  std::uint64_t last_dropped = 0;

 private:
  Bytes memory_;
};

using Taken = std::pair<std::uint64_t, std::size_t>;

TEST(SampleRing, ABlockComesWhenItIsFull) {
  Ring ring(2, 3);
  ring.push();
  ring.push();
  EXPECT_EQ(ring.ring.waiting(), 0u);
  EXPECT_EQ(ring.ring.lacking(), 1u);
  ring.push();
  EXPECT_EQ(ring.ring.waiting(), 1u);
  EXPECT_EQ(ring.ring.lacking(), 3u);
  EXPECT_EQ(ring.take(), Taken(0, 3));
  EXPECT_EQ(ring.ring.waiting(), 0u);
}

TEST(SampleRing, WhatFindsNoRoomIsCountedAndKeepsItsIndex) {
  Ring ring(2, 2);
  for (int i = 0; i < 9; ++i)
    ring.push();
  EXPECT_TRUE(ring.ring.full());
  EXPECT_EQ(ring.ring.produced(), 9u);
  EXPECT_EQ(ring.ring.dropped(), 5u);
  EXPECT_EQ(ring.take(), Taken(0, 2));
  EXPECT_FALSE(ring.ring.full());
  ring.push();
  EXPECT_FALSE(ring.ring.full()) << "a block that has begun has room";
  ring.push();
  EXPECT_EQ(ring.take(), Taken(2, 2));
  EXPECT_EQ(ring.last_dropped, 0u);
  EXPECT_EQ(ring.take(), Taken(9, 2));
  EXPECT_EQ(ring.last_dropped, 5u);
}

TEST(SampleRing, SkippedSamplesEndABlock) {
  Ring ring(3, 4);
  ring.push();
  ring.ring.skip(10);
  ring.push();
  ring.ring.finish();
  EXPECT_EQ(ring.take(), Taken(0, 1));
  EXPECT_EQ(ring.take(), Taken(11, 1));
  EXPECT_EQ(ring.last_dropped, 10u);
}

TEST(SampleRing, StopsAtItsCountAndClosesTheLastBlock) {
  Ring ring(4, 3, 5);
  while (!ring.ring.done())
    ring.push();
  EXPECT_EQ(ring.ring.produced(), 5u);
  EXPECT_EQ(ring.take(), Taken(0, 3));
  EXPECT_EQ(ring.take(), Taken(3, 2));
  Ring full(1, 2, 5);
  full.push();
  full.push();
  full.ring.skip(1000);
  EXPECT_TRUE(full.ring.done());
  EXPECT_EQ(full.ring.produced(), 5u) << "not beyond the count";
  EXPECT_EQ(full.ring.dropped(), 3u);
}

TEST(SampleRing, FinishWithoutSamplesMakesNoBlock) {
  Ring ring(2, 2);
  ring.ring.finish();
  EXPECT_EQ(ring.ring.waiting(), 0u);
  ring.push();
  ring.push();
  ring.ring.finish();
  EXPECT_EQ(ring.ring.waiting(), 1u);
}

TEST(SampleRing, IndicesGoBeyond32Bits) {
  Ring ring(2, 2);
  ring.ring.skip((1ull << 32) - 3);
  for (int i = 0; i < 4; ++i)
    ring.push();
  EXPECT_EQ(ring.take(), Taken((1ull << 32) - 3, 2));
  EXPECT_EQ(ring.take(), Taken((1ull << 32) - 1, 2));
  EXPECT_EQ(ring.last_dropped, (1ull << 32) - 3);
}

TEST(SampleRing, EverySampleIsTakenOnceOrCounted) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    Ring ring(1 + random() % 5, static_cast<std::uint16_t>(1 + random() % 7));
    std::uint64_t next = 0, received = 0;
    const auto take = [&] {
      const auto [first, samples] = ring.take();
      EXPECT_GE(first, next);
      received += samples;
      EXPECT_EQ(first + samples, received + ring.last_dropped);
      next = first + samples;
    };
    for (int i = 0; i < 300; ++i) {
      if (random() % 3 != 0) {
        ring.push();
      } else if (random() % 10 == 0) {
        ring.ring.skip(random() % 4);
      } else if (ring.ring.waiting() != 0) {
        take();
      }
    }
    ring.ring.finish();
    while (ring.ring.waiting() != 0)
      take();
    ASSERT_EQ(received + ring.ring.dropped(), ring.ring.produced());
  }
}

}  // namespace
}  // namespace hil::port
