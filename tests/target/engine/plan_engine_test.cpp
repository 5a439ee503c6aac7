// SPDX-License-Identifier: Apache-2.0
// Loading, describing and running plans; hooks, state and the seam of engine.hpp.
#include "target/engine/plan_engine.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>

#include "tests/protocol/plan/small_plan.hpp"
#include "tests/target/engine/naive.hpp"
#include "tests/target/engine/one_operator.hpp"

namespace hil::engine::testing {
namespace {

using plan::testing::SmallPlan;

struct Loaded {
  AlignedBytes model;
  AlignedBytes arena;
  PlanEngine engine;

  explicit Loaded(const plan::testing::Bytes& blob, std::size_t arena_bytes = 4096)
      : model(std::span<const std::uint8_t>(blob)), arena(arena_bytes) {
    status = engine.load({model.bytes(), arena.bytes()});
  }
  StatusCode status;
};

Values image_values() {
  return plan::testing::pattern(5 * 4 * 4, 9);
}

/// The small plan by the plain operators.
Values expected_scores() {
  Image x(1, 5, 4, 4), conv_weights(6, 3, 3, 2), conv(1, 5, 4, 6), depthwise_weights(1, 3, 3, 6);
  Image depthwise(1, 3, 2, 6), sum(1, 3, 2, 6), pooled(1, 1, 1, 6);
  x.values = image_values();
  conv_weights.values = plan::testing::pattern(6 * 3 * 3 * 2, 1);
  depthwise_weights.values = plan::testing::pattern(3 * 3 * 6, 2);
  Channels channels{{100, -250, 0, 4000, -4000, 77},
                    {1073741824, 1200000000, 1500000001, 2147483647, 1999999999, 1111111111},
                    {-8, -9, -7, -10, -8, -9}};
  plan::ConvParams params{1, 1, 1, 1, 1, 1, 1, 1, -3, 5, 5, 127, 0, 0};
  naive_conv(x, conv_weights, channels, params, conv);
  channels.bias.clear();
  params = {2, 2, 1, 1, 1, 0, 1, 1, 5, -20, -128, 127, 0, 0};
  naive_depthwise(conv, depthwise_weights, channels, params, depthwise);
  const Values addend = plan::testing::pattern(6, 3);
  const plan::AddParams add{-20,  4,  10, {1073741824, 0}, {1400000000, -2}, {1300000000, -18},
                            -128, 127};
  for (std::size_t i = 0; i < sum.values.size(); ++i) {
    sum.values[i] = naive_add(depthwise.values[i], addend[i % 6], add);
  }
  naive_average_pool(sum, {3, 2, 3, 2, 0, 0, 0, 0, -128, 127}, pooled);
  const Channels dense{{}, std::vector<std::int32_t>(5, 1600000000), Values(5, -7)};
  const Values logits = naive_fully_connected(pooled.values, plan::testing::pattern(5 * 6, 4),
                                              dense, {10, 0, 0, -128, 127, 0, 0});
  return naive_softmax(logits, {{1073741824, 24}, -124});
}

Values run_image(PlanEngine& engine, const Hooks& hooks = {}) {
  const Values image = image_values();
  std::memcpy(engine.input(0).data(), image.data(), image.size());
  EXPECT_EQ(engine.invoke(hooks), StatusCode::kOk);
  const auto output = engine.output(0);
  Values scores(output.size());
  std::memcpy(scores.data(), output.data(), output.size());
  return scores;
}

TEST(PlanEngine, RunsTheGoldenPlan) {
  std::ifstream file("protocol/vectors/plan_small.bin", std::ios::binary);
  const plan::testing::Bytes blob{std::istreambuf_iterator<char>(file),
                                  std::istreambuf_iterator<char>()};
  Loaded loaded(blob);
  ASSERT_EQ(loaded.status, StatusCode::kOk) << loaded.engine.refusal().text;
  const Values scores = run_image(loaded.engine);
  EXPECT_EQ(scores, expected_scores());
  // Written down as well, so that a change of both implementations at once is seen.
  EXPECT_EQ(scores, (Values{-126, -127, -128, -128, 125}));
  EXPECT_EQ(run_image(loaded.engine), scores);  // and again in the used arena
}

TEST(PlanEngine, DescribesInputsAndOutputs) {
  SmallPlan small;
  Loaded loaded(small.build());
  const PlanEngine& engine = loaded.engine;
  ASSERT_TRUE(engine.loaded());
  EXPECT_EQ(engine.operator_count(), 7u);
  EXPECT_EQ(engine.arena_bytes(), small.builder.header.arena_bytes);
  ASSERT_EQ(engine.input_count(), 1u);
  const TensorInfo input = engine.describe_input(0);
  EXPECT_EQ(input.type, plan::ElementType::kInt8);
  EXPECT_EQ(input.rank, 4);
  EXPECT_EQ(input.dims[1], 5);
  EXPECT_EQ(input.scale, 0.25f);
  EXPECT_EQ(input.zero_point, -3);
  EXPECT_EQ(input.size_bytes, 80u);
  EXPECT_EQ(engine.describe_output(0).zero_point, -128);
  EXPECT_EQ(engine.describe_output(0).size_bytes, 5u);
  EXPECT_EQ(engine.describe_input(1).size_bytes, 0u);
  EXPECT_TRUE(engine.input(1).empty());
  EXPECT_TRUE(engine.output(1).empty());
}

TEST(PlanEngine, RefusesWhatDoesNotFit) {
  SmallPlan small;
  Loaded loaded(small.build(), small.builder.header.arena_bytes - 16);
  EXPECT_EQ(loaded.status, StatusCode::kTooLarge);
  EXPECT_FALSE(loaded.engine.loaded());
  EXPECT_STREQ(loaded.engine.refusal().text, "the arena and state do not fit the memory");
  EXPECT_EQ(loaded.engine.invoke({}), StatusCode::kNoModel);
  EXPECT_EQ(loaded.engine.input_count(), 0u);
  EXPECT_EQ(loaded.engine.arena_bytes(), 0u);
  EXPECT_TRUE(loaded.engine.input(0).empty());
}

TEST(PlanEngine, RefusesMoreWorkThanAllowed) {
  const auto blob = SmallPlan().build();
  Loaded loaded(blob);
  const std::uint64_t steps = loaded.engine.validation().steps;
  const Placement placement{loaded.model.bytes(), loaded.arena.bytes()};
  EXPECT_EQ(loaded.engine.load(placement, steps - 1), StatusCode::kTooLarge);
  EXPECT_EQ(loaded.engine.load(placement, steps), StatusCode::kOk);
}

TEST(PlanEngine, RefusesUnalignedMemory) {
  const auto blob = SmallPlan().build();
  const AlignedBytes model{std::span<const std::uint8_t>(blob)};
  const AlignedBytes arena(4096);
  PlanEngine engine;
  EXPECT_EQ(engine.load({model.bytes(), arena.bytes().subspan(8)}), StatusCode::kBadArgument);
  EXPECT_STREQ(engine.refusal().text, "the model or the arena is not aligned");
  EXPECT_EQ(engine.load({model.bytes().subspan(1), arena.bytes()}), StatusCode::kBadArgument);
  EXPECT_EQ(engine.load({model.bytes(), arena.bytes()}), StatusCode::kOk);
}

TEST(PlanEngine, AFailedLoadForgetsTheModelBefore) {
  Loaded loaded(SmallPlan().build());
  ASSERT_TRUE(loaded.engine.loaded());
  const AlignedBytes noise(64);
  EXPECT_EQ(loaded.engine.load({noise.bytes(), loaded.arena.bytes()}), StatusCode::kMalformed);
  EXPECT_FALSE(loaded.engine.loaded());
}

struct Recorder {
  std::vector<std::string> calls;
  std::uint32_t stop_at = UINT32_MAX;

