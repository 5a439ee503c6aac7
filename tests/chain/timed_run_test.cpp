// SPDX-License-Identifier: Apache-2.0
// Timed and traced runs on the real agent: honest ones, and ones with a planted fault.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

#include "host/boards/catalogue.hpp"
#include "host/lab/ready_board.hpp"
#include "host/model/aligned_memory.hpp"
#include "host/model/model.hpp"
#include "host/session/clock_client.hpp"
#include "host/session/infer_client.hpp"
#include "host/session/model_client.hpp"
#include "host/session/profile_client.hpp"
#include "protocol/frame/crc32.hpp"
#include "target/engine/plan_engine.hpp"

namespace hil::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Bytes = std::vector<std::uint8_t>;

Deadline soon() {
  return Deadline::after(seconds(30));
}

/// The host's engine on the same plan, operator by operator.
class HostEngine {
 public:
  explicit HostEngine(const model::CompiledModel& model)
      : plan_(model.plan.size()), arena_(1u << 20) {
    std::copy(model.plan.begin(), model.plan.end(), plan_.bytes().begin());
    const StatusCode status = engine_.load({plan_.bytes(), arena_.bytes()});
    EXPECT_EQ(status, StatusCode::kOk) << engine_.refusal().text;
  }
  [[nodiscard]] std::uint32_t operators() const { return engine_.operator_count(); }

  /// Runs @p input; the cumulative digest behind each operator.
  std::vector<std::uint32_t> digests(const Bytes& input) {
    Seen seen{engine_, {}, {}, ~0u, {}};
    run(input, seen);
    return seen.digests;
  }
  /// Output 0 of operator @p index for @p input.
  Bytes output(const Bytes& input, std::uint32_t index) {
    Seen seen{engine_, {}, {}, index, {}};
    run(input, seen);
    return seen.output;
  }

 private:
  struct Seen {
    const engine::PlanEngine& engine;
    frame::Crc32 crc;
    std::vector<std::uint32_t> digests;
    std::uint32_t wanted;
    Bytes output;
  };
  static void after(void* context, std::uint32_t index) {
    auto& seen = *static_cast<Seen*>(context);
    for (std::uint32_t i = 0; !seen.engine.operator_output(index, i).empty(); ++i)
      seen.crc.update(seen.engine.operator_output(index, i));
    seen.digests.push_back(seen.crc.value());
    const auto output = seen.engine.operator_output(index, 0);
    if (index == seen.wanted) seen.output.assign(output.begin(), output.end());
  }
  void run(const Bytes& input, Seen& seen) {
    std::copy(input.begin(), input.end(), engine_.input(0).begin());
    EXPECT_EQ(engine_.invoke({&seen, nullptr, after}), StatusCode::kOk);
  }

  model::AlignedMemory plan_, arena_;
  engine::PlanEngine engine_;
};

