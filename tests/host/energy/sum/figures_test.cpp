// SPDX-License-Identifier: Apache-2.0
// From windows to what a record says.
#include "host/energy/sum/figures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/energy/window/logic_cut.hpp"
#include "tests/host/energy/synthetic_trace.hpp"

namespace hil::energy {
namespace {

using ::testing::HasSubstr;
using testing::SyntheticRun;

/// Windows of a run as its logic edges show them.
MeasuredWindows cut_of(const Trace& trace, const SyntheticRun& run) {
  LogicCutOptions options;
  options.tick_hz = static_cast<std::uint64_t>(run.clock.tick_hz);
  const auto windows = run.device_windows();
  const auto cut = cut_by_logic(trace, windows, options);
  EXPECT_TRUE(cut.ok());
  MeasuredWindows measured;
  measured.windows = cut->windows;
  measured.fit = cut->clock;
  measured.alignment = cut->alignment;
  return measured;
}

TEST(Figures, ARunIsWhatItWasMadeOf) {
  SyntheticRun run;
  run.clock.ppm = 40;
  Trace trace = run.trace().noise(20e-6, 3).make();
  trace.meter = {"ppk2", "Nordic PPK2", "D6A1", "1.2", "cal", "/dev/ttyACM0", true};
  trace.accuracy = {{{1e-3, 0.01, 1e-6, 0}, {1, 0.01, 1e-5, 0}}, 20e-6, "a test"};
  trace.supply = {VoltageSource::kStated, 3.0, 0.03};
  const MeasuredWindows measured = cut_of(trace, run);
  const auto energy = figures_of(trace, measured);
  ASSERT_TRUE(energy.ok());

  const double coulombs = 14e-3 * 0.02 / 10;
  EXPECT_NEAR(energy->charge_uc->value / (coulombs * 1e6), 1, 2e-4);
  EXPECT_NEAR(energy->gross_uj->value / (3 * coulombs * 1e6), 1, 2e-4);
  EXPECT_FALSE(energy->net_uj.has_value());
  EXPECT_FALSE(energy->idle.has_value());
  EXPECT_NEAR(energy->gross_uj->parts.gain / energy->gross_uj->value, 0.01, 1e-4);
  EXPECT_NEAR(energy->gross_uj->parts.voltage / energy->gross_uj->value, 0.01, 1e-6);
  EXPECT_EQ(energy->charge_uc->parts.voltage, 0);
  EXPECT_LT(energy->gross_uj->parts.repetition / energy->gross_uj->value, 1e-3);

  EXPECT_EQ(energy->meter.kind, "ppk2");
  EXPECT_TRUE(energy->meter.emulated);
  EXPECT_EQ(energy->meter.accuracy_source, "a test");
  EXPECT_EQ(energy->supply.source, "stated");
  EXPECT_EQ(energy->scope, "inference");
  EXPECT_EQ(energy->alignment.method, "logic");
  EXPECT_EQ(energy->alignment.edges, 40u);
  EXPECT_NEAR(*energy->alignment.ppm, 40, 5);
  EXPECT_LT(energy->alignment.sigma_s, 5e-6);
  EXPECT_LT(energy->alignment.error_share, 1e-3);
  EXPECT_NEAR(energy->window_s, 0.02, 1e-5);
  EXPECT_NEAR(energy->mean_ma, 14, 0.01);
  EXPECT_GT(energy->peak_ma, 14);
  ASSERT_EQ(energy->rails.size(), 1u);
  EXPECT_NEAR(energy->rails[0].gross_uj, energy->gross_uj->value, 1e-6);
  EXPECT_NEAR(energy->rails[0].mean_ma, 14, 0.01);
  ASSERT_EQ(energy->windows.size(), 20u);
  EXPECT_EQ(energy->windows[0].kind, "inference");
  EXPECT_NEAR(energy->windows[0].begin_s, run.begin_s(0), 1e-5);
  EXPECT_NEAR(energy->windows[0].energy_uj, 10 * energy->gross_uj->value, 1);
}

TEST(Figures, AreTheSameBitsAgain) {
  const SyntheticRun run;
  const Trace trace = run.trace().noise(20e-6, 3).make();
  const MeasuredWindows measured = cut_of(trace, run);
  const auto first = figures_of(trace, measured);
  const auto second = figures_of(trace, measured);
  EXPECT_EQ(first->gross_uj->value, second->gross_uj->value);
  EXPECT_EQ(first->gross_uj->parts.combined(), second->gross_uj->parts.combined());
}

TEST(Figures, ShortWindowsAreNotBiasedByTheirEnds) {
  SyntheticRun run;
  run.length_s = 0.001;
  run.period_s = 0.0020317;
  const Trace trace = run.trace().make();
  const auto energy = figures_of(trace, cut_of(trace, run));
  ASSERT_TRUE(energy.ok());
  // 100 samples a window; plain shares of the samples at the ends would lose 0.3 %.
  EXPECT_NEAR(energy->gross_uj->value / (3 * 14e-3 * 0.001 / 10 * 1e6), 1, 3e-4);
}

TEST(Figures, RejectedWindowsAreListedAndDoNotCount) {
  const SyntheticRun run;
  Trace trace = run.trace().make();
  MeasuredWindows measured = cut_of(trace, run);
  for (std::size_t i = 0; i < 15; ++i) {
    measured.windows[i].rejected = "a sample is lost in it";
    for (auto k = static_cast<std::size_t>(measured.windows[i].begin) + 5;
         k < static_cast<std::size_t>(measured.windows[i].end); ++k)
      trace.rails[0].values[k] = 1;
  }
  const auto energy = figures_of(trace, measured);
  ASSERT_TRUE(energy.ok());
  EXPECT_NEAR(energy->gross_uj->value / (3 * 14e-3 * 0.002 * 1e6), 1, 2e-4);
  EXPECT_EQ(energy->windows[3].rejected, "a sample is lost in it");
  EXPECT_LT(energy->peak_ma, 15);
}

TEST(Figures, WithoutAWindowThereIsAnErrorThatSaysWhy) {
  const SyntheticRun run;
  const Trace trace = run.trace().make();
  MeasuredWindows measured;
  const auto reason = [&] {
    const auto energy = figures_of(trace, measured);
    EXPECT_FALSE(energy.ok());
    EXPECT_EQ(energy.error().blame, Blame::kLab);
    return energy.error().what;
  };
  EXPECT_THAT(reason(), HasSubstr("no window of kind inference counts: there is none"));
  Window window;
  window.begin = 10;
  window.end = 1e9;
  window.inferences = 1;
  measured.windows = {window};
  EXPECT_THAT(reason(), HasSubstr("reaches beyond the recording"));
  measured.windows[0].rejected = "it is clipped";
  EXPECT_THAT(reason(), HasSubstr("it is clipped"));
  measured.windows[0] = window;
  measured.windows[0].end = 100;
  measured.windows[0].inferences = 0;
  EXPECT_THAT(reason(), HasSubstr("nothing to count"));
}

TEST(Figures, WithoutAVoltageThereIsNoEnergy) {
  const SyntheticRun run;
  Trace trace = run.trace().make();
  trace.supply = {};
  const auto energy = figures_of(trace, cut_of(trace, run));
  ASSERT_TRUE(energy.ok());
  EXPECT_FALSE(energy->gross_uj.has_value());
  EXPECT_TRUE(energy->charge_uc.has_value());
  EXPECT_EQ(energy->supply.source, "");
}

TEST(Figures, OtherKindsAreRepeatedFiguresOfTheirOwn) {
  SyntheticRun run;
  run.idle_a = 2e-3;
  const Trace trace = run.trace().make();
  std::vector<Window> windows = cut_of(trace, run).windows;
  for (std::size_t i = 0; i < windows.size(); i += 2)
    windows[i].kind = WindowKind::kPreProcess;
  Window idle;
  idle.kind = WindowKind::kIdle;
  idle.begin = 100;
  idle.end = 1100;
  windows.push_back(idle);
  const IdleTrack track(trace, windows);
  const auto figures =
      repeated_figures(trace, windows, WindowKind::kPreProcess, Alignment::kLogic, &track);
  ASSERT_TRUE(figures.ok());
  EXPECT_EQ(figures->windows, 10u);
  EXPECT_NEAR(figures->seconds, 0.002, 1e-6);
  EXPECT_NEAR(figures->net_uj->value / (3 * 12e-3 * 0.002 * 1e6), 1, 3e-4);
  EXPECT_NEAR(figures->average_uw->value / (3 * 14e-3 * 1e6), 1, 3e-4);
  EXPECT_FALSE(
      repeated_figures(trace, windows, WindowKind::kPeriod, Alignment::kLogic, nullptr).ok());
}

TEST(Figures, AnErrorOfTheEndsThatAllWindowsShareDoesNotShrink) {
  SyntheticRun run;
  const Trace trace = run.trace().make();
  std::vector<Window> windows = cut_of(trace, run).windows;
  for (Window& window : windows)
    window.edge_sigma = 10;
  const auto edges = [&](Alignment alignment) {
    return repeated_figures(trace, windows, WindowKind::kInference, alignment, nullptr)
        ->gross_uj->parts.edges;
  };
  EXPECT_GT(edges(Alignment::kTracePattern), 1.2 * edges(Alignment::kLogic));
}

}  // namespace
}  // namespace hil::energy
