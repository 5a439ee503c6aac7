// SPDX-License-Identifier: Apache-2.0
// Stated uncertainties of whole runs against the truth, for each way of finding windows and for
// what is made of them: operators, a period, readings of a counter.
#include <gtest/gtest.h>

#include <vector>

#include "host/measure/energy/energy_figures.hpp"
#include "tests/host/energy/coverage.hpp"
#include "tests/host/measure/energy/known_runs.hpp"

namespace hil::measure {
namespace {

using energy::TraceFile;
using energy::WindowKind;
using energy::testing::Coverage;
using testing::Bench;
using testing::facts_of;
using testing::kIdle;
using testing::kWork;
using testing::MeterErrors;

constexpr int kRuns = 100;
/// The claim of the facts, section 12.9.
void expect_honest(const Coverage& coverage, const char* scenario, const char* figure) {
  coverage.print(scenario, figure);
  EXPECT_GE(coverage.k2(), 90) << figure;
  EXPECT_GE(coverage.k1(), 58) << figure;
  EXPECT_LE(coverage.k2(), 99) << figure;
  EXPECT_LE(coverage.k1(), 78) << figure;
  EXPECT_LE(coverage.inflation(), 1.5) << figure;
}

results::Energy computed(const TraceFile& file) {
  auto result = compute_energy(file);
  EXPECT_TRUE(result.ok()) << result.error().what;
  return result.ok() ? result->energy : results::Energy();
}

/// Ten windows between two patterns; their work varies by 0.2 %.
TEST(EnergyCoverage, TracePattern) {
  Coverage gross;
  Coverage net;
  for (std::uint32_t seed = 0; seed < kRuns; ++seed) {
    constexpr double kStep = 0.01;
    Bench bench(1.4, 20'000, 100 + seed);
    const double lead = 0.04 + bench.draws.uniform(0, 1e-4);
    bench.pattern(lead, kStep);
    double at = lead + kSyncSteps * kStep + 0.01;
    bench.window(WindowKind::kIdle, at, at + 0.03, 0, 0);
    for (int w = 0; w < 10; ++w) {
      at += 0.04;
      bench.window(WindowKind::kInference, at, at + 0.03, 10,
                   kWork * (1 + 2e-3 * bench.draws.normal()));
      at += 0.04;
      bench.window(WindowKind::kIdle, at, at + 0.03, 0, 0);
    }
    const double trail = at + 0.05;
    bench.pattern(trail, kStep);
    EnergyFacts facts =
        facts_of(bench, energy::Alignment::kTracePattern, {{WindowUse::kFigures, 21, 0, 0, 0}});
    facts.marks = {bench.tick_hz(), bench.tick_hz() / 100, bench.ticks(lead), bench.ticks(trail)};
    const results::Energy energy = computed(bench.file(facts));
    ASSERT_TRUE(energy.gross_uj && energy.net_uj);
    gross.add(*energy.gross_uj, bench.uj(kWork + kIdle, 0.003));
    net.add(*energy.net_uj, bench.uj(kWork, 0.003));
  }
  expect_honest(gross, "trace-pattern", "gross");
  expect_honest(net, "trace-pattern", "net");
}

/// Three windows of 12 s, anchors 2 ms wrong.
Coverage host_clock(const char* name, MeterErrors errors, double spread) {
  Coverage gross;
  for (std::uint32_t seed = 0; seed < kRuns; ++seed) {
    Bench bench(60, 1000, 300 + seed, errors);
    double at = 1;
    bench.window(WindowKind::kIdle, at, at + 4, 0, 0);
    for (int w = 0; w < 3; ++w) {
      at += 5;
      bench.window(WindowKind::kInference, at, at + 12, 480,
                   kWork * (1 + spread * bench.draws.normal()));
      at += 13;
      bench.window(WindowKind::kIdle, at, at + 4, 0, 0);
    }
    EnergyFacts facts =
        facts_of(bench, energy::Alignment::kHostClock, {{WindowUse::kFigures, 7, 0, 0, 0}});
    for (const double when : {0.5, 59.0})
      facts.anchors.push_back({bench.ticks(when), when + 2e-3 * bench.draws.normal(), 2e-3});
    const results::Energy energy = computed(bench.file(facts));
    if (energy.gross_uj) gross.add(*energy.gross_uj, bench.uj(kWork + kIdle, 0.025));
  }
  std::printf("%s\n", name);
  return gross;
}

TEST(EnergyCoverage, HostClock) {
  const Coverage gross = host_clock("host-clock", {}, 2e-3);
  ASSERT_EQ(gross.runs(), kRuns);
  expect_honest(gross, "host-clock", "gross");
}

TEST(EnergyCoverage, HostClockAlone) {
  const Coverage gross = host_clock("host-clock, no meter", {0, 0, 0, 0, 30e-6}, 0);
  ASSERT_EQ(gross.runs(), kRuns);
  expect_honest(gross, "host-clock alone", "gross");
}

/// Operators: a base, and one operator of 2 ms repeated five times, five windows of each.
TEST(EnergyCoverage, Operators) {
  Coverage layers;
  for (std::uint32_t seed = 0; seed < kRuns; ++seed) {
    Bench bench(1.6, 20'000, 500 + seed);
    const auto vary = [&] { return 1 + 2e-3 * bench.draws.normal(); };
    double at = 0.05 + bench.draws.uniform(0, 1e-4);
    for (int w = 0; w < 2; ++w) {
      bench.window(WindowKind::kIdle, at, at + 0.02, 0, 0);
      bench.window(WindowKind::kInference, at + 0.03, at + 0.05, 2, kWork * vary());
      at += 0.06;
    }
    const auto figures_end = static_cast<std::uint64_t>((at + 0.01) * 20'000);
    at += 0.02;
    for (int w = 0; w < 5; ++w) {
      bench.window(WindowKind::kInference, at, at + 0.04, 2, kWork * vary());
      at += 0.05;
      const double repeated = 0.04 + 2 * 4 * 0.002;
      bench.window(WindowKind::kInference, at, at + repeated, 2, kWork * vary());
      at += repeated + 0.01;
    }
    EnergyFacts facts = facts_of(
        bench, energy::Alignment::kLogic,
        {{WindowUse::kFigures, 4, 0, 0, figures_end}, {WindowUse::kLayer, 10, 0, 2, 32'000}});
    facts.layers = {{"base", 1}, {"1 CONV_2D int8", 5}};
    const results::Energy energy = computed(bench.file(facts));
    ASSERT_EQ(energy.layers.size(), 1U);
    layers.add(energy.layers[0].gross_uj, bench.uj(kWork + kIdle, 0.002));
  }
  // Five windows of each know their own spread badly: more is said than needed, not less.
  layers.print("operators", "gross");
  EXPECT_GE(layers.k2(), 90);
  EXPECT_GE(layers.k1(), 58);
  EXPECT_LE(layers.k2(), 99);
  EXPECT_LE(layers.k1(), 85);
  EXPECT_LE(layers.inflation(), 1.5);
}

/// One inference of 6 ms a tenth of a second, idle between.
TEST(EnergyCoverage, Period) {
  Coverage average;
  for (std::uint32_t seed = 0; seed < kRuns; ++seed) {
    Bench bench(1.5, 20'000, 700 + seed);
    const double first = 0.05 + bench.draws.uniform(0, 1e-4);
    bench.window(WindowKind::kIdle, first, first + 0.02, 0, 0);
    bench.window(WindowKind::kInference, first + 0.03, first + 0.05, 2, kWork);
    for (int w = 0; w < 12; ++w) {
      const double at = 0.2 + 0.1 * w;
      bench.window(WindowKind::kInference, at, at + 0.006, 1,
                   kWork * (1 + 5e-3 * bench.draws.normal()));
    }
    EnergyFacts facts =
        facts_of(bench, energy::Alignment::kLogic,
                 {{WindowUse::kFigures, 2, 0, 0, 3'000}, {WindowUse::kDuty, 12, 0, 0, 30'000}});
    facts.period_s = 0.1;
    facts.cell_mah = 100;
    facts.cell_volts = 3;
    const results::Energy energy = computed(bench.file(facts));
    ASSERT_TRUE(energy.duty);
    average.add(energy.duty->average_uw, bench.uw(kIdle + kWork * 0.06));
    EXPECT_NEAR(*energy.duty->battery_hours * energy.duty->average_uw.value, 300e3, 1);
  }
  expect_honest(average, "period", "average");
}

}  // namespace
}  // namespace hil::measure
