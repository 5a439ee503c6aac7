// SPDX-License-Identifier: Apache-2.0
// Blocks of samples: whole ones, and every way to be wrong.
#include "host/energy/joulescope/stream_block.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/energy/joulescope/fake_jsdrv.hpp"

namespace hil::energy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(StreamBlock, Floats) {
  const auto block = parse_stream_block(FakeBlock::of_floats(1ULL << 40, {0.5F, -2.0F}).bytes());
  ASSERT_TRUE(block.has_value());
  EXPECT_EQ(block->first, 1ULL << 40);
  EXPECT_EQ(block->step, 2u);
  EXPECT_EQ(block->ids_per_second, 2'000'000u);
  EXPECT_THAT(block->floats, ElementsAre(0.5F, -2.0F));
  EXPECT_THAT(block->bits, IsEmpty());
}

TEST(StreamBlock, BitsLowestFirst) {
  const auto block = parse_stream_block(FakeBlock::of_bits(4, {1, 0, 0, 1, 0, 0, 0, 0, 1}).bytes());
  ASSERT_TRUE(block.has_value());
  EXPECT_THAT(block->bits, ElementsAre(1, 0, 0, 1, 0, 0, 0, 0, 1));
  EXPECT_THAT(block->floats, IsEmpty());
}

TEST(StreamBlock, TornAnywhereIsNone) {
  for (const auto& whole : {FakeBlock::of_floats(0, {1, 2, 3}).bytes(),
                            FakeBlock::of_bits(0, {1, 1, 1, 1, 1, 1, 1, 1, 1}).bytes()}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::vector<std::uint8_t> torn(whole.begin(),
                                           whole.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_FALSE(parse_stream_block(torn).has_value()) << size;
    }
    EXPECT_TRUE(parse_stream_block(whole).has_value());
  }
}

TEST(StreamBlock, WrongFieldsAreNone) {
  const auto refused = [](auto change) {
    FakeBlock block = FakeBlock::of_floats(0, {1, 2});
    change(block);
    return !parse_stream_block(block.bytes()).has_value();
  };
  EXPECT_TRUE(refused([](FakeBlock& block) { block.version = 2; }));
  EXPECT_TRUE(refused([](FakeBlock& block) { block.decimate_factor = 0; }));
  EXPECT_TRUE(refused([](FakeBlock& block) { block.sample_rate = 0; }));
  EXPECT_TRUE(refused([](FakeBlock& block) { block.element_count = 0xffffffff; }));
  EXPECT_TRUE(refused([](FakeBlock& block) { block.element_bits = 64; }));
  EXPECT_TRUE(refused([](FakeBlock& block) { block.element_type = 2; }));
  EXPECT_FALSE(refused([](FakeBlock&) {}));
}

}  // namespace
}  // namespace hil::energy
