// SPDX-License-Identifier: Apache-2.0
// Windows from a counter's readings by the host's clock: against a known power, short, stuck, and
// from hostile files.
#include "host/measure/energy/host_counts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include "host/energy/window/host_cut.hpp"
#include "host/measure/energy/energy_figures.hpp"

namespace hil::measure {
namespace {

using energy::DeviceWindow;
using energy::TraceFile;
using energy::WindowKind;
using ::testing::HasSubstr;

constexpr std::uint64_t kTickHz = 1'000'000'000;
constexpr double kIdle_w = 2, kWork_w = 9;
constexpr double kRefresh_s = 1e-3;
constexpr std::uint64_t kFirstTick = 987'654'321;

/// Three idle and two working windows on a counter that is read ten times a second. Host time is
/// device time times (1 - ppm 1e-6), so that a positive ppm is a device that is fast.
struct Bench {
  double ppm = 0;
  double sigma_s = 1e-3;
  double work_s = 10.7, idle_s = 3.2;
  std::uint32_t inferences = 10'000;
  double counts_hz = 10;
  /// What the counter says at a second of the host; empty: kIdle_w and kWork_w, as it is refreshed.
  std::function<double(double)> joules_at{};

  [[nodiscard]] double begin_s(std::size_t window) const {
    const auto pairs = static_cast<double>(window / 2);
    return 0.6 + pairs * (idle_s + work_s + 1) + (window % 2 == 1 ? idle_s + 0.5 : 0);
  }
  [[nodiscard]] double end_s(std::size_t window) const {
    return begin_s(window) + (window % 2 == 1 ? work_s : idle_s);
  }
  [[nodiscard]] std::uint64_t ticks_at(double host_s) const {
    const double device_s = host_s * (1 + ppm * 1e-6);
    return kFirstTick + static_cast<std::uint64_t>(std::llround(device_s * kTickHz));
  }
  [[nodiscard]] double true_joules(double at_s) const {
    double joules = kIdle_w * at_s;
    for (const std::size_t window : {1U, 3U}) {
      const double inside = std::clamp(at_s - begin_s(window), 0.0, work_s);
      joules += (kWork_w - kIdle_w) * inside;
    }
    return joules;
  }

