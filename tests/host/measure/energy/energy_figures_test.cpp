// SPDX-License-Identifier: Apache-2.0
// From traces of known truth to figures: several runs, parts, facts as text, hostile files.
#include "host/measure/energy/energy_figures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/energy/ppk2/hidden_loss.hpp"
#include "host/measure/energy/energy_facts.hpp"
#include "tests/host/energy/synthetic_trace.hpp"

namespace hil::measure {
namespace {

using energy::DeviceWindow;
using energy::TraceFile;
using energy::WindowKind;
using energy::testing::SyntheticTrace;
using ::testing::HasSubstr;

constexpr double kVolts = 3.0;
constexpr double kIdle = 0.001;
constexpr std::uint64_t kTickHz = 1'000'000;

/// Work on a trace: windows of a level each, region on D0, toggles on D1.
class Bench {
 public:
  explicit Bench(double seconds) : trace_(seconds) { trace_.idle(kIdle); }

  void window(WindowKind kind, double begin, double end, std::uint32_t inferences, double amps) {
    trace_.pulse(0, begin, end);
    if (amps > 0) trace_.rectangle(begin, end, amps);
    for (std::uint32_t i = 0; i < inferences; ++i)
      trace_.toggle(1, begin + (end - begin) * (i + 0.25) / inferences);
    const auto ticks = [&](double at) {
      return static_cast<std::uint64_t>((at + clock_jump_) * kTickHz) + 12'345'678;
    };
    windows_.push_back({ticks(begin), ticks(end), inferences, kind});
  }
  /// Samples that nobody has noticed to be lost.
  void lose(std::uint64_t first, std::uint64_t samples) { trace_.dropped(first, samples); }
  /// The device's clock stands still or runs ahead between two runs.
  void jump(double seconds) { clock_jump_ += seconds; }

  TraceFile file(const EnergyFacts& facts) const {
    TraceFile file;
    file.trace = trace_.make();
    file.trace.supply = {energy::VoltageSource::kSet, kVolts, 0};
    file.device_windows = windows_;
    file.options = to_options(facts);
    return file;
  }

