// SPDX-License-Identifier: Apache-2.0
// Plans that ask for more work than announced, on the real agent: stopped between operators, or not
// loaded at all; the session goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <regex>

#include "host/boards/catalogue.hpp"
#include "host/lab/ready_board.hpp"
#include "host/measure/stream.hpp"
#include "host/measure/upload.hpp"
#include "host/session/infer_client.hpp"
#include "protocol/frame/crc32.hpp"
#include "target/engine/plan_engine.hpp"
#include "tests/host/model/tflite_builder.hpp"

namespace hil::test {
namespace {

namespace mt = hil::model::test;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;

/// @p count times AVERAGE_POOL_2D over a square image of @p size with a window as large: nearly
/// size^4 steps each, and not one constant.
model::CompiledModel pools(int count, std::int32_t size) {
  mt::FileText text;
  text.tensors = {{.shape = {1, size, size, 1}}};
  for (std::int32_t i = 0; i < count; ++i) {
    text.tensors.push_back(text.tensors.front());
    text.operators.push_back(
        {1, {i}, {i + 1}, 5, mt::pool_options(model::Padding::kSame, size, 1)});
  }
  text.inputs = {0};
  text.outputs = {count};
  auto compiled = model::compile(mt::write_tflite(text), "pools.tflite");
  EXPECT_TRUE(compiled) << compiled.error().what;
  return std::move(compiled).value();
}

class Budget : public testing::Test {
 protected:
  void SetUp() override {
    const auto catalogue = boards::Catalogue::load();
    ASSERT_TRUE(catalogue) << catalogue.error().what;
    const auto linux_board = catalogue->find("linux");
    ASSERT_TRUE(linux_board) << linux_board.error().what;
    auto ready = lab::make_ready(*linux_board, {}, Deadline::after(seconds(10)));
    ASSERT_TRUE(ready) << ready.error().what;
    board_ = std::move(ready).value();
  }

  Status load(const model::CompiledModel& model) {
    const auto loaded = session::upload_model(board_->session(), measure::image_of(model),
                                              Deadline::after(seconds(30)));
    return loaded ? Status() : Status(loaded.error());
  }
  /// One inference that may take @p budget_ms.
  Result<session::SampleResult> infer(const model::CompiledModel& model,
                                      const std::vector<std::uint8_t>& input,
                                      std::uint32_t budget_ms) {
    session::InferOptions options;
    options.count = 1;
    options.budget_ms = budget_ms;
    HIL_ASSIGN(auto run,
               session::InferRun::begin(board_->session(), options, measure::output_sizes(model),
                                        Deadline::after(seconds(10))));
    HIL_TRY(run.send(measure::Inputs{input}));
    HIL_ASSIGN(auto result, run.receive(Deadline::after(seconds(60))));
    if (!result) return Error{Blame::kLink, "no result within 60 s", ""};
    return *std::move(result);
  }
  void expect_right(const model::CompiledModel& model, const session::SampleResult& result,
                    const std::vector<std::uint8_t>& input) {
    auto runner = model::ReferenceRunner::make(model);
    ASSERT_TRUE(runner) << runner.error().what;
    const auto expected = runner->run(measure::Inputs{input});
    ASSERT_TRUE(expected) << expected.error().what;
    EXPECT_EQ(result.outputs, *expected);
  }
  std::unique_ptr<lab::ReadyBoard> board_;
};

TEST_F(Budget, RunBeyondItIsStoppedBetweenOperatorsAndTheSessionGoesOn) {
  constexpr std::int32_t kSize = 96;
  const auto model = pools(16, kSize);
  const auto input = mt::some_bytes(kSize * kSize);
  ASSERT_TRUE(load(model).ok());

  const auto stopped = infer(model, input, 1);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().blame, Blame::kDevice);
  EXPECT_THAT(stopped.error().what, HasSubstr("sample 0: budget exceeded"));
  EXPECT_EQ(stopped.error().hint, "allow more time per inference");
  std::smatch spent;  // [ticks computed, ticks allowed]
  ASSERT_TRUE(std::regex_search(stopped.error().what, spent, std::regex(R"(\[(\d+), (\d+)\])")))
      << stopped.error().what;
  EXPECT_EQ(std::stoull(spent[2]), board_->session().agent().tick_hz / 1000);
  EXPECT_GT(std::stoull(spent[1]), std::stoull(spent[2]));

  const auto whole = infer(model, input, 60'000);
  ASSERT_TRUE(whole) << whole.error().what;
  expect_right(model, *whole, input);
  // One operator of sixteen had run when it was stopped; half of them are room for a busy machine.
  EXPECT_LT(std::stoull(spent[1]), whole->device_ticks / 2);
}

TEST_F(Budget, PlanThatUnderstatesItsWorkIsNotLoaded) {
  auto model = model::load("fixtures/digits/digits_int8.tflite");
  ASSERT_TRUE(model) << model.error().what;
  const model::CompiledModel honest = *model;
  plan::Header header;
  std::memcpy(&header, model->plan.data(), sizeof header);
  ASSERT_EQ(header.work, model->macs);
  header.work /= 2;
  std::memcpy(model->plan.data(), &header, sizeof header);
  constexpr std::size_t kCovered = offsetof(plan::Header, crc32) + sizeof(header.crc32);
  header.crc32 = frame::crc32(std::span(model->plan).subspan(kCovered));
  std::memcpy(model->plan.data(), &header, sizeof header);
  model->plan_crc32 = frame::crc32(model->plan);

  const Status refused = load(*model);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().blame, Blame::kDevice);
  EXPECT_THAT(refused.error().what, AllOf(HasSubstr("malformed"), HasSubstr("work")));
  ASSERT_TRUE(load(honest).ok());
  const std::vector<std::uint8_t> input(64, 0);
  const auto result = infer(honest, input, 10'000);
  ASSERT_TRUE(result) << result.error().what;
  expect_right(honest, *result, input);
}

TEST_F(Budget, PlanWithMoreWorkThanTheEngineAcceptsIsNotLoaded) {
  // 2^36 steps each, of 2^40 that one run may take (engine::PlanEngine::kMaxWork).
  constexpr std::uint64_t kSteps = std::uint64_t{1} << 36;
  static_assert(17 * kSteps > engine::PlanEngine::kMaxWork);
  static_assert(16 * kSteps <= engine::PlanEngine::kMaxWork);
  const Status refused = load(pools(17, 512));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().blame, Blame::kDevice);
  EXPECT_THAT(refused.error().what, AllOf(HasSubstr("too large"), HasSubstr("work")));
  EXPECT_TRUE(load(pools(16, 512)).ok()) << "as much as it accepts";
}

}  // namespace
}  // namespace hil::test