  [[nodiscard]] EnergyFacts facts() const {
    EnergyFacts facts;
    facts.alignment = energy::Alignment::kHostClock;
    facts.scope = "system";
    facts.idle_mode = "wait";
    facts.tick_hz = kTickHz;
    facts.groups = {{WindowUse::kFigures, 5, 0, 0, 0}};
    const double end = end_s(4) + 0.5;
    for (const double at : {0.2, end})
      facts.anchors.push_back({ticks_at(at), at, sigma_s});
    double moved_at = 0;
    for (int k = 0; k / counts_hz < end; ++k) {
      const double at = k / counts_hz + 3e-4;
      const double seen = std::floor(at / kRefresh_s) * kRefresh_s;
      const double joules = joules_at ? joules_at(at) : true_joules(seen);
      const bool moved = facts.counts.empty() || joules > facts.counts.back().joules;
      if (moved) moved_at = at;
      facts.counts.push_back({at, joules, kRefresh_s / std::sqrt(12.0), at - moved_at});
    }
    return facts;
  }
  [[nodiscard]] TraceFile file(const EnergyFacts& facts) const {
    TraceFile file;
    for (std::size_t w = 0; w < 5; ++w) {
      const bool works = w % 2 == 1;
      file.device_windows.push_back({ticks_at(begin_s(w)), ticks_at(end_s(w)),
                                     works ? inferences : 0,
                                     works ? WindowKind::kInference : WindowKind::kIdle});
    }
    file.trace.meter.kind = "powercap";
    file.trace.rate_hz = counts_hz;
    file.trace.accuracy.steps = {{0, 0.01, 0, 61e-6}};
    file.trace.rails = {power_between(facts.counts, counts_hz, "RAPL package-0")};
    file.trace.flags.assign(file.trace.rails[0].values.size(), 0);
    file.options = to_options(facts);
    return file;
  }
  [[nodiscard]] Result<ComputedEnergy> compute() const { return compute_energy(file(facts())); }
  [[nodiscard]] double each_uj() const { return kWork_w * work_s / inferences * 1e6; }
};

TEST(HostCounts, AreThePowerBetweenReadings) {
  const Bench bench;
  const auto computed = bench.compute();
  ASSERT_TRUE(computed.ok()) << computed.error().what;
  const results::Energy& energy = computed->energy;
  // A reading may be as old as the refresh: both ends together move by one of them at most.
  const double bound = 2 * kRefresh_s / 10 + 1e-6;
  EXPECT_NEAR(energy.gross_uj->value, bench.each_uj(), bound * bench.each_uj());
  const double net_uj = bench.each_uj() * (kWork_w - kIdle_w) / kWork_w;
  EXPECT_NEAR(energy.net_uj->value, net_uj, 2 * bound * net_uj);
  EXPECT_NEAR(energy.idle->watts, kIdle_w, 1e-3 * kIdle_w);
  // What the refresh makes of 3 s of idle is more than of 10 s of work, and counts.
  const double idle_w = kIdle_w * std::sqrt(2.0 / 12) * kRefresh_s / 3.1;
  EXPECT_GE(energy.idle->uncertainty_w, 0.9 * idle_w / std::sqrt(3.0));
  EXPECT_GE(energy.net_uj->parts.idle, 0.5 * idle_w * bench.work_s / bench.inferences * 1e6);
  EXPECT_EQ(energy.idle->windows, 3U);
  EXPECT_FALSE(energy.charge_uc) << "nobody counted it";
  EXPECT_EQ(energy.scope, "system");
  EXPECT_EQ(energy.alignment.method, "host-clock");
  EXPECT_GE(energy.alignment.sigma_s, 1e-3);
  EXPECT_LE(energy.alignment.sigma_s, 1.3e-3) << "what the rate may be off by, in between";
  EXPECT_NEAR(energy.alignment.error_share, std::sqrt(2.0 / 12) * kRefresh_s / 10.5, 2e-6);
  EXPECT_NEAR(*energy.alignment.ppm, 0, 1);
  EXPECT_NEAR(energy.gross_uj->parts.gain, 0.01 * energy.gross_uj->value, 1e-9);
  const double edges = energy.gross_uj->parts.edges / energy.gross_uj->value;
  EXPECT_LE(edges, energy.alignment.error_share);
}

TEST(HostCounts, WindowsLieBetweenGuardsAndInThePicture) {
  const Bench bench;
  const auto computed = bench.compute();
  ASSERT_TRUE(computed.ok()) << computed.error().what;
  ASSERT_EQ(computed->windows.size(), 5U);
  for (std::size_t w = 0; w < 5; ++w) {
    const results::EnergyWindow& row = computed->energy.windows[w];
    EXPECT_EQ(row.rejected, "");
    const double guard = energy::kGuardSigmas * bench.sigma_s;
    EXPECT_GE(row.begin_s, bench.begin_s(w) + guard);
    EXPECT_LE(row.begin_s, bench.begin_s(w) + guard + 2 / bench.counts_hz);
    EXPECT_LE(row.end_s, bench.end_s(w) - guard);
    EXPECT_GE(row.end_s, bench.end_s(w) - guard - 2 / bench.counts_hz);
    EXPECT_NEAR(computed->windows[w].begin, row.begin_s * bench.counts_hz, 1e-9);
    if (w % 2 == 0) continue;
    EXPECT_NEAR(row.end_s - row.begin_s, bench.work_s * row.inferences / bench.inferences, 1e-6)
        << "whole inferences";
  }
  // The picture: between two readings in the middle of a window the power is that of the window.
  const auto& values = bench.file(bench.facts()).trace.rails[0].values;
  EXPECT_NEAR(values.at(20), kIdle_w, 0.05);
  EXPECT_NEAR(values.at(90), kWork_w, 0.2);
}

TEST(HostCounts, TheReadingsThatAreKeptAreEnough) {
  Bench bench;
  bench.ppm = 180;
  const EnergyFacts all = bench.facts();
  const TraceFile file = bench.file(all);
  EnergyFacts few = all;
  const auto needed = needed_counts(file.device_windows, all);
  ASSERT_TRUE(needed.ok()) << needed.error().what;
  few.counts = *needed;
  EXPECT_LE(few.counts.size(), 5U * 5U);
  TraceFile thin = file;
  thin.options = to_options(few);
  const auto whole = compute_energy(file);
  const auto again = compute_energy(thin);
  ASSERT_TRUE(whole.ok() && again.ok());
  EXPECT_EQ(whole->energy.gross_uj->value, again->energy.gross_uj->value);
  EXPECT_EQ(whole->energy.net_uj->parts.combined(), again->energy.net_uj->parts.combined());
  ASSERT_EQ(whole->energy.windows.size(), again->energy.windows.size());
  for (std::size_t w = 0; w < whole->energy.windows.size(); ++w) {
    EXPECT_EQ(whole->energy.windows[w].energy_uj, again->energy.windows[w].energy_uj);
    EXPECT_EQ(whole->energy.windows[w].rejected, again->energy.windows[w].rejected);
  }
}

TEST(HostCounts, ADeviceThatIsFastIsFoundOut) {
  Bench bench;
  bench.ppm = 237;
  bench.sigma_s = 1e-5;
  const auto computed = bench.compute();
  ASSERT_TRUE(computed.ok()) << computed.error().what;
  EXPECT_NEAR(*computed->energy.alignment.ppm, 237, 1);
  EXPECT_NEAR(computed->energy.gross_uj->value, bench.each_uj(), 3e-4 * bench.each_uj());
}

TEST(HostCounts, OfLongInferencesOnlyWholeOnes) {
  Bench bench;
  bench.work_s = 14;
  bench.inferences = 7;
  const auto computed = bench.compute();
  ASSERT_TRUE(computed.ok()) << computed.error().what;
  EXPECT_EQ(computed->energy.windows[1].inferences, 6U);
  EXPECT_NEAR(computed->energy.windows[1].end_s - computed->energy.windows[1].begin_s, 12, 1e-6);
  EXPECT_NEAR(computed->energy.gross_uj->value, bench.each_uj(), 1e-3 * bench.each_uj());
  bench.inferences = 1;
  const auto none = bench.compute();
  ASSERT_FALSE(none.ok());
  EXPECT_THAT(none.error().what, HasSubstr("it has no whole inference between its guards"));
}

TEST(HostCounts, LessThanTenSecondsDoNotCount) {
  Bench bench;
  bench.work_s = 10.05;
  const auto refused = bench.compute();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().blame, Blame::kLab);
  EXPECT_THAT(refused.error().what,
              HasSubstr("9.900 s of its 10.050 s lie between readings and guards; the host's clock "
                        "needs 10 s"));
  bench.work_s = 10.7;
  bench.idle_s = 2.05;
  const auto gross = bench.compute();
  ASSERT_TRUE(gross.ok()) << gross.error().what;
  EXPECT_FALSE(gross->energy.net_uj) << "idle was too short";
  EXPECT_THAT(gross->energy.windows[0].rejected, HasSubstr("the host's clock needs 2 s"));
}

TEST(HostCounts, ALongerUncertaintyMakesLongerGuards) {
  Bench bench;
  bench.sigma_s = 0.15;
  const auto refused = bench.compute();
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().what, HasSubstr("the host's clock needs 10 s"));
  bench.work_s = 12;
  bench.idle_s = 4;
  const auto computed = bench.compute();
  ASSERT_TRUE(computed.ok()) << computed.error().what;
  EXPECT_GE(computed->energy.windows[1].begin_s, bench.begin_s(1) + 3 * 0.15);
  EXPECT_GE(computed->energy.alignment.sigma_s, 0.15);
}

