// SPDX-License-Identifier: Apache-2.0
// Faults as people write them: what is understood, and what is refused in which words.
#include "host/link/fault_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hil {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

FaultPlan plan_of(std::string_view text) {
  const auto plan = parse_faults(text);
  EXPECT_TRUE(plan.ok()) << text << ": " << plan.error().what;
  return plan.ok() ? *plan : FaultPlan{};
}

Error error_of(std::string_view text) {
  const auto plan = parse_faults(text);
  EXPECT_FALSE(plan.ok()) << text;
  if (plan.ok()) return {};
  EXPECT_EQ(plan.error().blame, Blame::kUser);
  EXPECT_NE(plan.error().hint, "") << text;
  return plan.error();
}

TEST(FaultText, ReadsEveryKind) {
  const FaultPlan plan =
      plan_of("drop=1%,flip=1e-5,dup=0.5%,swap=0.25,stall=200ms@5s,cut=2s@8s,seed=7");
  EXPECT_DOUBLE_EQ(plan.drop, 0.01);
  EXPECT_DOUBLE_EQ(plan.flip, 1e-5);
  EXPECT_DOUBLE_EQ(plan.duplicate, 0.005);
  EXPECT_DOUBLE_EQ(plan.swap, 0.25);
  ASSERT_EQ(plan.stalls.size(), 1u);
  EXPECT_EQ(plan.stalls[0].at, milliseconds(5000));
  EXPECT_EQ(plan.stalls[0].length, milliseconds(200));
  ASSERT_EQ(plan.cuts.size(), 1u);
  EXPECT_EQ(plan.cuts[0].at, milliseconds(8000));
  EXPECT_EQ(plan.cuts[0].length, milliseconds(2000));
  EXPECT_EQ(plan.seed, 7u);
}

TEST(FaultText, ReadsOneKindAloneAndSpaces) {
  const FaultPlan plan = plan_of("cut = 1.5s@0s");
  EXPECT_EQ(plan.cuts.at(0).length, milliseconds(1500));
  EXPECT_EQ(plan.seed, 1u) << "without a seed every run meets the same faults";
  EXPECT_DOUBLE_EQ(plan_of(" drop=100% , dup=1 ").duplicate, 1);
  EXPECT_FALSE(plan_of("drop=0").any());
  EXPECT_FALSE(plan_of("seed=18446744073709551615").any());
}

TEST(FaultText, StallsAndCutsMayComeOften) {
  const FaultPlan plan = plan_of("cut=1ms@1s,stall=5ms@2s,cut=3600s@3s");
  ASSERT_EQ(plan.cuts.size(), 2u);
  EXPECT_EQ(plan.cuts[1].length, std::chrono::hours(1));
  std::string many = "cut=1ms@0s";
  for (int i = 1; i < 100; ++i)
    many += ",cut=1ms@0s";
  EXPECT_EQ(plan_of(many).cuts.size(), 100u);
  EXPECT_THAT(error_of(many + ",cut=1ms@0s").what, HasSubstr("one too many"));
}

TEST(FaultText, NamesTheWrongWord) {
  EXPECT_EQ(error_of("drop=1%,flip=2").what,
            "fault 'flip=2' is no share from 0 to 1 or 0% to 100%");
  EXPECT_EQ(error_of("drop=101%").what, "fault 'drop=101%' is no share from 0 to 1 or 0% to 100%");
  for (const char* share : {"drop=", "drop=%", "drop=-1", "drop=-0", "drop=nan", "drop=inf",
                            "drop=1%%", "drop=1 %x", "drop=0x1", "drop=1e999", "drop=0,5"}) {
    EXPECT_THAT(error_of(share).what, HasSubstr("fault '")) << share;
  }
  EXPECT_EQ(error_of("").what, "fault '' is not NAME=VALUE");
  EXPECT_EQ(error_of("drop=1%,").what, "fault '' is not NAME=VALUE");
  EXPECT_EQ(error_of("drop").what, "fault 'drop' is not NAME=VALUE");
  EXPECT_EQ(error_of("=3").what, "fault '=3' is not NAME=VALUE");
  EXPECT_EQ(error_of("drop=1%,drop=2%").what, "fault 'drop=2%' comes a second time");
  EXPECT_EQ(error_of("seed=1,seed=1").what, "fault 'seed=1' comes a second time");
  EXPECT_THAT(error_of("seed=-1").what, HasSubstr("no whole number"));
  EXPECT_THAT(error_of("seed=18446744073709551616").what, HasSubstr("no whole number"));
}

TEST(FaultText, SuggestsWhatWasMeant) {
  EXPECT_EQ(error_of("dorp=1%").what, "fault 'dorp=1%' is of no known kind");
  EXPECT_EQ(error_of("dorp=1%").hint, "did you mean drop?");
  EXPECT_EQ(error_of("colour=red").hint, "there are drop, flip, dup, swap, stall, cut, seed");
}

TEST(FaultText, NamesWhatATimeLacks) {
  EXPECT_EQ(error_of("cut=2s").what, "fault 'cut=2s' does not say when it starts");
  for (const char* word : {"cut=2@8", "cut=2s@8", "cut=s@8s", "cut=2us@8s", "cut=2s@", "cut=@8s",
                           "stall=-2s@8s", "stall=2s@8s@9s", "stall=nans@1s"}) {
    EXPECT_THAT(error_of(word).what, HasSubstr("has a time that is no number of ms or s")) << word;
    EXPECT_THAT(error_of(word).hint, HasSubstr("stall=200ms@5s"));
  }
  EXPECT_THAT(error_of("cut=0.5ms@8s").what, HasSubstr("does not last from 1 ms to an hour"));
  EXPECT_THAT(error_of("cut=3601s@8s").what, HasSubstr("does not last from 1 ms to an hour"));
  EXPECT_THAT(error_of("cut=1e300s@8s").what, HasSubstr("does not last from 1 ms to an hour"));
  EXPECT_THAT(error_of("cut=1s@86401s").what, HasSubstr("does not start within a day"));
  EXPECT_THAT(error_of(std::string(5000, 'x')).what, HasSubstr("longer than 4096 bytes"));
}

TEST(FaultText, WritesWhatItReads) {
  for (const char* text :
       {"drop=1%, flip=1e-05, dup=0.5%, swap=25%, stall=200ms@5s, cut=2s@8s, seed=7",
        "cut=1500ms@0s, cut=1s@10s, seed=1", "drop=7%, seed=1"}) {
    EXPECT_EQ(fault_text(plan_of(text)), text);
  }
  EXPECT_EQ(fault_text({}), "");
  EXPECT_EQ(fault_text(plan_of("seed=9")), "");
}

}  // namespace
}  // namespace hil
