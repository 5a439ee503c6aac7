// SPDX-License-Identifier: Apache-2.0
// How many windows, how long, and what the agent is told to do in them.
#include "host/measure/energy/energy_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hil::measure {
namespace {

using energy::Alignment;
using session::EnergyRegion;
using ::testing::HasSubstr;

EnergyGround ground() {
  EnergyGround made;
  made.rate_hz = 100'000;
  made.tick_hz = 1'000'000;
  made.inference_ticks = 3'000;
  made.load_ticks = 10;
  made.window_capacity = 64;
  made.step_capacity = 8;
  return made;
}

model::CompiledModel model_of(std::size_t steps) {
  model::CompiledModel model;
  for (std::size_t i = 0; i < steps; ++i) {
    model::PlanStep step;
    step.layer = static_cast<std::uint32_t>(i);
    step.macs = i == 0 ? 900 : 0;
    model.steps.push_back(step);
  }
  model.macs = 900;
  return model;
}

EnergyPlan plan_of(const EnergyOptions& options, const EnergyGround& on, std::size_t steps = 2) {
  auto plan = plan_energy(options, on, model_of(steps));
  EXPECT_TRUE(plan.ok()) << plan.error().what;
  return plan.ok() ? *plan : EnergyPlan();
}

TEST(EnergyPlan, WindowsAreAsLongAsTheMeterNeeds) {
  EXPECT_EQ(default_window_s(Alignment::kLogic, 100'000), 0.02);
  EXPECT_EQ(default_window_s(Alignment::kLogic, 1'000), 0.5);
  EXPECT_GT(default_window_s(Alignment::kHostClock, 100'000), 10);
  EXPECT_EQ(default_windows(Alignment::kLogic, 0.02), 20U);
  EXPECT_EQ(default_windows(Alignment::kLogic, 0.5), 5U);
  EXPECT_EQ(default_windows(Alignment::kHostClock, 10.5), 3U);
}

TEST(EnergyPlan, ByTheHostsClockWindowsLeaveTenSecondsBesideTheirGuards) {
  EnergyGround on = ground();
  on.alignment = Alignment::kHostClock;
  on.rate_hz = 1;
  on.refresh_s = 1;  // 0.29 s: guards of 0.87 s at both ends
  const EnergyPlan plan = plan_of({}, on);
  EXPECT_GE(plan.window_s, 10 + 2 * (0.87 + 1));
  EXPECT_GE(plan.runs[0].options.steps[0].rest_ticks, 1'000'000U * (2 + 2 * (0.87 + 1)));
  EXPECT_LT(default_window_s(Alignment::kHostClock, 50, 0.02), 10.6);
  EnergyOptions options;
  options.window_s = 9.9;
  const auto refused = plan_energy(options, on, model_of(2));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().blame, Blame::kUser);
  EXPECT_EQ(refused.error().what,
            "windows by the host's clock need 10 s and more, and 9.9 s were asked for");
  EXPECT_EQ(refused.error().hint, "leave --window out, or --window 14.3s");
  options.window_s = 10;
  EXPECT_TRUE(plan_energy(options, on, model_of(2)).ok()) << "the cut says how much is left";
}

TEST(EnergyPlan, IdleAndInferenceInTurnIdleFirstAndLast) {
  const EnergyPlan plan = plan_of({}, ground());
  EXPECT_EQ(plan.repetitions, 7U);  // 21 ms
  ASSERT_EQ(plan.runs.size(), 1U);
  const session::EnergyRunOptions& run = plan.runs[0].options;
  EXPECT_EQ(run.windows, 41U);
  ASSERT_EQ(run.steps.size(), 2U);
  EXPECT_EQ(run.steps[0].region, EnergyRegion::kRest);
  EXPECT_EQ(run.steps[0].rest_ticks, 20'000U);
  EXPECT_EQ(run.steps[1].region, EnergyRegion::kInference);
  EXPECT_EQ(run.steps[1].repetitions, 7U);
  EXPECT_GE(run.rest_ticks, 2'000U);
  EXPECT_EQ(run.mark_ticks, 0U);
  EXPECT_EQ(plan.runs[0].group.windows, 41U);
}

TEST(EnergyPlan, MoreWindowsThanTheAgentKeepsAreSeveralRuns) {
  EnergyOptions options;
  options.windows = 70;
  const EnergyPlan plan = plan_of(options, ground());
  std::uint32_t work = 0;
  for (const PlannedRun& run : plan.runs) {
    EXPECT_LE(run.options.windows, 64U);
    EXPECT_EQ(run.options.windows % 2, 1U);
    work += run.options.windows / 2;
  }
  EXPECT_EQ(work, 70U);
}

TEST(EnergyPlan, WithoutAWireTheUsualWindowsAreThoseThatTheAgentKeeps) {
  EnergyGround on = ground();
  on.alignment = Alignment::kTracePattern;
  on.window_capacity = 8;
  const EnergyPlan plan = plan_of({}, on);
  EXPECT_EQ(plan.windows, 3U);
  ASSERT_EQ(plan.runs.size(), 1U);
  EXPECT_EQ(plan.runs[0].options.windows, 7U);
  EnergyOptions asked;
  asked.windows = 4;
  const auto refused = plan_energy(asked, on, model_of(2));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().blame, Blame::kDevice);
  EXPECT_EQ(refused.error().hint, "--windows 3");
}

TEST(EnergyPlan, APatternIsRoundOneRun) {
  EnergyGround on = ground();
  on.alignment = Alignment::kTracePattern;
  EXPECT_GT(plan_of({}, on).runs[0].options.mark_ticks, 0U);
  EnergyOptions options;
  options.windows = 70;
  const auto plan = plan_energy(options, on, model_of(2));
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().hint, "--windows 31");
}

TEST(EnergyPlan, PhasesOperatorsAndPeriodNeedTheWire) {
  EnergyGround on = ground();
  on.alignment = Alignment::kHostClock;
  EnergyOptions options;
  options.per_layer = true;
  const auto plan = plan_energy(options, on, model_of(2));
  ASSERT_FALSE(plan.ok());
  EXPECT_THAT(plan.error().what, HasSubstr("host-clock"));
}

TEST(EnergyPlan, EveryOperatorIsRepeatedBesideABase) {
  EnergyOptions options;
  options.per_layer = true;
  const EnergyPlan plan = plan_of(options, ground(), 10);
  std::vector<bool> repeated(10);
  for (const PlannedRun& run : plan.runs) {
    if (run.group.use != WindowUse::kLayer) continue;
    EXPECT_LE(run.options.steps.size(), 8U);
    EXPECT_EQ(run.group.layer_count, run.options.steps.size());
    EXPECT_EQ(plan.layers[run.group.first_layer].times, 1U);
    EXPECT_EQ(run.options.steps[0].repeat_times, 1U);
    for (std::size_t i = 1; i < run.options.steps.size(); ++i) {
      EXPECT_GE(run.options.steps[i].repeat_times, 2U);
      EXPECT_EQ(plan.layers[run.group.first_layer + i].times, run.options.steps[i].repeat_times);
      repeated[run.options.steps[i].repeat_operator] = true;
    }
    EXPECT_EQ(run.options.windows % run.options.steps.size(), 0U);
  }
  EXPECT_EQ(std::count(repeated.begin(), repeated.end(), true), 10);
}

TEST(EnergyPlan, APeriodMustHoldAnInference) {
  EnergyOptions options;
  options.period_s = 0.005;
  const auto plan = plan_energy(options, ground(), model_of(2));
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().blame, Blame::kUser);
  options.period_s = 0.1;
  const EnergyPlan good = plan_of(options, ground());
  const session::EnergyRunOptions& run = good.runs.back().options;
  EXPECT_EQ(run.period_ticks, 100'000U);
  EXPECT_EQ(run.windows, 6U);
  EXPECT_EQ(run.steps[0].repetitions, 1U);
}

TEST(EnergyPlan, AnAgentWithoutRoomIsRefused) {
  EnergyGround on = ground();
  on.window_capacity = 2;
  EXPECT_FALSE(plan_energy({}, on, model_of(2)).ok());
}

TEST(EnergyPlan, InstantInferencesDoNotOverflow) {
  EnergyGround on = ground();
  on.inference_ticks = 0;
  EnergyOptions options;
  options.window_s = 3'600;
  EXPECT_GE(plan_of(options, on).repetitions, 1U);
}

}  // namespace
}  // namespace hil::measure