 private:
  SyntheticTrace trace_;
  std::vector<DeviceWindow> windows_;
  double clock_jump_ = 0;
};

EnergyFacts facts_of(std::vector<WindowGroup> groups) {
  EnergyFacts facts;
  facts.idle_mode = "wait";
  facts.tick_hz = kTickHz;
  facts.toggle = energy::LogicInput{1};
  facts.groups = std::move(groups);
  return facts;
}

/// Idle and inference in turn: four inferences of 20 mW s / 4 in each window.
void add_figures(Bench& bench, double from) {
  for (int i = 0; i < 4; ++i) {
    const double at = from + 0.05 * i;
    bench.window(WindowKind::kIdle, at, at + 0.02, 0, 0);
    bench.window(WindowKind::kInference, at + 0.0251, at + 0.0451, 4, 0.01);
  }
}

TEST(EnergyFigures, AreThoseOfTheTrace) {
  Bench bench(0.3);
  add_figures(bench, 0.05);
  const TraceFile file = bench.file(facts_of({{WindowUse::kFigures, 8, 0, 0, 30'000}}));
  const auto computed = compute_energy(file);
  ASSERT_TRUE(computed.ok()) << computed.error().what;
  const results::Energy& energy = computed->energy;
  const double net_uj = 0.01 * kVolts * 0.02 / 4 * 1e6;
  const double gross_uj = (0.01 + kIdle) * kVolts * 0.02 / 4 * 1e6;
  EXPECT_NEAR(energy.gross_uj->value, gross_uj, 1e-3 * gross_uj);
  EXPECT_NEAR(energy.net_uj->value, net_uj, 1e-3 * net_uj);
  EXPECT_NEAR(energy.charge_uc->value, gross_uj / kVolts, 1e-3 * gross_uj / kVolts);
  EXPECT_EQ(energy.idle->mode, "wait");
  EXPECT_NEAR(energy.idle->watts, kIdle * kVolts, 1e-4 * kIdle * kVolts);
  EXPECT_EQ(energy.alignment.method, "logic");
  EXPECT_EQ(computed->windows.size(), 8U);
  const auto metrics = energy_metrics(energy);
  ASSERT_EQ(metrics.size(), 3U);
  EXPECT_EQ(metrics[0].name, "energy_gross_uj");
  EXPECT_EQ(metrics[0].interval->method, "k=2");
  EXPECT_EQ(metrics[0].uncertainty, energy.gross_uj->parts.combined());
  EXPECT_EQ(metrics[0].origin, results::Origin::kMeasured);
}

TEST(EnergyFigures, SeveralRunsAreCutEachByItself) {
  Bench bench(0.8);
  add_figures(bench, 0.05);
  bench.jump(123.456);  // between runs the device's clock and the meter's may part
  add_figures(bench, 0.45);
  const TraceFile file = bench.file(
      facts_of({{WindowUse::kFigures, 8, 0, 0, 35'000}, {WindowUse::kFigures, 8, 0, 0, 80'000}}));
  const auto computed = compute_energy(file);
  ASSERT_TRUE(computed.ok()) << computed.error().what;
  EXPECT_EQ(computed->windows.size(), 16U);
  EXPECT_NEAR(computed->windows[9].begin, 47'510, 1);
  EXPECT_EQ(computed->energy.alignment.edges, 32U);
  const double gross_uj = (0.01 + kIdle) * kVolts * 0.02 / 4 * 1e6;
  EXPECT_NEAR(computed->energy.gross_uj->value, gross_uj, 1e-3 * gross_uj);
}

/// Two runs with a loss that shows only when all is over: where runs end was counted without it.
TraceFile with_hidden_loss(std::uint64_t first, std::uint64_t samples) {
  Bench bench(0.8);
  add_figures(bench, 0.05);
  bench.jump(12.5);
  add_figures(bench, 0.45);
  bench.lose(first, samples);
  TraceFile file = bench.file(facts_of({{WindowUse::kFigures, 8, 0, 0, 44'000 - samples},
                                        {WindowUse::kFigures, 8, 0, 0, 80'000 - samples}}));
  energy::ppk2::insert_hidden_losses({{first - 500, first + 500, samples}}, file.trace);
  return file;
}

TEST(EnergyFigures, ALossBetweenRunsMovesNoWindowOutOfItsRun) {
  for (const std::uint64_t samples : {64u, 128u, 6'400u, 12'800u}) {
    const auto computed = compute_energy(with_hidden_loss(27'000, samples));
    ASSERT_TRUE(computed.ok()) << samples << ": " << computed.error().what;
    ASSERT_EQ(computed->windows.size(), 16U);
    for (const energy::Window& window : computed->windows)
      EXPECT_EQ(window.rejected, "") << samples;
    EXPECT_NEAR(computed->windows[1].begin, 7'510, 1);
    EXPECT_NEAR(computed->windows[9].begin, 47'510, 1) << "the time axis is right behind it";
    const double gross_uj = (0.01 + kIdle) * kVolts * 0.02 / 4 * 1e6;
    EXPECT_NEAR(computed->energy.gross_uj->value, gross_uj, 1e-3 * gross_uj);
  }
}

TEST(EnergyFigures, ALossInARunSpoilsTheWindowsNearItAlone) {
  const auto computed = compute_energy(with_hidden_loss(13'500, 6'400));
  ASSERT_TRUE(computed.ok()) << computed.error().what;
  ASSERT_EQ(computed->windows.size(), 16U);
  std::size_t counting = 0;
  for (std::size_t w = 0; w < 16; ++w) {
    const energy::Window& window = computed->windows[w];
    if (window.rejected.empty()) ++counting;
    if (w >= 8) {
      EXPECT_EQ(window.rejected, "") << w;
    }
  }
  EXPECT_LT(counting, 16U);
  const double gross_uj = (0.01 + kIdle) * kVolts * 0.02 / 4 * 1e6;
  EXPECT_NEAR(computed->energy.gross_uj->value, gross_uj, 1e-3 * gross_uj);
}

TEST(EnergyFigures, TheSameFileGivesTheSameBits) {
  Bench bench(0.3);
  add_figures(bench, 0.05);
  const TraceFile file = bench.file(facts_of({{WindowUse::kFigures, 8, 0, 0, 30'000}}));
  const auto bytes = energy::pack_trace(file);
  ASSERT_TRUE(bytes.ok()) << bytes.error().what;
  const auto back = energy::unpack_trace(*bytes);
  ASSERT_TRUE(back.ok()) << back.error().what;
  const auto first = compute_energy(file);
  const auto again = compute_energy(*back);
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(first->energy.gross_uj->value, again->energy.gross_uj->value);
  EXPECT_EQ(first->energy.net_uj->parts.combined(), again->energy.net_uj->parts.combined());
  EXPECT_EQ(*first->energy.alignment.ppm, *again->energy.alignment.ppm);
}

TEST(EnergyParts, PhasesOperatorsAndDuty) {
  Bench bench(2);
  add_figures(bench, 0.05);
  // Phases: idle, and an input written 10 times.
  bench.window(WindowKind::kIdle, 0.3, 0.32, 0, 0);
  bench.window(WindowKind::kPreProcess, 0.325, 0.345, 10, 0.005);
  // Operators: a base, and windows in which one operator of 2 ms at 10 mA runs three times more.
  for (int i = 0; i < 3; ++i) {
    const double at = 0.4 + 0.08 * i;
    bench.window(WindowKind::kInference, at, at + 0.02, 4, 0.01);
    bench.window(WindowKind::kInference, at + 0.025, at + 0.025 + 0.02 + 4 * 3 * 0.0015, 4, 0.01);
  }
  // A period of 200 ms with one inference of 5 ms at 10 mA.
  for (int i = 0; i < 4; ++i) {
    const double at = 0.7 + 0.2 * i;
    bench.window(WindowKind::kLoadAndInference, at, at + 0.005, 1, 0.01);
  }
  EnergyFacts facts = facts_of({{WindowUse::kFigures, 8, 0, 0, 28'000},
                                {WindowUse::kPhase, 2, 0, 0, 38'000},
                                {WindowUse::kLayer, 6, 0, 2, 68'000},
                                {WindowUse::kDuty, 4, 0, 0, 200'000}});
  facts.layers = {{"base", 1}, {"3 CONV_2D int8", 4}};
  facts.period_s = 0.2;
  facts.cell_mah = 100;
  facts.cell_volts = 3;
  const auto computed = compute_energy(bench.file(facts));
  ASSERT_TRUE(computed.ok()) << computed.error().what;
  const results::Energy& energy = computed->energy;
  ASSERT_EQ(energy.phases.size(), 2U);
  EXPECT_EQ(energy.phases[0].name, "idle, one second");
  EXPECT_NEAR(energy.phases[0].gross_uj.value, kIdle * kVolts * 1e6, 1);
  EXPECT_EQ(energy.phases[1].name, "pre-process");
  const double load_uj = (0.005 + kIdle) * kVolts * 0.002 * 1e6;
  EXPECT_NEAR(energy.phases[1].gross_uj.value, load_uj, 2e-3 * load_uj);
  ASSERT_EQ(energy.layers.size(), 1U);
  EXPECT_EQ(energy.layers[0].name, "3 CONV_2D int8");
  const double layer_uj = (0.01 + kIdle) * kVolts * 0.0015 * 1e6;
  EXPECT_NEAR(energy.layers[0].gross_uj.value, layer_uj, 3e-3 * layer_uj);
  EXPECT_NEAR(*energy.layers[0].seconds, 0.0015, 1e-5);
  ASSERT_TRUE(energy.duty);
  const double mean_uw = kVolts * (kIdle + 0.01 * 0.005 / 0.2) * 1e6;
  EXPECT_NEAR(energy.duty->average_uw.value, mean_uw, 2e-3 * mean_uw);
  EXPECT_NEAR(*energy.duty->battery_hours, 0.1 * 3 / (energy.duty->average_uw.value * 1e-6), 1e-6);
}

TEST(EnergyFigures, AWindowWithoutItsEdgesIsAnError) {
  Bench bench(0.3);
  add_figures(bench, 0.05);
  TraceFile file = bench.file(facts_of({{WindowUse::kFigures, 8, 0, 0, 30'000}}));
  for (std::uint8_t& levels : file.trace.logic)
    levels = 0;
  const auto computed = compute_energy(file);
  ASSERT_FALSE(computed.ok());
  EXPECT_EQ(computed.error().blame, Blame::kLab);
}

TEST(EnergyFacts, ComeBackFromText) {
  EnergyFacts facts = facts_of({{WindowUse::kFigures, 41, 0, 0, 123'456'789'012},
                                {WindowUse::kLayer, 12, 0, 2, 223'456'789'012}});
  facts.region = {3, true};
  facts.kind = WindowKind::kLoadAndInference;
  facts.scope = "load+infer";
  facts.layers = {{"base", 1}, {"3 CONV_2D int8", 4}};
  facts.period_s = 0.1;
  facts.cell_mah = 1.0 / 3;
  facts.cell_volts = 3;
  const auto back = facts_from(to_options(facts));
  ASSERT_TRUE(back.ok()) << back.error().what;
  EXPECT_EQ(to_options(*back), to_options(facts));
  EXPECT_EQ(back->region, facts.region);
  EXPECT_EQ(back->cell_mah, facts.cell_mah);
  EXPECT_EQ(back->groups[1].layer_count, 2U);
  facts.alignment = energy::Alignment::kHostClock;
  facts.anchors = {{1, 0.1, 1e-3}, {18'446'744'073'709'551'615U, 1.0 / 3, 2e-3}};
  const auto clock = facts_from(to_options(facts));
  ASSERT_TRUE(clock.ok()) << clock.error().what;
  EXPECT_EQ(clock->anchors[1].ticks, facts.anchors[1].ticks);
  EXPECT_EQ(clock->anchors[1].trace_s, facts.anchors[1].trace_s);
  facts.alignment = energy::Alignment::kTracePattern;
  facts.marks = {kTickHz, 20, 30, 40};
  const auto marks = facts_from(to_options(facts));
  ASSERT_TRUE(marks.ok()) << marks.error().what;
  EXPECT_EQ(marks->marks.trail_ticks, 40U);
}

TEST(EnergyFacts, WhatMakesNoSenseIsNamed) {
  const auto options = to_options(facts_of({{WindowUse::kFigures, 8, 0, 0, 30'000}}));
  const auto what = [&](const char* name, const char* text) {
    auto changed = options;
    changed[name] = text;
    const auto facts = facts_from(changed);
    return facts.ok() ? std::string("fine") : facts.error().what;
  };
  EXPECT_THAT(what("tick_hz", "0"), HasSubstr("'tick_hz'"));
  EXPECT_THAT(what("tick_hz", "12x"), HasSubstr("'tick_hz'"));
  EXPECT_THAT(what("alignment", "by eye"), HasSubstr("'alignment'"));
  EXPECT_THAT(what("kind", "idle"), HasSubstr("'kind'"));
  EXPECT_THAT(what("groups", "figures:8"), HasSubstr("'groups'"));
  EXPECT_THAT(what("groups", "figures:-8:0:0:1"), HasSubstr("'groups'"));
  EXPECT_THAT(what("groups", "layer:8:4294967295:4294967295:1"), HasSubstr("'layers'"));
  EXPECT_THAT(what("region", "8"), HasSubstr("'region'"));
  EXPECT_THAT(what("period_s", "nan"), HasSubstr("'period_s'"));
  auto none = options;
  none.erase("scope");
  EXPECT_THAT(facts_from(none).error().what, HasSubstr("'scope'"));
}

TEST(EnergyFacts, GroupsMustBeThoseOfTheWindows) {
  Bench bench(0.3);
  add_figures(bench, 0.05);
  const auto more = compute_energy(bench.file(facts_of({{WindowUse::kFigures, 9, 0, 0, 30'000}})));
  EXPECT_FALSE(more.ok());
  const auto beyond =
      compute_energy(bench.file(facts_of({{WindowUse::kFigures, 8, 0, 0, 30'001}})));
  EXPECT_FALSE(beyond.ok());
}

}  // namespace
}  // namespace hil::measure
