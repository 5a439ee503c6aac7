// SPDX-License-Identifier: Apache-2.0
// Frame sizes on lines of known quality.
#include "host/rpc/frame_size.hpp"

#include <gtest/gtest.h>

namespace hil::rpc {
namespace {

/// Sends @p frames of @p bytes, each @p every -th one again.
void send(FrameSize& size, int frames, std::size_t bytes, int every) {
  for (int i = 1; i <= frames; ++i)
    size.sent(bytes, i % every == 0);
}

TEST(FrameSize, GrowsToTheLargestOnAGoodLine) {
  FrameSize size;
  EXPECT_EQ(size.best(2048), 256u);
  send(size, 1, 256, 1'000'000);
  EXPECT_EQ(size.best(2048), 288u);
  send(size, 10'000, 2048, 1'000'000);
  EXPECT_EQ(size.best(2048), 2048u);
  EXPECT_EQ(size.best(40), 40u) << "an agent may take less than the least";
}

TEST(FrameSize, ShrinksWithTheLossesPerByte) {
  FrameSize size;
  send(size, 5000, 400, 25);  // 1e-4 losses per byte
  EXPECT_NEAR(static_cast<double>(size.best(4096)), 387, 15);
  FrameSize worse;
  send(worse, 5000, 100, 2);
  EXPECT_EQ(worse.best(4096), FrameSize::kLeast);
}

TEST(FrameSize, OneEarlyLossIsNoBadLine) {
  FrameSize size;
  size.sent(2048, true);
  EXPECT_GT(size.best(4096), 400u);
}

TEST(FrameSize, GrowsBackWhenTheLineGetsBetter) {
  FrameSize size;
  send(size, 5000, 200, 4);
  const std::size_t bad = size.best(4096);
  send(size, 20'000, 2048, 1'000'000);
  EXPECT_GT(size.best(4096), 10 * bad);
  size.sent(100, true);
  size.forget();
  EXPECT_EQ(size.best(4096), 256u);
}

}  // namespace
}  // namespace hil::rpc
