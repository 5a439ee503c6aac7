// SPDX-License-Identifier: Apache-2.0
// The reference runner: repeatable, independent of its siblings, strict about its inputs.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <iostream>

#include "host/model/model.hpp"
#include "tests/host/model/tflite_builder.hpp"

namespace hil::model {
namespace {

using Buffers = std::vector<std::vector<std::uint8_t>>;

CompiledModel small_model() {
  auto model = compile(test::write_tflite(test::small_network()), "small.tflite");
  EXPECT_TRUE(model.ok()) << model.error().what;
  return std::move(model).value();
}

TEST(ReferenceRunner, SpecsNameShapesAndQuantisation) {
  const CompiledModel model = small_model();
  ASSERT_EQ(model.inputs.size(), 1U);
  EXPECT_EQ(model.inputs[0].name, "input");
  EXPECT_EQ(model.inputs[0].type, data::ElementType::kInt8);
  EXPECT_EQ(model.inputs[0].shape, (std::vector<std::int32_t>{1, 6, 6, 2}));
  EXPECT_EQ(model.inputs[0].size_bytes(), 72U);
  EXPECT_EQ(model.inputs[0].zero_point, -3);
  ASSERT_EQ(model.outputs.size(), 1U);
  EXPECT_FLOAT_EQ(model.outputs[0].scale, 1.0F / 256.0F);
}

TEST(ReferenceRunner, SameInputGivesSameOutputAfterOthers) {
  const CompiledModel model = small_model();
  auto runner = ReferenceRunner::make(model);
  ASSERT_TRUE(runner.ok()) << runner.error().what;
  const Buffers a = {test::some_bytes(72, 10)};
  const Buffers b = {test::some_bytes(72, 11)};
  const auto first = runner->run(a);
  const auto other = runner->run(b);
  const auto again = runner->run(a);
  ASSERT_TRUE(first.ok() && other.ok() && again.ok());
  EXPECT_EQ(*first, *again);
  EXPECT_NE(*first, *other);
}

TEST(ReferenceRunner, SeveralLiveSideBySideAndOutliveTheModel) {
  auto model = std::make_unique<CompiledModel>(small_model());
  auto a = ReferenceRunner::make(*model);
  auto b = ReferenceRunner::make(*model);
  ASSERT_TRUE(a.ok() && b.ok());
  model.reset();
  const Buffers input = {test::some_bytes(72, 10)};
  const auto from_a = a->run(input);
  ReferenceRunner moved = std::move(b).value();
  const auto from_b = moved.run(input);
  ASSERT_TRUE(from_a.ok() && from_b.ok());
  EXPECT_EQ(*from_a, *from_b);
}

TEST(ReferenceRunner, WrongInputsAreTheCallersFault) {
  auto runner = ReferenceRunner::make(small_model());
  ASSERT_TRUE(runner.ok());
  const auto none = runner->run({});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().blame, Blame::kBug);
  EXPECT_EQ(none.error().what, "0 inputs given to a model with 1");
  const auto small = runner->run(Buffers{std::vector<std::uint8_t>(71)});
  ASSERT_FALSE(small.ok());
  EXPECT_EQ(small.error().what, "input 0 has 71 bytes instead of 72");
}

TEST(ReferenceRunner, ChangedPlanIsRefused) {
  CompiledModel model = small_model();
  model.plan[100] = static_cast<std::uint8_t>(model.plan[100] ^ 1U);
  const auto runner = ReferenceRunner::make(model);
  ASSERT_FALSE(runner.ok());
  EXPECT_EQ(runner.error().blame, Blame::kBug);
  EXPECT_EQ(runner.error().what,
            "small.tflite: the reference engine refuses the plan: bad digest (the CRC-32 does not "
            "fit the content)");
  EXPECT_EQ(runner.error().hint, "please report it with the model");
}

TEST(ReferenceRunner, ModelsOfDaysAnInferenceAreRefused) {
  test::FileText file;  // a filter of 2^20 over 2^22 positions: 2^42 steps, 2^40 are run at most
  file.tensors = {{.shape = {1, 2048, 2048, 1}},
                  {.shape = {1, 1024, 1024, 1}, .data = std::vector<std::uint8_t>(1 << 20)},
                  {.shape = {1, 2048, 2048, 1}}};
  file.operators = {{3, {0, 1}, {2}, 1, test::conv_options(Padding::kSame)}};
  file.inputs = {0};
  file.outputs = {2};
  const auto model = compile(test::write_tflite(file), "long.tflite");
  ASSERT_TRUE(model.ok()) << model.error().what;
  const auto runner = ReferenceRunner::make(*model);
  ASSERT_FALSE(runner.ok());
  EXPECT_EQ(runner.error().blame, Blame::kModel);
  EXPECT_EQ(runner.error().what, "long.tflite: one inference takes too many steps");
  EXPECT_EQ(runner.error().hint, "make the model smaller");
}

TEST(ReferenceRunner, AHostWithoutTheMemorySaysHowMuch) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "AddressSanitizer needs more address space than the test allows itself";
#endif
  CompiledModel model = small_model();
  model.arena_bytes = 2'000'000'000;
  const auto refused_in_little_memory = [&] {
    const rlimit little{1u << 30, 1u << 30};
    if (setrlimit(RLIMIT_AS, &little) != 0) _exit(2);
    const auto runner = ReferenceRunner::make(model);
    if (!runner.ok()) {
      std::cerr << name_of(runner.error().blame) << ": " << runner.error().what << " | "
                << runner.error().hint;
    }
    _exit(0);
  };
  EXPECT_EXIT(refused_in_little_memory(), testing::ExitedWithCode(0),
              "model: the host has no 2000000000 bytes for the arena of small.tflite | "
              "use a machine with more memory");
}

}  // namespace
}  // namespace hil::model
