// SPDX-License-Identifier: Apache-2.0
// profile and verify with the real agent, and with agents that have a planted fault.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "host/report/json_record.hpp"
#include "tests/chain/program.hpp"

namespace hil::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kModel = "fixtures/digits/digits_int8.tflite";
constexpr const char* kDataset = "fixtures/digits/test";

class Profile : public testing::Test {
 protected:
  Program::Outcome run(std::vector<std::string> words, const char* agents = nullptr) {
    if (agents != nullptr) setenv("HILBENCH_AGENTS", agents, 1);
    auto outcome = run_hilbench(words);
    unsetenv("HILBENCH_AGENTS");
    return outcome;
  }
  Program::Outcome profile(std::vector<std::string> more, const char* agents = nullptr) {
    std::vector<std::string> words = {"profile", kModel,   "--board",
                                      "linux",   "--json", folder_ / "record.json"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words, agents);
  }
  results::Record record() {
    auto loaded = report::load_record(folder_ / "record.json");
    EXPECT_TRUE(loaded) << loaded.error().what;
    return loaded ? *loaded : results::Record{};
  }
  static results::Metric metric(const results::Record& record, const std::string& name) {
    const auto found = std::find_if(record.metrics.begin(), record.metrics.end(),
                                    [&](const auto& metric) { return metric.name == name; });
    EXPECT_NE(found, record.metrics.end()) << name;
    return found == record.metrics.end() ? results::Metric{} : *found;
  }
  TemporaryFolder folder_;
};

