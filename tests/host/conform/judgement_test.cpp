// SPDX-License-Identifier: Apache-2.0
// Verdicts of single checks on figures that no board gives on demand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/conform/checks/checks.hpp"
#include "host/conform/checks/operator_tally.hpp"

namespace hil::conform {
namespace {

using testing::HasSubstr;

Check clock_check(double ppm, double uncertainty_ppm) {
  session::ClockRatio ratio;
  ratio.ppm = ppm;
  ratio.uncertainty_ppm = uncertainty_ppm;
  Check check;
  judge_clock(ratio, check);
  return check;
}

TEST(ClockJudgement, IsAsGoodAsItsFigures) {
  EXPECT_EQ(clock_check(120, 20).verdict, Verdict::kPass);
  EXPECT_EQ(clock_check(-4'900, 300).verdict, Verdict::kPass);
  EXPECT_EQ(clock_check(30'000, 400).verdict, Verdict::kFail);
  EXPECT_EQ(clock_check(-30'000, 20'000).verdict, Verdict::kFail) << "off all the same";
}

TEST(ClockJudgement, PassesNothingThatItCannotTell) {
  const Check check = clock_check(30'000, 40'000);
  EXPECT_EQ(check.verdict, Verdict::kNotJudged);
  EXPECT_THAT(check.finding, HasSubstr("too uncertain to tell"));
  EXPECT_NE(check.advice, "");
  EXPECT_EQ(clock_check(0, 5'001).verdict, Verdict::kNotJudged);
}

OperatorModel model_of(const std::string& name, std::uint32_t opcode, plan::TypeSet type) {
  OperatorModel model;
  model.name = name;
  model.opcode = opcode;
  model.type = type;
  return model;
}

const OperatorModel kAddInt8 = model_of("ADD int8", 1, 1);
const OperatorModel kAddFloat = model_of("ADD float32", 1, 2);
const OperatorModel kWideAddInt8 = model_of("ADD int8, wide", 1, 1);

Check judged(const OperatorTally& tally) {
  Check check;
  tally.judge(check);
  return check;
}

TEST(OperatorTally, NamesWhatWasTooLargeInEveryForm) {
  OperatorTally tally(false);
  tally.add_run(kAddInt8, "");
  tally.add_too_large(kAddFloat);
  const Check check = judged(tally);
  EXPECT_EQ(check.verdict, Verdict::kNotJudged);
  EXPECT_THAT(check.finding, HasSubstr("ADD float32"));
  EXPECT_THAT(check.advice, HasSubstr("room"));
}

TEST(OperatorTally, SaysThatSomeWereTooLarge) {
  OperatorTally tally(false);
  tally.add_too_large(kWideAddInt8);
  tally.add_run(kAddInt8, "");
  const Check check = judged(tally);
  EXPECT_EQ(check.verdict, Verdict::kPass);
  EXPECT_THAT(check.finding, HasSubstr("1 more were too large"));
}

TEST(OperatorTally, TakesAnyTypeOfAQuickRun) {
  OperatorTally tally(true);
  tally.add_too_large(kAddFloat);
  EXPECT_FALSE(tally.has_run(kAddInt8));
  tally.add_run(kAddInt8, "");
  EXPECT_TRUE(tally.has_run(kAddFloat));
  EXPECT_EQ(judged(tally).verdict, Verdict::kPass);
}

TEST(OperatorTally, FailsOnOneThatIsWrongAndOnNone) {
  EXPECT_EQ(judged(OperatorTally(false)).verdict, Verdict::kFail);
  OperatorTally tally(false);
  tally.add_too_large(kAddFloat);
  tally.add_run(kAddInt8, "");
  tally.add_run(kWideAddInt8, "output 0 has another size");
  tally.add_run(kWideAddInt8, "another number of outputs");
  const Check check = judged(tally);
  EXPECT_EQ(check.verdict, Verdict::kFail);
  EXPECT_EQ(check.finding, "ADD int8, wide: output 0 has another size; and 1 more");
  EXPECT_EQ(tally.wrong(), 2U);
}

TEST(OperatorTally, PassesWhenAllIsRight) {
  OperatorTally tally(false);
  tally.add_run(kAddInt8, "");
  tally.add_lacking();
  const Check check = judged(tally);
  EXPECT_EQ(check.verdict, Verdict::kPass);
  EXPECT_EQ(check.finding, "");
}

}  // namespace
}  // namespace hil::conform
