// SPDX-License-Identifier: Apache-2.0
// Figures of counters: worked out by hand, and over draws of meters as wrong as they say.
#include "host/energy/sum/counter_figures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace hil::energy {
namespace {

using ::testing::HasSubstr;

/// Idle of 1 W, then windows of 3 W and a second with ten inferences, one idle second between.
CounterRun example(int windows) {
  CounterRun run;
  run.meter.kind = "agent";
  run.accuracy = {{{10, 0.01, 2e-3, 1e-3}}, 5e-3, "a test"};
  run.idle_mode = "wait";
  for (int i = 0; i < 2 * windows + 1; ++i) {
    CounterWindow window;
    const bool idle = i % 2 == 0;
    window.kind = idle ? WindowKind::kIdle : WindowKind::kInference;
    window.begin_s = i;
    window.end_s = i + 1;
    window.joules = idle ? 1 : 3;
    window.coulombs = idle ? 0.2 : 0.6;
    window.inferences = idle ? 0 : 10;
    window.edge_sigma_s = 1e-4;
    run.windows.push_back(window);
  }
  return run;
}

TEST(CounterFigures, AreWhatTheReadingsSay) {
  const auto energy = counter_figures(example(1));
  ASSERT_TRUE(energy.ok());
  EXPECT_NEAR(energy->gross_uj->value, 0.3e6, 1e-6);
  EXPECT_NEAR(energy->net_uj->value, 0.2e6, 1e-6);
  EXPECT_NEAR(energy->charge_uc->value, 0.06e6, 1e-6);
  EXPECT_NEAR(energy->gross_uj->parts.gain, 3e3, 1e-6);
  EXPECT_NEAR(energy->net_uj->parts.gain, 2e3, 1e-6);
  EXPECT_NEAR(energy->charge_uc->parts.gain, 0.6e3, 1e-6);
  EXPECT_NEAR(energy->gross_uj->parts.offset, 200, 1e-6);
  EXPECT_EQ(energy->net_uj->parts.offset, 0);
  EXPECT_NEAR(energy->gross_uj->parts.time_base, 1.5e3, 1e-6);
  EXPECT_NEAR(energy->gross_uj->parts.code_step, 1e-3 / std::sqrt(6) * 1e5, 1e-6);
  EXPECT_NEAR(energy->gross_uj->parts.edges, std::sqrt(2) * 1e-4 * 3e5, 1e-6);
  EXPECT_GT(energy->net_uj->parts.idle, 0);
  EXPECT_EQ(energy->alignment.method, "counter");
  EXPECT_NEAR(energy->alignment.sigma_s, 1e-4, 1e-12);
  EXPECT_NEAR(energy->idle->watts, 1, 1e-12);
  EXPECT_EQ(energy->idle->windows, 2u);
  EXPECT_EQ(energy->windows.size(), 3u);
  EXPECT_NEAR(energy->mean_ma, 600, 1e-9);
  EXPECT_EQ(energy->meter.accuracy_source, "a test");
}

TEST(CounterFigures, IdleDriftsBetweenItsWindows) {
  CounterRun run = example(4);
  for (CounterWindow& window : run.windows)
    window.joules += 0.1 * window.begin_s;
  const auto energy = counter_figures(run);
  ASSERT_TRUE(energy.ok());
  EXPECT_NEAR(energy->net_uj->value, 0.2e6, 1e-3);
}

TEST(CounterFigures, DriftOfIdleIsNoScatter) {
  CounterRun run = example(8);
  for (CounterWindow& window : run.windows)
    window.edge_sigma_s = 0;  // which would count more of more power
  const auto before = counter_figures(run);
  for (CounterWindow& window : run.windows)
    window.joules += 0.1 * window.begin_s;
  const auto drifting = counter_figures(run);
  ASSERT_TRUE(before.ok() && drifting.ok());
  EXPECT_NEAR(drifting->net_uj->parts.idle, before->net_uj->parts.idle, 1e-6);
}

TEST(CounterFigures, WithoutIdleOrChargeTheyAreNotThere) {
  CounterRun run = example(2);
  run.windows.erase(run.windows.begin());
  for (CounterWindow& window : run.windows) {
    if (window.kind == WindowKind::kIdle) window.rejected = "the link spoke";
    window.coulombs.reset();
  }
  const auto energy = counter_figures(run);
  ASSERT_TRUE(energy.ok());
  EXPECT_FALSE(energy->net_uj.has_value());
  EXPECT_FALSE(energy->idle.has_value());
  EXPECT_FALSE(energy->charge_uc.has_value());
}

TEST(CounterFigures, NothingThatCountsIsAnError) {
  CounterRun run = example(1);
  run.windows[1].rejected = "the counter wrapped";
  EXPECT_THAT(counter_figures(run).error().what, HasSubstr("the counter wrapped"));
  run.windows[1].rejected.clear();
  run.windows[1].end_s = run.windows[1].begin_s;
  EXPECT_THAT(counter_figures(run).error().what, HasSubstr("no length"));
  run.windows.clear();
  EXPECT_EQ(counter_figures(run).error().blame, Blame::kLab);
}

/// Errors of one figure over many runs, and what was stated of them.
struct Errors {
  void add(const results::EnergyFigure& figure, double truth) {
    const double error = figure.value - truth;
    const double u = figure.parts.combined();
    ++runs;
    within1 += std::abs(error) <= u ? 1 : 0;
    within2 += std::abs(error) <= 2 * u ? 1 : 0;
    sum += error;
    squares += error * error;
    stated += u;
  }
  void expect_honest() const {
    const double bias = sum / runs;
    const double spread = std::sqrt(squares / runs - bias * bias);
    EXPECT_GE(within1, 0.58 * runs);
    EXPECT_LE(within1, 0.78 * runs);
    EXPECT_GE(within2, 0.90 * runs);
    EXPECT_LE(within2, 0.99 * runs);
    EXPECT_LE(stated / runs, 1.5 * (spread + std::abs(bias)));
  }
  int runs = 0, within1 = 0, within2 = 0;
  double sum = 0, squares = 0, stated = 0;
};

TEST(CounterFigures, StatedUncertaintiesAreHonest) {
  for (const bool drifts : {false, true}) {
    Errors net;
    Errors gross;
    for (std::uint32_t seed = 0; seed < 500; ++seed) {
      std::mt19937 random(seed);
      std::normal_distribution<double> normal;
      CounterRun run = example(8);
      const double gain = 1 + 0.01 * normal(random);
      const double clock = 1 + 5e-3 * normal(random);
      const double offset = 2e-3 * normal(random);
      for (CounterWindow& window : run.windows) {
        double truth = window.joules * (window.inferences > 0 ? 1 + 0.01 * normal(random) : 1);
        if (drifts) truth += 0.02 * (window.begin_s - 8);
        window.joules = std::round((truth * gain * clock + offset) / 1e-3) * 1e-3;
      }
      const auto energy = counter_figures(run);
      ASSERT_TRUE(energy.ok());
      net.add(*energy->net_uj, 0.2e6);
      gross.add(*energy->gross_uj, 0.3e6);
    }
    net.expect_honest();
    if (!drifts) gross.expect_honest();  // else the windows differ by what idle does
  }
}

}  // namespace
}  // namespace hil::energy