TEST(HostCounts, ACounterThatStandsStillIsNoZeroEnergy) {
  Bench bench;
  bench.joules_at = [](double) { return 5.0; };
  const auto stuck = bench.compute();
  ASSERT_FALSE(stuck.ok());
  EXPECT_EQ(stuck.error().blame, Blame::kLab);
  EXPECT_THAT(stuck.error().what, HasSubstr("the counter stood still for 10."));
  // For two seconds in the first window alone.
  bench.joules_at = [&bench](double at) {
    const double still = bench.begin_s(1) + 4;
    return bench.true_joules(at > still && at < still + 2 ? still : at);
  };
  const EnergyFacts facts = bench.facts();
  EnergyFacts few = facts;
  few.counts = *needed_counts(bench.file(facts).device_windows, facts);
  for (const EnergyFacts& told : {facts, few}) {
    const auto computed = compute_energy(bench.file(told));
    ASSERT_TRUE(computed.ok()) << computed.error().what;
    EXPECT_THAT(computed->energy.windows[1].rejected, HasSubstr("stood still for 1.9 s in it"));
    EXPECT_EQ(computed->energy.windows[3].rejected, "");
  }
}

TEST(HostCounts, WhatWasNotReadIsSaid) {
  Bench bench;
  EnergyFacts facts = bench.facts();
  const auto inside = [&bench](const HostCount& count) {
    return count.at_s > bench.begin_s(1) && count.at_s < bench.end_s(1);
  };
  facts.counts.erase(std::remove_if(facts.counts.begin(), facts.counts.end(), inside),
                     facts.counts.end());
  const auto computed = compute_energy(bench.file(facts));
  ASSERT_TRUE(computed.ok()) << computed.error().what;
  EXPECT_EQ(computed->energy.windows[1].rejected,
            "the counter was not read twice between its guards");
  EXPECT_NEAR(computed->energy.gross_uj->value, bench.each_uj(), 1e-3 * bench.each_uj());
}