class TimedRun : public testing::Test {
 protected:
  void SetUp() override {
    auto model = model::load("fixtures/digits/digits_int8.tflite");
    ASSERT_TRUE(model) << model.error().what;
    model_ = std::move(model).value();
    std::ifstream labels("fixtures/digits/test/y_labels.csv");
    for (std::string line; std::getline(labels, line);)
      files_.push_back("fixtures/digits/test/" + line.substr(0, line.find(',')));
    ASSERT_EQ(files_.size(), 360u);
  }
  /// Starts the agent in the folder @p agents (empty: the real one) and loads the model.
  void start(const char* agents) {
    const auto catalogue = boards::Catalogue::load();
    ASSERT_TRUE(catalogue) << catalogue.error().what;
    const auto linux_board = catalogue->find("linux");
    ASSERT_TRUE(linux_board) << linux_board.error().what;
    lab::ReadyOptions options;
    options.agent_folder = agents;
    auto ready = lab::make_ready(*linux_board, options, soon());
    ASSERT_TRUE(ready) << ready.error().what;
    board_ = std::move(ready).value();
    const auto loaded = session::upload_model(session(), image(), soon());
    ASSERT_TRUE(loaded) << loaded.error().what;
  }
  [[nodiscard]] session::Session& session() const { return board_->session(); }
  /// The bytes of a sample, which are the model's input as they are.
  [[nodiscard]] Bytes input(std::size_t sample) const {
    std::ifstream file(files_.at(sample), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] session::ModelImage image() const {
    session::ModelImage image;
    image.bytes = model_.plan;
    image.crc32 = model_.plan_crc32;
    image.format = engine::kFormatPlan;
    image.plan_major = plan::kMajor;
    image.arena_bytes = model_.arena_bytes;
    return image;
  }
  /// Timed inferences of samples first, first + 1, ...
  std::vector<session::SampleResult> run(std::uint32_t first, std::uint32_t count,
                                         std::optional<session::TraceOptions> trace = {}) {
    session::InferOptions options;
    options.first_sample = first;
    options.count = count;
    options.quiet = true;
    options.trace = trace;
    std::vector<session::SampleResult> results;
    auto run =
        session::InferRun::begin(session(), options, {model_.outputs.front().size_bytes()}, soon());
    EXPECT_TRUE(run) << run.error().what;
    while (run && !run->done()) {
      EXPECT_TRUE(run->send(std::vector<Bytes>{input(first + run->sent())}).ok());
      auto result = run->receive(soon());
      EXPECT_TRUE(result && *result) << (result ? "late" : result.error().what);
      if (!result || !*result) break;
      results.push_back(**std::move(result));
    }
    EXPECT_EQ(results.size(), count);
    return results;
  }
  session::Trace trace_of(std::uint32_t sample, const session::TraceOptions& options) {
    run(sample, 1, options);
    auto trace = session::read_trace(session(), options, sample, soon());
    EXPECT_TRUE(trace) << trace.error().what;
    return trace ? *trace : session::Trace();
  }
  /// Whether the device has another digest than the host behind operator @p index.
  bool differs(std::uint32_t sample, std::uint32_t index) {
    const auto trace = trace_of(sample, {index, 1, 1, false, true, false});
    HostEngine host(model_);
    return trace.digests.at(0) != host.digests(input(sample)).at(index);
  }
  model::CompiledModel model_;
  std::vector<std::string> files_;  ///< one per sample
  std::unique_ptr<lab::ReadyBoard> board_;
};

TEST_F(TimedRun, OutputsAreRightAndTheLineIsSilent) {
  ASSERT_NO_FATAL_FAILURE(start(""));
  auto reference = model::ReferenceRunner::make(model_);
  ASSERT_TRUE(reference);
  const auto results = run(0, 50);
  for (const auto& result : results) {
    const auto expected = reference->run(std::vector<Bytes>{input(result.sample)});
    ASSERT_TRUE(expected);
    EXPECT_EQ(result.outputs, *expected);
    EXPECT_EQ(result.overlap_bytes, 0u);
    EXPECT_GT(result.device_ticks, 0u);
  }
}

TEST_F(TimedRun, DigestsOfAllOperatorsAreTheHosts) {
  ASSERT_NO_FATAL_FAILURE(start(""));
  HostEngine host(model_);
  const session::TraceOptions all{0, 1, host.operators(), true, true, false};
  const auto trace = trace_of(3, all);
  EXPECT_EQ(trace.digests, host.digests(input(3)));
  ASSERT_EQ(trace.ticks.size(), host.operators());
  EXPECT_THAT(trace.ticks, testing::Each(testing::Gt(0u)));
}

TEST_F(TimedRun, ReadsTheOutputOfEveryOperator) {
  ASSERT_NO_FATAL_FAILURE(start(""));
  HostEngine host(model_);
  for (std::uint32_t index = 0; index < host.operators(); ++index) {
    const auto results = run(11, 1, session::TraceOptions{index, 1, 1, false, false, true});
    ASSERT_TRUE(results.at(0).stopped);
    const auto bytes = session::read_output(session(), index, 0, soon());
    ASSERT_TRUE(bytes) << bytes.error().what;
    EXPECT_EQ(*bytes, host.output(input(11), index)) << index;
  }
}

TEST_F(TimedRun, FactsAreThoseOfAProcess) {
  ASSERT_NO_FATAL_FAILURE(start(""));
  run(0, 2);
  const auto facts = session::read_facts(session(), soon());
  ASSERT_TRUE(facts) << facts.error().what;
  EXPECT_GT(facts->timer_cost_median, 0u);
  EXPECT_EQ(facts->byte_ticks, 0u) << "a pty has no rate";
  EXPECT_GT(facts->stack_high_water_bytes, 500u);
  EXPECT_LT(facts->stack_high_water_bytes, facts->stack_bytes);
  EXPECT_EQ(facts->agent_static_bytes, session().agent().agent_static_bytes);
  EXPECT_EQ(session().agent().trace_capacity, 4096u);
}

TEST_F(TimedRun, ClockOfAProcessIsTheHosts) {
  ASSERT_NO_FATAL_FAILURE(start(""));
  const auto ratio = session::measure_clock(session(), seconds(1), soon());
  ASSERT_TRUE(ratio) << ratio.error().what;
  EXPECT_LE(std::abs(ratio->ppm), ratio->uncertainty_ppm + 20);
  EXPECT_LT(ratio->uncertainty_ppm, 100);
}

TEST_F(TimedRun, PlantedFastClockIsFoundWithin100Ppm) {
  ASSERT_NO_FATAL_FAILURE(start(HIL_AGENT_FAST_CLOCK));
  const auto ratio = session::measure_clock(session(), seconds(1), soon());
  ASSERT_TRUE(ratio) << ratio.error().what;
  EXPECT_NEAR(ratio->ppm, 20'000, 100) << "+-" << ratio->uncertainty_ppm;
}

TEST_F(TimedRun, PlantedDelayIsInTheTimeAndInItsOperator) {
  constexpr std::uint64_t kDelay = 20'000'000;  // of agent_slow, ticks of a nanosecond
  ASSERT_NO_FATAL_FAILURE(start(HIL_AGENT_SLOW));
  const auto results = run(0, 15);
  const auto least = std::min_element(
      results.begin(), results.end(),
      [](const auto& a, const auto& b) { return a.device_ticks < b.device_ticks; });
  EXPECT_GE(least->device_ticks, kDelay);
  EXPECT_LE(least->device_ticks, kDelay + kDelay / 100 + 1);
  HostEngine host(model_);
  const auto trace = trace_of(0, {0, 1, host.operators(), true, false, false});
  EXPECT_GE(trace.ticks.at(1), kDelay);
  EXPECT_LT(trace.ticks.at(0), kDelay / 2);
}

TEST_F(TimedRun, PlantedWrongBitIsFoundByHalving) {
  constexpr std::uint32_t kWrongOperator = 5;  // of agent_wrong_bit
  ASSERT_NO_FATAL_FAILURE(start(HIL_AGENT_WRONG_BIT));
  HostEngine host(model_);
  auto reference = model::ReferenceRunner::make(model_);
  ASSERT_TRUE(reference);
  std::vector<std::uint32_t> wrong;
  for (const auto& result : run(0, 360)) {
    if (result.outputs != *reference->run(std::vector<Bytes>{input(result.sample)})) {
      wrong.push_back(result.sample);
    }
  }
  // Every one of these is wrong inside; in some the bit is lost on its way to the output.
  for (const std::uint32_t planted : {14u, 111u, 161u, 222u, 325u, 357u}) {
    EXPECT_TRUE(differs(planted, host.operators() - 1)) << planted;
    EXPECT_FALSE(differs(planted, kWrongOperator - 1)) << planted;
    EXPECT_FALSE(differs(planted + 1, host.operators() - 1)) << planted;
  }
  ASSERT_EQ(wrong, (std::vector<std::uint32_t>{14, 111}));
  std::uint32_t low = 0, high = host.operators() - 1;  // the first that differs is in there
  while (low < high) {
    const std::uint32_t middle = (low + high) / 2;
    if (differs(wrong.front(), middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  EXPECT_EQ(low, kWrongOperator);
  run(wrong.front(), 1, session::TraceOptions{low, 1, 1, false, false, true});
  const auto bytes = session::read_output(session(), low, 0, soon());
  ASSERT_TRUE(bytes) << bytes.error().what;
  Bytes expected = host.output(input(wrong.front()), low);
  expected[0] ^= 0x40;
  EXPECT_EQ(*bytes, expected);
}

}  // namespace
}  // namespace hil::test