TEST_F(Profile, TellsLatencyOperatorsMemoryAndClock) {
  const auto outcome = profile({"--dataset", kDataset, "--runs", "30", "--warmup", "3"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const results::Record found = record();
  const results::Metric latency = metric(found, "latency_us");
  EXPECT_EQ(latency.samples.size(), 30u);
  ASSERT_TRUE(latency.statistics.has_value());
  EXPECT_LE(latency.statistics->min, latency.value);
  EXPECT_TRUE(latency.interval.has_value());
  ASSERT_TRUE(found.operators.has_value());
  ASSERT_EQ(found.operators->rows.size(), 9u);
  EXPECT_EQ(found.operators->rows[0].op, "CONV_2D int8");
  double sum = 0;
  for (const auto& row : found.operators->rows)
    sum += row.time;
  EXPECT_GT(sum, 0);
  EXPECT_LE(sum, found.operators->total * 1.5);
  EXPECT_EQ(found.verdict.outputs_checked, 33u + 10u);
  EXPECT_EQ(found.verdict.outputs_differing, 0u);
  for (const char* name : {"plan_bytes", "arena_bytes", "agent_static_bytes", "load_us",
                           "timer_resolution_us", "timer_cost_us", "stack_bytes"}) {
    EXPECT_GT(metric(found, name).value, 0) << name;
  }
  EXPECT_LT(std::abs(metric(found, "clock_ppm").value), 1000);  // host and agent share a clock
}

TEST_F(Profile, TimesRandomInputsWithoutADataset) {
  const auto outcome = profile({"--runs", "5", "--operator-runs", "0"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(record().conditions.inputs, HasSubstr("drawn at random"));
  EXPECT_FALSE(record().operators.has_value());
}

TEST_F(Profile, FindsAPlantedDelayInTotalAndInItsOperator) {
  const auto outcome = profile({"--runs", "30"}, HIL_AGENT_SLOW);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const results::Record found = record();
  const double tick_us = 1e6 / static_cast<double>(found.conditions.tick_hz);
  const double planted_us = 20'000'000 * tick_us;
  const results::Record plain = (profile({"--runs", "30"}), record());
  const results::Metric with = metric(found, "latency_us"), without = metric(plain, "latency_us");
  std::printf("planted %.1f us: median %.1f us with it, %.1f us without\n", planted_us, with.value,
              without.value);
  // Whoever else uses this machine only adds to the times: the shortest run is the one to trust.
  EXPECT_NEAR(with.statistics->min - without.statistics->min, planted_us,
              tick_us + planted_us / 100);
  const auto& rows = found.operators->rows;
  const auto longest = std::max_element(
      rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  EXPECT_EQ(longest->layer, 1u);
  EXPECT_GE(longest->time, planted_us);
}

TEST_F(Profile, CorrectsAClockThatIsWrong) {
  const auto outcome = profile({"--runs", "5"}, HIL_AGENT_FAST_CLOCK);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const results::Record found = record();
  const results::Metric ppm = metric(found, "clock_ppm");
  std::printf("planted 20000 ppm, found %.1f +- %.1f\n", ppm.value, 2 * *ppm.uncertainty);
  EXPECT_NEAR(ppm.value, 20'000, 100);
  EXPECT_THAT(outcome.out, HasSubstr("2.00 % faster than it says"));
}

TEST_F(Profile, FailsOnOneWrongBitInOneSample) {
  const auto outcome = profile({"--dataset", kDataset, "--runs", "50"}, HIL_AGENT_WRONG_BIT);
  EXPECT_EQ(outcome.code, 70) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("run 14 (digit_"));
  EXPECT_EQ(record().verdict.outputs_differing, 1u);
  EXPECT_EQ(record().verdict.status, results::VerdictStatus::kError);
}

TEST_F(Profile, CallsTheDeviceUnreliableForAnOutputThatIsWrongOnce) {
  const auto outcome = profile({"--runs", "10"}, HIL_AGENT_FLAKY);
  EXPECT_EQ(outcome.code, 7) << outcome.err;
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("run 2 (random input 2)"), HasSubstr("not when run again"),
                    HasSubstr("hint: check supply, clock and memory")));
  EXPECT_EQ(record().verdict.outputs_differing, 1u);
}

TEST_F(Profile, RefusesNoRuns) {
  const auto outcome =
      run({"profile", "fixtures/digits/digits_int8.tflite", "--board", "linux", "--runs", "0"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--runs"));
}

using Verify = Profile;

TEST_F(Verify, AgreesOnTheRealAgent) {
  const auto outcome = run({"verify", kModel, "--board", "linux"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(
      outcome.out,
      "all 9 operators agree with the host reference in 8 inferences (8 runs on the board)\n");
}

TEST_F(Verify, AgreesOnModelsWithState) {
  for (const char* model :
       {"fixtures/rotor/rotor_svdf.tflite", "fixtures/rotor/rotor_buffer.tflite"}) {
    const auto outcome = run({"verify", model, "--board", "linux"});
    EXPECT_EQ(outcome.code, 0) << model << ": " << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("agree with the host reference"));
  }
}

TEST_F(Verify, LocatesTheWrongOperatorAndElement) {
  const auto outcome =
      run({"verify", kModel, "--board", "linux", "--dataset", kDataset}, HIL_AGENT_WRONG_BIT);
  EXPECT_EQ(outcome.code, 70) << outcome.err;
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("operator 5 (AVERAGE_POOL_2D int8)"),
                                 HasSubstr("element [0, 0, 0, 0]"), HasSubstr("1 of "),
                                 HasSubstr("found in 1 run"),
                                 HasSubstr("\n  hint: report this with the model and the input: "
                                           "host and device disagree\n")));
}

TEST_F(Verify, TellsTheSameAsJson) {
  const auto outcome = run({"verify", kModel, "--board", "linux", "--dataset", kDataset, "--json"},
                           HIL_AGENT_WRONG_BIT);
  EXPECT_EQ(outcome.code, 70);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("\"operator\": 5"), HasSubstr("\"repeats\": true"),
                                 HasSubstr("\"element\": 0")));
}

TEST_F(Verify, CallsTheDeviceUnreliableForADifferenceThatDoesNotComeAgain) {
  const auto outcome = run({"verify", kModel, "--board", "linux"}, HIL_AGENT_FLAKY);
  EXPECT_EQ(outcome.code, 7) << outcome.err;
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("random input 2: operator 8 (SOFTMAX int8) differed"),
                                 HasSubstr("not again in 200 more inferences"),
                                 HasSubstr("hint: check supply")));
}

TEST_F(Verify, NeedsAnInputOfTheModelsSize) {
  const auto outcome = run({"verify", kModel, "--board", "linux", "--input", "README.md"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("README.md"), HasSubstr("64")));
  EXPECT_TRUE(outcome.out.empty());
}

