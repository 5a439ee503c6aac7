// SPDX-License-Identifier: Apache-2.0
// Placements never overlap and never beat the bound; on plain chains they reach it.
#include "host/model/planner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>

#include "host/base/file.hpp"
#include "host/model/liveness.hpp"
#include "host/model/reader.hpp"
#include "tests/host/model/tflite_builder.hpp"
#include "tests/shared_data.hpp"

namespace hil::model {
namespace {

std::vector<Lifetime> random_buffers(std::mt19937& random) {
  const auto steps = static_cast<std::uint32_t>(1 + random() % 40);
  std::vector<Lifetime> buffers(random() % 60);
  for (Lifetime& buffer : buffers) {
    buffer.size_bytes = random() % 4 == 0 ? random() % 20 : random() % 5000;
    buffer.first = static_cast<std::uint32_t>(random() % steps);
    const std::uint32_t span = random() % 5 == 0 ? steps : 4;
    const auto more = static_cast<std::uint32_t>(random() % span);
    buffer.last = std::min(steps - 1, buffer.first + more);
  }
  return buffers;
}

TEST(Planner, RandomLifetimesNeverOverlapAndNeverGoBelowTheBound) {
  std::mt19937 random(20260601);
  int at_bound = 0;
  double worst = 1;
  constexpr int kGraphs = 3000;
  for (int i = 0; i < kGraphs; ++i) {
    const auto buffers = random_buffers(random);
    const ArenaPlan plan = plan_arena(buffers);
    const std::uint64_t bound = liveness_bound(buffers);
    ASSERT_FALSE(find_overlap(buffers, plan).has_value()) << "graph " << i;
    ASSERT_GE(plan.size_bytes, bound) << "graph " << i;
    at_bound += plan.size_bytes == bound ? 1 : 0;
    if (bound > 0) {
      worst = std::max(worst, static_cast<double>(plan.size_bytes) / static_cast<double>(bound));
    }
  }
  std::printf("%d of %d random graphs exactly at the bound, worst %.3f times\n", at_bound, kGraphs,
              worst);
  EXPECT_LT(worst, 2.0);
}

TEST(Planner, ChainNeedsItsTwoLargestNeighbours) {
  const std::vector<Lifetime> chain = {{100, 0, 0}, {500, 0, 1}, {300, 1, 2}, {16, 2, 3}};
  EXPECT_EQ(liveness_bound(chain), 512U + 304U);
  EXPECT_EQ(plan_arena(chain).size_bytes, 512U + 304U);
}

TEST(Planner, NothingToPlaceNeedsNothing) {
  EXPECT_EQ(plan_arena({}).size_bytes, 0U);
  EXPECT_EQ(liveness_bound({}), 0U);
}

TEST(Planner, SizesBeyond32BitsDoNotWrap) {
  const std::vector<Lifetime> buffers = {{std::uint64_t{1} << 40, 0, 1},
                                         {std::uint64_t{1} << 40, 0, 1}};
  EXPECT_EQ(plan_arena(buffers).size_bytes, std::uint64_t{1} << 41);
}

TEST(Planner, OverlapIsFound) {
  const std::vector<Lifetime> buffers = {{32, 0, 1}, {32, 1, 2}, {32, 2, 3}};
  EXPECT_FALSE(find_overlap(buffers, {{0, 32, 0}, 64}).has_value());
  EXPECT_EQ(find_overlap(buffers, {{0, 16, 48}, 96}), (std::pair<std::size_t, std::size_t>{0, 1}));
  EXPECT_EQ(find_overlap(buffers, {{0, 32, 0}, 48}), (std::pair<std::size_t, std::size_t>{1, 1}));
  EXPECT_EQ(find_overlap(buffers, {{0, 40, 0}, 96}), (std::pair<std::size_t, std::size_t>{1, 1}));
}

TEST(Liveness, ReshapeSharesTheBufferOfItsInput) {
  const auto model = read_model(test::write_tflite(test::small_network()));
  ASSERT_TRUE(model.ok()) << model.error().what;
  const Liveness liveness = liveness_of(model->graphs[0]);
  EXPECT_EQ(liveness.buffer_of[8], liveness.buffer_of[10]);
  EXPECT_EQ(liveness.buffer_of[1], kNoBuffer);  // a constant
  const Lifetime& shared = liveness.buffers[liveness.buffer_of[8]];
  EXPECT_EQ(shared.first, 3U);  // written by the pool
  EXPECT_EQ(shared.last, 5U);   // read by FULLY_CONNECTED
  EXPECT_EQ(liveness.buffers[liveness.buffer_of[0]].first, 0U);
  EXPECT_EQ(liveness.buffers[liveness.buffer_of[13]].last, 6U);
}

TEST(Liveness, ElementwiseOutputTakesTheBufferOfAnInputThatEnds) {
  const auto model = read_model(test::write_tflite(test::small_network()));
  ASSERT_TRUE(model.ok()) << model.error().what;
  const Liveness liveness = liveness_of(model->graphs[0]);
  EXPECT_EQ(liveness.buffer_of[7], liveness.buffer_of[5]);  // ADD
  EXPECT_EQ(liveness.buffers[liveness.buffer_of[5]].first, 1U);
  EXPECT_EQ(liveness.buffers[liveness.buffer_of[5]].last, 3U);
}

TEST(Liveness, ElementwiseOutputLeavesAnInputThatIsReadLater) {
  // 0 -> RELU 1 -> RELU 2; 3 = 1 + 2; 4 = RESHAPE 3; 5 = RELU 3; 6 = 4 + 5
  test::FileText file;
  for (int i = 0; i < 7; ++i)
    file.tensors.push_back({.shape = {1, 64}});
  file.operators = {
      {19, {0}, {1}, 0, nullptr},
      {19, {1}, {2}, 0, nullptr},
      {0, {1, 2}, {3}, 11, test::add_options()},
      {22, {3}, {4}, 0, nullptr},
      {19, {3}, {5}, 0, nullptr},
      {0, {4, 5}, {6}, 11, test::add_options()},
  };
  file.inputs = {0};
  file.outputs = {6};
  const auto model = read_model(test::write_tflite(file));
  ASSERT_TRUE(model.ok()) << model.error().what;
  const Liveness liveness = liveness_of(model->graphs[0]);
  const auto& buffer = liveness.buffer_of;
  EXPECT_EQ(buffer[1], buffer[0]);
  EXPECT_NE(buffer[2], buffer[1]);  // 1 is read by the addition
  EXPECT_EQ(buffer[3], buffer[1]);  // the first of two that end
  EXPECT_EQ(buffer[4], buffer[3]);
  EXPECT_NE(buffer[5], buffer[3]);  // its view 4 is read later
  EXPECT_EQ(buffer[6], buffer[4]);
  EXPECT_EQ(liveness.buffers.size(), 3U);
}

TEST(Liveness, ModelOutputsAreNeverOverwritten) {
  test::FileText file;
  for (int i = 0; i < 3; ++i)
    file.tensors.push_back({.shape = {1, 64}});
  file.operators = {{19, {0}, {1}, 0, nullptr}, {19, {1}, {2}, 0, nullptr}};
  file.inputs = {0};
  file.outputs = {1, 2};
  const auto model = read_model(test::write_tflite(file));
  ASSERT_TRUE(model.ok()) << model.error().what;
  const Liveness liveness = liveness_of(model->graphs[0]);
  EXPECT_EQ(liveness.buffer_of[1], liveness.buffer_of[0]);
  EXPECT_NE(liveness.buffer_of[2], liveness.buffer_of[1]);
}

TEST(Liveness, KeptInputsShareTheirBufferWithViewsAlone) {
  // 0 -> RELU 1; 2 = RESHAPE 0; 3 = RELU 2; 4 = 1 + 3
  test::FileText file;
  for (int i = 0; i < 5; ++i)
    file.tensors.push_back({.shape = {1, 64}});
  file.operators = {
      {19, {0}, {1}, 0, nullptr},
      {22, {0}, {2}, 0, nullptr},
      {19, {2}, {3}, 0, nullptr},
      {0, {1, 3}, {4}, 11, test::add_options()},
  };
  file.inputs = {0};
  file.outputs = {4};
  const auto model = read_model(test::write_tflite(file));
  ASSERT_TRUE(model.ok()) << model.error().what;
  const Liveness reused = liveness_of(model->graphs[0]);
  EXPECT_EQ(reused.buffer_of[3], reused.buffer_of[0]);
  const Liveness kept = liveness_of(model->graphs[0], {}, InputMemory::kKept);
  const auto& buffer = kept.buffer_of;
  EXPECT_NE(buffer[1], buffer[0]);
  EXPECT_EQ(buffer[2], buffer[0]);
  EXPECT_NE(buffer[3], buffer[0]);
  EXPECT_NE(buffer[4], buffer[0]);
  EXPECT_EQ(kept.buffers[buffer[0]].first, 0U);
  EXPECT_EQ(kept.buffers[buffer[0]].last, 3U);
}

TEST(Liveness, MlperfModelsReachTheBoundExactly) {
  const auto root = hil::test::mlperf_tiny();
  HIL_NEEDS_FOLDER(root);
  for (const char* name : {"kws_ref_model.tflite", "pretrainedResnet_quant.tflite",
                           "pretrainedResnet_large_int8.tflite"}) {
    const auto bytes = read_file(root / "models" / name, kMaxFileBytes);
    ASSERT_TRUE(bytes.ok()) << bytes.error().what;
    const auto model = read_model(*bytes);
    ASSERT_TRUE(model.ok()) << model.error().what;
    const Liveness liveness = liveness_of(model->graphs[0]);
    EXPECT_EQ(plan_arena(liveness.buffers).size_bytes, liveness_bound(liveness.buffers)) << name;
  }
}

}  // namespace
}  // namespace hil::model
