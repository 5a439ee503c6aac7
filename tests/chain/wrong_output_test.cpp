// SPDX-License-Identifier: Apache-2.0
// Agents that compute wrong: a difference that repeats is our bug, one that does not the device's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "host/report/json_record.hpp"
#include "tests/chain/program.hpp"

namespace hil::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// Runs with the agent in @p agents instead of the real one.
class WrongOutput : public testing::Test {
 protected:
  Program::Outcome evaluate(const char* agents) {
    setenv("HILBENCH_AGENTS", agents, 1);
    auto outcome = run_hilbench({"evaluate", "fixtures/digits/digits_int8.tflite", "--dataset",
                                 "fixtures/digits/test", "--board", "linux", "--limit", "30",
                                 "--json", folder_ / "record.json"});
    unsetenv("HILBENCH_AGENTS");
    return outcome;
  }
  results::Verdict verdict() {
    const auto record = report::load_record(folder_ / "record.json");
    EXPECT_TRUE(record) << record.error().what;
    return record ? record->verdict : results::Verdict{};
  }
  TemporaryFolder folder_;
};

TEST_F(WrongOutput, ThatRepeatsIsABug) {
  const auto outcome = evaluate(HIL_AGENT_ALWAYS_WRONG);
  EXPECT_EQ(outcome.code, 70) << outcome.err;
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("sample 0 ("), HasSubstr("output 0 byte 3"),
                                 HasSubstr("does so again")));
  EXPECT_THAT(outcome.err, testing::EndsWith(", and does so again\n  hint: report this with the "
                                             "model and the record: host and device disagree\n"));
  EXPECT_EQ(verdict().outputs_differing, 30u);
}

TEST_F(WrongOutput, ThatDoesNotRepeatIsTheDevicesFault) {
  const auto outcome = evaluate(HIL_AGENT_ONCE_WRONG);
  EXPECT_EQ(outcome.code, 7) << outcome.err;
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("sample 7 ("), HasSubstr("not when run again")));
  EXPECT_THAT(outcome.err, testing::EndsWith("\n  hint: check supply, clock and memory of the "
                                             "board, then run again\n"));
  EXPECT_EQ(verdict().outputs_differing, 1u);
  EXPECT_EQ(verdict().status, results::VerdictStatus::kError);
}

TEST_F(WrongOutput, OfOneInferenceIsAnErrorToo) {
  setenv("HILBENCH_AGENTS", HIL_AGENT_ALWAYS_WRONG, 1);
  const auto outcome = run_hilbench({"infer", "fixtures/digits/digits_int8.tflite", "--input",
                                     "fixtures/digits/test/digit_0007_7.bin", "--board", "linux"});
  unsetenv("HILBENCH_AGENTS");
  EXPECT_EQ(outcome.code, 70) << outcome.err;
  EXPECT_THAT(outcome.err, testing::EndsWith(", and does so again\n  hint: report this with the "
                                             "model and the record: host and device disagree\n"));
  EXPECT_TRUE(outcome.out.empty());
}

}  // namespace
}  // namespace hil::test