  Hooks hooks() { return {this, &Recorder::yield, &Recorder::after}; }
  static Step yield(void* context, std::uint32_t index) {
    auto* self = static_cast<Recorder*>(context);
    self->calls.push_back("yield " + std::to_string(index));
    return index == self->stop_at ? Step::kStop : Step::kContinue;
  }
  static void after(void* context, std::uint32_t index) {
    static_cast<Recorder*>(context)->calls.push_back("after " + std::to_string(index));
  }
};

TEST(PlanEngine, CallsTheHooksAroundEveryOperator) {
  Loaded loaded(SmallPlan().build());
  Recorder recorder;
  run_image(loaded.engine, recorder.hooks());
  std::vector<std::string> expected;
  for (int i = 0; i < 7; ++i) {
    expected.push_back("yield " + std::to_string(i));
    expected.push_back("after " + std::to_string(i));
  }
  EXPECT_EQ(recorder.calls, expected);
}

TEST(PlanEngine, StopsWhenAHookSaysSo) {
  Loaded loaded(SmallPlan().build());
  Recorder recorder;
  recorder.stop_at = 2;
  EXPECT_EQ(loaded.engine.invoke(recorder.hooks()), StatusCode::kCancelled);
  EXPECT_EQ(recorder.calls.back(), "yield 2");
  EXPECT_EQ(run_image(loaded.engine), expected_scores());  // still loaded and sound
}

TEST(PlanEngine, KeepsStateUntilItIsReset) {
  // state += x, out = state: a running sum with zero point 0 and scale factors of one.
  plan::testing::PlanBuilder builder;
  const auto x = builder.arena_tensor({16});
  const auto state = builder.tensor({16}, plan::Memory::kState, 0);
  const auto y = builder.arena_tensor({16});
  // 1/2 and 1/2 of the inputs, then twice their sum without the shift by 20.
  const plan::AddParams add{0, 0, 0, {1 << 30, 0}, {1 << 30, 0}, {1 << 30, -18}, -128, 127};
  builder.op(plan::Opcode::kAdd, {state, x}, {state}, add);
  builder.op(plan::Opcode::kReshape, {state}, {y});
  builder.graph({x}, {y});
  builder.states.push_back({state, 5, 0, 0});
  builder.header.features |= plan::kFeatureState;
  builder.header.state_bytes = 16;
  Loaded loaded(builder.build(), builder.header.arena_bytes + std::size_t{16});
  ASSERT_EQ(loaded.status, StatusCode::kOk) << loaded.engine.refusal().text;
  EXPECT_EQ(loaded.engine.arena_bytes(), builder.header.arena_bytes + 16);
  const auto run = [&] {
    std::memset(loaded.engine.input(0).data(), 3, 16);
    EXPECT_EQ(loaded.engine.invoke({}), StatusCode::kOk);
    return static_cast<int>(loaded.engine.output(0)[15]);
  };
  EXPECT_EQ(run(), 8);
  EXPECT_EQ(run(), 11);
  loaded.engine.reset_state();
  EXPECT_EQ(run(), 8);
}

TEST(PlanEngine, StartsVariablesWithTheirContent) {
  // y = v, then v = x: an inference gives what the one before was given.
  plan::testing::PlanBuilder builder;
  const auto x = builder.arena_tensor({4});
  const auto variable = builder.tensor({4}, plan::Memory::kState, 0);
  const auto y = builder.arena_tensor({4});
  builder.op(plan::Opcode::kReadVariable, {variable}, {y});
  builder.op(plan::Opcode::kAssignVariable, {x}, {variable});
  builder.graph({x}, {y});
  const std::uint32_t content = builder.constant(std::vector<std::int8_t>{1, 2, 3, 4});
  builder.states.push_back({variable, 9, 1, content});
  builder.header.features |= plan::kFeatureState;
  builder.header.state_bytes = 16;
  Loaded loaded(builder.build(), builder.header.arena_bytes + std::size_t{16});
  ASSERT_EQ(loaded.status, StatusCode::kOk) << loaded.engine.refusal().text;
  const auto run = [&](std::uint8_t value) {
    std::memset(loaded.engine.input(0).data(), value, 4);
    EXPECT_EQ(loaded.engine.invoke({}), StatusCode::kOk);
    const auto output = loaded.engine.output(0);
    return std::vector<int>(output.begin(), output.end());
  };
  EXPECT_EQ(run(7), (std::vector<int>{1, 2, 3, 4}));
  EXPECT_EQ(run(8), (std::vector<int>{7, 7, 7, 7}));
  loaded.engine.reset_state();
  EXPECT_EQ(run(9), (std::vector<int>{1, 2, 3, 4}));
}

TEST(PlanEngine, SaysWhatItCanDo) {
  const Info info = PlanEngine::info();
  EXPECT_STREQ(info.name, "hilbench-plan");
  EXPECT_EQ(info.formats, static_cast<std::uint32_t>(kFormatPlan));
  EXPECT_EQ(info.plan_major, plan::kMajor);
  // Every operator the validator knows has a kernel, and the other way round.
  plan::OperatorTypes known;
  for (const auto& rule : plan::checks::kOperatorRules) {
    EXPECT_FALSE(known.has(rule.opcode, rule.types)) << "two rules for one type";
    known.add(rule.opcode, rule.types);
  }
  EXPECT_EQ(info.operators.types, known.types);
  plan::OperatorTypes kernel_types;
  for (const KernelEntry& entry : kernels()) {
    EXPECT_FALSE(kernel_types.has(entry.opcode, entry.types)) << "two kernels for one type";
    kernel_types.add(entry.opcode, entry.types);
  }
}

TEST(EngineSeam, IsOnePlanEngine) {
  const auto blob = SmallPlan().build();
  const AlignedBytes model{std::span<const std::uint8_t>(blob)};
  const AlignedBytes arena(4096);
  EXPECT_EQ(engine::invoke({}), StatusCode::kNoModel);
  ASSERT_EQ(engine::load({model.bytes(), arena.bytes()}), StatusCode::kOk);
  EXPECT_TRUE(engine::loaded());
  EXPECT_EQ(engine::input_count(), 1u);
  EXPECT_EQ(engine::output_count(), 1u);
  EXPECT_STREQ(engine::refusal().text, "nothing");
  EXPECT_GT(engine::arena_bytes(), 0u);
  const Values image = image_values();
  std::memcpy(engine::input(0).data(), image.data(), image.size());
  engine::reset_state();
  EXPECT_EQ(engine::invoke({}), StatusCode::kOk);
  const Values expected = expected_scores();
  EXPECT_EQ(std::memcmp(engine::output(0).data(), expected.data(), expected.size()), 0);
  EXPECT_EQ(engine::describe_input(0).rank, 4);
  EXPECT_EQ(engine::describe_output(0).rank, 2);
  engine::unload();
  EXPECT_FALSE(engine::loaded());
  EXPECT_EQ(engine::info().operators.types, PlanEngine::info().operators.types);
}

}  // namespace
}  // namespace hil::engine::testing
