// SPDX-License-Identifier: Apache-2.0
// Every kind of energy record, computed again from its trace's file: the same to the last digit.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/measure/energy/energy_figures.hpp"
#include "host/report/energy_json.hpp"
#include "host/report/json_record.hpp"
#include "tests/host/measure/energy/known_runs.hpp"

namespace hil::measure {
namespace {

using energy::TraceFile;
using energy::WindowKind;
using nlohmann::json;
using testing::Bench;
using testing::facts_of;
using testing::kIdle;
using testing::kWork;

/// As `hilbench energy recompute` compares: what is in the record's text against what its trace's
/// bytes give. Returns the record's energy.
results::Energy expect_the_same_again(const TraceFile& file) {
  const auto first = compute_energy(file);
  EXPECT_TRUE(first.ok()) << first.error().what;
  if (!first.ok()) return {};
  results::Record record;
  record.energy = first->energy;
  const auto read = report::parse_record(report::json_text(record), "r.json");
  EXPECT_TRUE(read.ok()) << read.error().what;
  const auto bytes = energy::pack_trace(file);
  EXPECT_TRUE(bytes.ok()) << bytes.error().what;
  const auto back = energy::unpack_trace(*bytes);
  EXPECT_TRUE(back.ok()) << back.error().what;
  const auto again = compute_energy(*back);
  EXPECT_TRUE(again.ok()) << again.error().what;
  const json was = json::parse(report::energy_json(*read->energy).dump());
  const json now = json::parse(report::energy_json(again->energy).dump());
  EXPECT_EQ(was, now) << json::diff(was, now).dump(2);
  return first->energy;
}

/// Idle and work in turn, from @p at on; returns where they end.
double add_figures(Bench& bench, double at, int windows) {
  for (int w = 0; w < windows; ++w) {
    bench.window(WindowKind::kIdle, at, at + 0.01, 0, 0);
    bench.window(WindowKind::kInference, at + 0.015, at + 0.03, 3,
                 kWork * (1 + 3e-3 * bench.draws.normal()));
    at += 0.035;
  }
  return at;
}

std::uint32_t count_of(int number) {
  return static_cast<std::uint32_t>(number);
}

TraceFile logic_run(int windows) {
  Bench bench(0.05 + 0.04 * windows, 20'000, 11);
  add_figures(bench, 0.02, windows);
  return bench.file(facts_of(
      bench, energy::Alignment::kLogic,
      {{WindowUse::kFigures, 2 * count_of(windows), 0, 0, 1'000 + 800 * count_of(windows)}}));
}

TEST(EnergyAgain, FiguresOfFewWindows) {
  const auto energy = expect_the_same_again(logic_run(5));
  ASSERT_TRUE(energy.gross_uj && energy.net_uj && energy.charge_uc);
  EXPECT_FALSE(energy.gross_uj->bootstrap);
}

TEST(EnergyAgain, FiguresOfManyWindowsWithTheirBootstrap) {
  const auto energy = expect_the_same_again(logic_run(12));
  ASSERT_TRUE(energy.gross_uj && energy.net_uj && energy.charge_uc);
  for (const auto& figure : {energy.gross_uj, energy.net_uj, energy.charge_uc}) {
    ASSERT_TRUE(figure->bootstrap);
    EXPECT_LE(figure->bootstrap->low, figure->value);
    EXPECT_GE(figure->bootstrap->high, figure->value);
    EXPECT_LT(figure->bootstrap->low, figure->bootstrap->high);
  }
}

TEST(EnergyAgain, LostAndSaturatedSamplesAndRangeSwitches) {
  TraceFile file = logic_run(8);
  auto& flags = file.trace.flags;
  for (std::size_t k = 3'000; k < 3'040; ++k)
    flags[k] |= k < 3'020 ? energy::flag::kGap : energy::flag::kInvalid;
  flags[4'200] |= energy::flag::kSaturated;
  for (std::size_t k = 5; k < flags.size(); k += 700)
    flags[k] |= energy::flag::kRangeSwitch;
  file.trace.events.push_back({3'000, "loss", "20 samples"});
  const auto energy = expect_the_same_again(file);
  std::size_t rejected = 0;
  for (const results::EnergyWindow& window : energy.windows)
    rejected += window.rejected.empty() ? 0U : 1U;
  EXPECT_GE(rejected, 1U);
  EXPECT_GT(energy.gross_uj->parts.range_switches, 0);
}

TEST(EnergyAgain, ChargeAloneWithoutAVoltage) {
  TraceFile file = logic_run(6);
  file.trace.supply = {};
  const auto energy = expect_the_same_again(file);
  EXPECT_FALSE(energy.gross_uj);
  EXPECT_TRUE(energy.charge_uc);
}

TEST(EnergyAgain, RailsOfPowerAndOfMeasuredVoltage) {
  TraceFile file = logic_run(6);
  energy::Rail& main = file.trace.rails[0];
  for (std::size_t k = 0; k < main.values.size(); ++k)
    main.volts.push_back(3.3F + 0.01F * static_cast<float>(k % 7));
  energy::Rail core{"core", energy::Quantity::kPower, main.values, {}, true};
  energy::Rail io{"io", energy::Quantity::kPower, main.values, {}, false};
  file.trace.rails.push_back(core);
  file.trace.rails.push_back(io);
  file.trace.supply = {energy::VoltageSource::kMeasured, 0, 1e-3};
  const auto energy = expect_the_same_again(file);
  EXPECT_EQ(energy.rails.size(), 3U);
  EXPECT_FALSE(energy.charge_uc) << "a rail of power has none";
}

TEST(EnergyAgain, PhasesOperatorsAndAPeriod) {
  Bench bench(2.5, 20'000, 12);
  double at = add_figures(bench, 0.05, 10) + 0.03;
  const auto sample = [&] { return static_cast<std::uint64_t>((at - 0.015) * 20'000); };
  const std::uint64_t figures = sample();
  for (const WindowKind kind : {WindowKind::kIdle, WindowKind::kPreProcess, WindowKind::kInference,
                                WindowKind::kPostProcess, WindowKind::kTransfer}) {
    const bool idle = kind == WindowKind::kIdle;
    bench.window(kind, at, at + 0.02, idle ? 0 : 7, idle ? 0 : kWork / 3);
    at += 0.03;
  }
  at += 0.03;
  const std::uint64_t phases = sample();
  for (int w = 0; w < 6; ++w) {
    const double length = w % 2 == 0 ? 0.02 : 0.035;
    bench.window(WindowKind::kInference, at, at + length, 2, kWork);
    at += length + 0.01;
  }
  at += 0.03;
  const std::uint64_t layers = sample();
  for (int w = 0; w < 11; ++w) {
    bench.window(WindowKind::kInference, at, at + 0.005, 1, kWork);
    at += 0.1;
  }
  EnergyFacts facts = facts_of(bench, energy::Alignment::kLogic,
                               {{WindowUse::kFigures, 20, 0, 0, figures},
                                {WindowUse::kPhase, 5, 0, 0, phases},
                                {WindowUse::kLayer, 6, 0, 2, layers},
                                {WindowUse::kDuty, 11, 0, 0, 50'000}});
  facts.layers = {{"base", 1}, {"0 CONV_2D int8", 4}};
  facts.period_s = 0.1;
  facts.cell_mah = 1.0 / 3;
  facts.cell_volts = 3;
  const auto energy = expect_the_same_again(bench.file(facts));
  EXPECT_EQ(energy.phases.size(), 5U);
  ASSERT_EQ(energy.layers.size(), 1U);
  ASSERT_TRUE(energy.duty);
  EXPECT_TRUE(energy.duty->battery_hours);
  EXPECT_TRUE(energy.duty->average_uw.bootstrap) << "ten periods";
  EXPECT_FALSE(energy.layers[0].gross_uj.bootstrap) << "a difference of medians";
}

TEST(EnergyAgain, TracePattern) {
  constexpr double kStep = 0.01;
  Bench bench(1.2, 20'000, 13);
  const double lead = 0.0412345;
  bench.pattern(lead, kStep);
  const double trail = add_figures(bench, lead + kSyncSteps * kStep + 0.02, 12) + 0.02;
  bench.pattern(trail, kStep);
  EnergyFacts facts =
      facts_of(bench, energy::Alignment::kTracePattern, {{WindowUse::kFigures, 24, 0, 0, 0}});
  facts.marks = {bench.tick_hz(), bench.tick_hz() / 100, bench.ticks(lead), bench.ticks(trail)};
  const auto energy = expect_the_same_again(bench.file(facts));
  EXPECT_EQ(energy.alignment.method, "trace-pattern");
  EXPECT_TRUE(energy.gross_uj && energy.gross_uj->bootstrap);
}

TEST(EnergyAgain, HostClock) {
  Bench bench(32, 500, 14);
  bench.window(WindowKind::kIdle, 1, 5, 0, 0);
  bench.window(WindowKind::kInference, 6, 18, 480, kWork);
  bench.window(WindowKind::kIdle, 19, 23, 0, 0);
  EnergyFacts facts =
      facts_of(bench, energy::Alignment::kHostClock, {{WindowUse::kFigures, 3, 0, 0, 0}});
  facts.anchors = {{bench.ticks(0.5), 0.5 + 1e-3 / 3, 2e-3}, {bench.ticks(31), 31, 1.7e-3}};
  const auto energy = expect_the_same_again(bench.file(facts));
  EXPECT_EQ(energy.alignment.method, "host-clock");
  EXPECT_TRUE(energy.net_uj);
}

TEST(EnergyAgain, CounterOnTheBoard) {
  EnergyFacts facts;
  facts.alignment = energy::Alignment::kCounter;
  facts.idle_mode = "stop";
  facts.tick_hz = 1'000'000;
  facts.groups = {{WindowUse::kFigures, 25, 0, 0, 0}};
  facts.counter.emplace();
  facts.counter->scale = {1.0 / 3e6, 1.0 / 7e6, 1.0 / 1850};
  TraceFile file;
  file.trace.rate_hz = 1;
  file.trace.meter.kind = "ina228";
  file.trace.accuracy.steps = {{100, 0.01, 2e-5, 1.0 / 3e6}};
  file.trace.supply = {energy::VoltageSource::kMeasured, 3.3, 1e-3};
  std::uint64_t energy = (std::uint64_t{1} << 40) - 100;  // wraps
  std::uint64_t ticks = 5'000'000'000;
  for (std::uint32_t w = 0; w < 25; ++w) {
    const bool idle = w % 2 == 0;
    const session::EnergyCounterReading before{ticks, 300, energy % (std::uint64_t{1} << 40), w};
    energy += idle ? 12'000 : 130'000 + 37 * w;
    const session::EnergyCounterReading behind{ticks + 1'001'000, 310,
                                               energy % (std::uint64_t{1} << 40), w + 900};
    facts.counter->windows.push_back({before, behind});
    file.device_windows.push_back({ticks + 500, ticks + 1'000'500, idle ? 0U : 25U,
                                   idle ? WindowKind::kIdle : WindowKind::kInference});
    ticks += 1'100'000;
  }
  facts.counter->windows[3].behind.reset();
  file.options = to_options(facts);
  const auto figures = expect_the_same_again(file);
  EXPECT_EQ(figures.alignment.method, "counter");
  EXPECT_EQ(figures.windows[3].rejected, "the counter on the board did not answer");
  ASSERT_TRUE(figures.net_uj && figures.net_uj->bootstrap);
}

}  // namespace
}  // namespace hil::measure
