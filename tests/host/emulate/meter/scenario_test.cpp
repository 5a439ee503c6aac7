// SPDX-License-Identifier: Apache-2.0
// Scenarios: integrals against their formulas, pins and edges at any step.
#include "host/emulate/meter/scenario.hpp"

#include <gtest/gtest.h>

#include <numbers>

namespace hil::emulate {
namespace {

/// Charge and edges as a meter with this sample time finds them, over so many samples.
struct Played {
  double coulombs = 0;
  unsigned rises = 0, falls = 0, high = 0;
};

Played play(Scenario& scenario, double step_s, int samples) {
  Played played;
  for (int i = 0; i < samples; ++i) {
    const auto interval = scenario.advance(step_s);
    played.coulombs += interval.amps * step_s;
    played.rises += interval.rises;
    played.falls += interval.falls;
    if ((interval.pins & 1u) != 0) ++played.high;
  }
  return played;
}

TEST(ScenarioTest, IntegralsAreTheFormulas) {
  Scenario scenario;
  scenario.ramp(0, 0.02, 0.5).half_sine(0.03, 0.25).constant(0.001, 1);
  EXPECT_NEAR(scenario.coulombs(0, 0.5), 0.02 * 0.5 / 2, 1e-15);
  EXPECT_NEAR(scenario.coulombs(0.5, 0.75), 2 * 0.03 * 0.25 / std::numbers::pi, 1e-15);
  EXPECT_NEAR(scenario.coulombs(0.1, 0.2), 0.1 * 0.006, 1e-15) << "the ramp's middle is 6 mA";
  EXPECT_NEAR(scenario.coulombs(0, 3), 0.005 + 0.015 / std::numbers::pi + 0.00225, 1e-15)
      << "the last level holds";
  EXPECT_DOUBLE_EQ(scenario.seconds(), 1.75);
}

TEST(ScenarioTest, PlayingGivesTheChargeWhateverTheStep) {
  for (const double step : {1e-5, 3.3e-5, 1.0 / 48000, 0.0107}) {
    Scenario scenario;
    scenario.ramp(1e-6, 0.05, 0.1003).half_sine(0.1, 0.05).bursts({5e-6, 8e-3, 3e-5, 3e-4, 100});
    const int samples = static_cast<int>(0.25 / step);
    EXPECT_NEAR(play(scenario, step, samples).coulombs, scenario.coulombs(0, samples * step), 1e-13)
        << step;
  }
}

TEST(ScenarioTest, WindowsHaveTheirTruthAndTheirEdges) {
  Scenario scenario;
  scenario.constant(1e-3, 0.01);
  WindowTrain train;
  train.windows = 3;
  train.inferences = 4;
  train.active_a = 0.014;
  train.active_s = 0.002;
  train.wait_a = 0.004;
  train.wait_s = 0.001;
  train.rest_a = 1.2e-3;
  train.rest_s = 0.005;
  scenario.windows(train);
  ASSERT_EQ(scenario.truth().size(), 3u);
  for (const auto& window : scenario.truth()) {
    EXPECT_EQ(window.inferences, 4u);
    EXPECT_NEAR(window.end_s - window.begin_s, 0.012, 1e-12);
    EXPECT_NEAR(window.coulombs, 4 * (0.014 * 0.002 + 0.004 * 0.001), 1e-15);
  }
  EXPECT_NEAR(scenario.truth()[1].begin_s, 0.01 + 0.017, 1e-12);
  const Played played = play(scenario, 1e-5, 7000);
  EXPECT_EQ(played.rises, 3u);
  EXPECT_EQ(played.falls, 3u);
  EXPECT_EQ(played.high, 3 * 1200u);
}

TEST(ScenarioTest, PinOneTogglesAtTheStartOfEachInference) {
  Scenario scenario;
  scenario.windows(
      {.windows = 2, .inferences = 3, .active_a = 1e-3, .active_s = 1e-4, .rest_s = 2e-4});
  std::vector<int> pins;
  for (int i = 0; i < 10; ++i)
    pins.push_back(scenario.advance(1e-4).pins);
  EXPECT_EQ(pins, (std::vector<int>{3, 1, 3, 2, 2, 1, 3, 1, 0, 0}));
}

TEST(ScenarioTest, SeveralEdgesFitInOneInterval) {
  Scenario scenario;
  scenario.windows(
      {.windows = 50, .inferences = 1, .active_a = 1e-3, .active_s = 1e-5, .rest_s = 1e-5});
  const auto first = scenario.advance(5e-4);
  EXPECT_EQ(first.rises, 25u);
  EXPECT_EQ(first.falls, 25u);
  EXPECT_EQ(first.pins, 3);
  const auto second = scenario.advance(1e-3);
  EXPECT_EQ(second.rises, 25u);
  EXPECT_EQ(second.falls, 25u);
}

TEST(ScenarioTest, ABoardOnTheMetersSupplyIsDeadWithoutIt) {
  Scenario scenario(Scenario::Power::kMeter);
  scenario.pins(1).constant(0.01, 1);
  auto now = scenario.advance(0.1);
  EXPECT_EQ(now.amps, 0);
  EXPECT_EQ(now.pins, 0);
  scenario.set_supply(true, 3.3);
  EXPECT_EQ(scenario.supplied_volts(), 3.3);
  now = scenario.advance(0.1);
  EXPECT_NEAR(now.amps, 0.01, 1e-15);
  EXPECT_EQ(now.rises, 1u);
  scenario.set_supply(false, 3.3);
  now = scenario.advance(0.1);
  EXPECT_EQ(now.amps, 0);
  EXPECT_EQ(now.falls, 1u);
}

TEST(ScenarioTest, ABoardOfItsOwnSupplyDoesNotCare) {
  Scenario scenario;
  scenario.constant(0.01, 1);
  scenario.set_supply(false, 3.3);
  EXPECT_NEAR(scenario.advance(0.1).amps, 0.01, 1e-15);
}

TEST(ScenarioTest, NothingIsACurrentOfZero) {
  Scenario scenario;
  const auto now = scenario.advance(1);
  EXPECT_EQ(now.amps, 0);
  EXPECT_EQ(now.pins, 0);
  EXPECT_EQ(scenario.coulombs(0, 5), 0);
}

}  // namespace
}  // namespace hil::emulate