TEST_F(Verify, RefusesTwoKindsOfInputs) {
  const auto outcome = run({"verify", kModel, "--board", "linux", "--dataset", kDataset, "--input",
                            "fixtures/digits/test/digit_0007_7.bin"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--input and --dataset are both given"));
}

TEST_F(Profile, ALineThatIsNotQuietIsNamed) {
  const auto outcome = profile({"--runs", "20"}, HIL_AGENT_NOISY);
  EXPECT_EQ(outcome.code, 6) << outcome.err;
  const std::string what = "bytes came on the line during 20 of 20 timed runs";
  const std::string hint = "look for another program that uses the port, or a noisy cable";
  EXPECT_THAT(outcome.err, testing::EndsWith("hilbench: " + what + "\n  hint: " + hint + "\n"));
  const results::Record found = record();
  ASSERT_TRUE(found.verdict.error);
  EXPECT_EQ(found.verdict.error->what, what);
  EXPECT_EQ(std::count_if(found.metrics.begin(), found.metrics.end(),
                          [](const auto& metric) { return metric.name == "latency_us"; }),
            0)
      << "a spoilt time is no result";
  EXPECT_THAT(folder_.entries(), testing::ElementsAre("record.json"));
}

/// A profile that would take minutes, for others to end.
class LongProfile : public Profile {
 protected:
  void SetUp() override { setenv("HILBENCH_AGENTS", HIL_AGENT_SLOW, 1); }
  void TearDown() override { unsetenv("HILBENCH_AGENTS"); }

  std::vector<std::string> words() {
    return {"profile", kModel, "--board", "linux",
            "--runs",  "600",  "--json",  folder_ / "record.json"};
  }
  void expect_partial_record(results::VerdictStatus status) {
    const results::Record found = record();
    EXPECT_FALSE(found.verdict.complete);
    EXPECT_EQ(found.verdict.status, status);
    EXPECT_GT(found.verdict.samples_done, 0u);
    EXPECT_EQ(found.verdict.outputs_checked, found.verdict.samples_done);
    EXPECT_THAT(folder_.entries(), testing::ElementsAre("record.json"));
  }
};

TEST_F(LongProfile, CtrlCKeepsWhatWasMeasured) {
  Program program(words());
  const auto agent = program.agent();
  ASSERT_TRUE(agent);
  ASSERT_TRUE(program.wait_for_text("profile "));
  program.signal(SIGINT);
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 130) << outcome.err;
  EXPECT_NE(kill(*agent, 0), 0) << "the agent must not stay behind";
  expect_partial_record(results::VerdictStatus::kInterrupted);
}

TEST_F(LongProfile, AKilledAgentIsTheDevicesFault) {
  Program program(words());
  const auto agent = program.agent();
  ASSERT_TRUE(agent);
  ASSERT_TRUE(program.wait_for_text("profile "));
  kill(*agent, SIGKILL);
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 7) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("ended by signal 9 (SIGKILL)"));
  expect_partial_record(results::VerdictStatus::kError);
}

TEST_F(LongProfile, ASilentAgentIsTheLinksFault) {
  Program program(words());
  const auto agent = program.agent();
  ASSERT_TRUE(agent);
  ASSERT_TRUE(program.wait_for_text("profile "));
  kill(*agent, SIGSTOP);
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 6) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("no answer"));
  EXPECT_NE(kill(*agent, 0), 0) << "the agent must not stay behind";
  expect_partial_record(results::VerdictStatus::kError);
}

TEST_F(LongProfile, CtrlCEndsVerify) {
  Program program({"verify", kModel, "--board", "linux", "--runs", "600"});
  const auto agent = program.agent();
  ASSERT_TRUE(agent);
  ASSERT_TRUE(program.wait_for_text("verify "));
  program.signal(SIGINT);
  const auto outcome = program.finish();
  EXPECT_EQ(outcome.code, 130) << outcome.err;
  EXPECT_TRUE(outcome.out.empty());
  EXPECT_NE(kill(*agent, 0), 0) << "the agent must not stay behind";
}

TEST_F(LongProfile, AFileThatCannotBeWrittenCostsNoRun) {
  const auto outcome = run({"profile", kModel, "--board", "linux", "--json", "/dev/null/x.json"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("/dev/null"), HasSubstr("hint: ")));
  EXPECT_TRUE(outcome.out.empty());
}

}  // namespace
}  // namespace hil::test