TEST(HostCounts, ReadingsInTheFileThatCannotBe) {
  const Bench bench;
  const EnergyFacts good = bench.facts();
  const auto blame = [&](const std::function<void(EnergyFacts&)>& spoil) {
    EnergyFacts facts = good;
    spoil(facts);
    const auto computed = compute_energy(bench.file(facts));
    return computed.ok() ? std::optional<Blame>() : computed.error().blame;
  };
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInf = std::numeric_limits<double>::infinity();
  EXPECT_EQ(blame([](EnergyFacts& f) { f.counts[7].joules = kNan; }), Blame::kUser);
  EXPECT_EQ(blame([](EnergyFacts& f) { f.counts[7].joules = -1e9; }), Blame::kUser);
  EXPECT_EQ(blame([](EnergyFacts& f) { f.counts[7].at_s = f.counts[6].at_s; }), Blame::kUser);
  EXPECT_EQ(blame([](EnergyFacts& f) { f.counts[7].at_s = kInf; }), Blame::kUser);
  EXPECT_EQ(blame([](EnergyFacts& f) { f.counts[7].still_s = kNan; }), Blame::kUser);
  EXPECT_EQ(blame([](EnergyFacts& f) { f.counts[7].sigma_s = -1; }), Blame::kUser);
  EXPECT_EQ(blame([](EnergyFacts& f) { f.anchors[0].sigma_s = 0; }), Blame::kUser);
  EXPECT_EQ(blame([](EnergyFacts& f) { f.anchors[1].trace_s = kNan; }), Blame::kUser);
  EXPECT_EQ(blame([](EnergyFacts& f) { f.anchors.clear(); }), Blame::kUser);
  auto options = to_options(good);
  for (const char* text : {"", "1:2:3", "1:2:3:x", "1:2:3:4:5", "::::"}) {
    options["counts"] = text;
    const auto facts = facts_from(options);
    ASSERT_FALSE(facts.ok()) << text;
    EXPECT_THAT(facts.error().what, HasSubstr("'counts'"));
  }
}

TEST(HostCounts, FactsComeBackFromText) {
  EnergyFacts facts = Bench{}.facts();
  facts.counts = {{1.0 / 3, 1e-7, 2.9e-4, 0}, {2.0 / 3, 1e9 / 7, 2.9e-4, 0.1}};
  const auto back = facts_from(to_options(facts));
  ASSERT_TRUE(back.ok()) << back.error().what;
  EXPECT_EQ(to_options(*back), to_options(facts));
  ASSERT_EQ(back->counts.size(), 2U);
  EXPECT_EQ(back->counts[1].joules, facts.counts[1].joules);
}

}  // namespace
}  // namespace hil::measure
