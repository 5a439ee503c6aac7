// SPDX-License-Identifier: Apache-2.0
// Windows by the sync pins where all is well: exact at every phase, for any number of windows.
#include "host/energy/window/logic_cut.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "host/energy/sum/integrate.hpp"
#include "host/energy/window/clock_fit.hpp"
#include "tests/host/energy/synthetic_trace.hpp"

namespace hil::energy {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::Random;
using testing::SyntheticRun;
using testing::SyntheticTrace;

LogicCutOptions options_for(const SyntheticRun& run) {
  LogicCutOptions options;
  options.tick_hz = static_cast<std::uint64_t>(run.clock.tick_hz);
  return options;
}

Result<Cut> cut(const SyntheticRun& run) {
  return cut_by_logic(run.trace().make(), run.device_windows(), options_for(run));
}

/// Coulombs of the one rail in a window.
double charge(const Trace& trace, const Window& window) {
  return integrate(trace, window.begin, window.end).coulombs.value_or(-1);
}

TEST(LogicCut, RectangleOfWholeSamplesAtEveryPhase) {
  // Facts 12.3: a rectangle of exactly N samples, the current 0 outside.
  for (int phase = 0; phase < 40; ++phase) {
    SyntheticRun run;
    run.idle_a = 0;
    run.windows = 1;
    run.length_s = 100e-5;
    run.inferences = 1;
    run.first_s = (300 + (phase + 0.5) / 40) * 1e-5;
    const Trace trace = run.trace().make();
    const Result<Cut> result = cut_by_logic(trace, run.device_windows(), options_for(run));
    ASSERT_TRUE(result.ok()) << result.error().what;
    const Window& window = result->windows[0];
    EXPECT_NEAR(window.end - window.begin, 100, 1e-3);
    const double truth = run.work_a * run.length_s;
    EXPECT_NEAR(charge(trace, window), truth, 1e-5 * truth) << phase;
  }
}

TEST(LogicCut, ShortWindowsOnAnIdleCurrentAreExactWithManyEdges) {
  // 1 ms windows of 14 mA on 1.2 mA of idle: as in the requirement, 20 of them.
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    SyntheticRun run;
    run.windows = 20;
    run.length_s = 1e-3;
    run.inferences = 1;
    run.period_s = 5e-3 + 1e-8 * (random.below(100'000));
    run.first_s = 0.01 + 1e-9 * (random.below(10'000));
    run.clock.ppm = 80;
    const Trace trace = run.trace().make();
    const Result<Cut> result = cut_by_logic(trace, run.device_windows(), options_for(run));
    ASSERT_TRUE(result.ok()) << result.error().what;
    double sum = 0;
    for (const Window& window : result->windows)
      sum += charge(trace, window);
    const double truth = run.work_a * run.length_s * run.windows;
    EXPECT_NEAR(sum, truth, 0.003 * truth) << seed;
    EXPECT_TRUE(result->ends_from_fit);
  }
}

TEST(LogicCut, EndsComeFromTheFit) {
  SyntheticRun run;
  run.windows = 200;
  run.clock.ppm = 237;
  const Result<Cut> result = cut(run);
  ASSERT_TRUE(result.ok()) << result.error().what;
  EXPECT_EQ(result->alignment, Alignment::kLogic);
  EXPECT_TRUE(result->ends_from_fit);
  EXPECT_TRUE(result->inferences_counted);
  EXPECT_TRUE(result->notes.empty());
  ASSERT_TRUE(result->clock.has_value());
  EXPECT_NEAR(result->clock->ppm, 237, 1);
  EXPECT_EQ(result->clock->edges, 400u);
  double worst = 0;
  for (std::uint32_t w = 0; w < run.windows; ++w) {
    const Window& window = result->windows[w];
    EXPECT_EQ(window.rejected, "");
    EXPECT_EQ(window.inferences, run.inferences);
    EXPECT_EQ(window.begin_ticks, run.device_windows()[w].begin_ticks);
    worst = std::max({worst, std::abs(window.begin - run.begin_s(w) * 1e5),
                      std::abs(window.end - (run.begin_s(w) + run.length_s) * 1e5)});
    EXPECT_LT(window.edge_sigma, 0.15);
  }
  EXPECT_LT(worst, 0.25);  // samples; single edges are off by up to 0.5
}

TEST(LogicCut, OneWindowSaysThatTheRateIsTaken) {
  SyntheticRun run;
  run.windows = 1;
  run.length_s = 1e-3;
  const Result<Cut> result = cut(run);
  ASSERT_TRUE(result.ok()) << result.error().what;
  EXPECT_TRUE(result->clock->nominal_rate);
  EXPECT_THAT(result->notes, Contains(HasSubstr("say nothing of the clocks' ratio")));
  EXPECT_NEAR(result->windows[0].edge_sigma, kSamplingSigma, 0.05);
}

TEST(LogicCut, AnyNumberOfWindows) {
  for (const std::uint32_t windows : {1u, 2u, 3u, 10u, 1000u}) {
    SyntheticRun run;
    run.windows = windows;
    run.length_s = 2e-3;
    run.period_s = 4.7e-3;
    run.inferences = 3;
    const Result<Cut> result = cut(run);
    ASSERT_TRUE(result.ok()) << windows << ": " << result.error().what;
    EXPECT_EQ(result->counting(), windows);
    EXPECT_TRUE(result->inferences_counted);
  }
}

TEST(LogicCut, AnyRunThatIsSound) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    Random random(seed);
    SyntheticRun run;
    run.clock.tick_hz = std::round(std::pow(10, random.between(5.5, 9)));
    run.clock.ppm = random.between(-900, 900);
    run.clock.start = random.below(2) == 0 ? 0 : ~std::uint64_t{0} - 20'000'000'000;
    run.rate_hz = random.below(2) == 0 ? 100'000 : 20'000;
    run.windows = 1 + random.below(30);
    run.inferences = 1 + random.below(20);
    run.length_s = random.between(2.5, 40) * run.inferences / run.rate_hz + 3e-4;
    run.period_s = run.length_s + random.between(3e-4, 0.02);
    run.first_s = random.between(1e-4, 0.01);
    run.tail_s = random.between(1e-3, 0.01);
    const Result<Cut> result = cut(run);
    ASSERT_TRUE(result.ok()) << seed << ": " << result.error().what;
    EXPECT_EQ(result->counting(), run.windows) << seed;
    for (std::uint32_t w = 0; w < run.windows; ++w) {
      // Half a sample, and what 900 ppm of an unknown rate make of one window.
      EXPECT_NEAR(result->windows[w].begin, run.begin_s(w) * run.rate_hz, 1.1) << seed;
      EXPECT_NEAR(result->windows[w].end, (run.begin_s(w) + run.length_s) * run.rate_hz, 1.1)
          << seed;
    }
  }
}

TEST(LogicCut, IdleWindowsAndInferenceWindowsTogether) {
  SyntheticRun run;
  run.windows = 10;
  SyntheticTrace trace(run.seconds());
  std::vector<DeviceWindow> windows = run.device_windows();
  for (std::uint32_t w = 0; w < run.windows; ++w) {
    trace.pulse(0, run.begin_s(w), run.begin_s(w) + run.length_s);
    if (w % 2 == 0) {
      windows[w].kind = WindowKind::kIdle;
      windows[w].inferences = 0;
    } else {
      for (std::uint32_t i = 0; i < run.inferences; ++i)
        trace.toggle(1, run.begin_s(w) + i * 1e-3);
    }
  }
  const Result<Cut> result = cut_by_logic(trace.make(), windows, options_for(run));
  ASSERT_TRUE(result.ok()) << result.error().what;
  EXPECT_EQ(result->counting(), 10u);
  EXPECT_TRUE(result->inferences_counted);
  EXPECT_EQ(result->windows[0].kind, WindowKind::kIdle);
}

TEST(LogicCut, PinsMayMoveOneSampleApart) {
  SyntheticRun run;
  run.windows = 5;
  SyntheticTrace trace(run.seconds());
  for (std::uint32_t w = 0; w < run.windows; ++w) {
    trace.pulse(0, run.begin_s(w), run.begin_s(w) + run.length_s);
    for (std::uint32_t i = 0; i < run.inferences; ++i)
      trace.toggle(1, run.begin_s(w) - 4e-6 + i * run.length_s / run.inferences);
  }
  const Result<Cut> result = cut_by_logic(trace.make(), run.device_windows(), options_for(run));
  ASSERT_TRUE(result.ok()) << result.error().what;
  EXPECT_EQ(result->counting(), 5u);
}

TEST(LogicCut, TicksMayBeReadAConstantTimeInsideTheEdges) {
  // 20 us in all are two samples; 60 us in one window alone are something else.
  for (int phase = 0; phase < 20; ++phase) {
    SyntheticRun run;
    run.length_s = 1e-3;
    run.inferences = 1;
    run.first_s += phase * 5e-7;
    std::vector<DeviceWindow> told = run.device_windows();
    for (DeviceWindow& window : told) {
      window.begin_ticks += static_cast<std::uint64_t>(run.clock.tick_hz * 5e-6);
      window.end_ticks -= static_cast<std::uint64_t>(run.clock.tick_hz * 15e-6);
    }
    const Result<Cut> all = cut_by_logic(run.trace().make(), told, options_for(run));
    ASSERT_TRUE(all.ok()) << all.error().what;
    for (const Window& window : all->windows)
      EXPECT_TRUE(window.rejected.empty()) << window.rejected;
    std::vector<DeviceWindow> one = run.device_windows();
    one[7].end_ticks -= static_cast<std::uint64_t>(run.clock.tick_hz * 60e-6);
    const Result<Cut> odd = cut_by_logic(run.trace().make(), one, options_for(run));
    ASSERT_TRUE(odd.ok()) << odd.error().what;
    EXPECT_FALSE(odd->windows[7].rejected.empty());
    EXPECT_TRUE(odd->windows[8].rejected.empty()) << odd->windows[8].rejected;
  }
}

TEST(LogicCut, InputsOfATransferMayComeInOnePiece) {
  SyntheticRun run;
  run.windows = 1;
  run.inferences = 8;
  std::vector<DeviceWindow> windows = run.device_windows();
  windows[0].kind = WindowKind::kTransfer;
  SyntheticTrace trace(run.seconds());
  trace.pulse(0, run.begin_s(0), run.begin_s(0) + run.length_s);
  trace.toggle(1, run.begin_s(0));
  const Trace made = trace.make();
  const Result<Cut> result = cut_by_logic(made, windows, options_for(run));
  ASSERT_TRUE(result.ok()) << result.error().what;
  EXPECT_EQ(result->counting(), 1u);
  EXPECT_FALSE(result->inferences_counted);
  windows[0].kind = WindowKind::kInference;
  EXPECT_FALSE(cut_by_logic(made, windows, options_for(run)).ok()) << "8 inferences are counted";
}

TEST(LogicCut, InvertedInput) {
  SyntheticRun run;
  SyntheticTrace trace = run.trace();
  trace.inverted(0);
  LogicCutOptions options = options_for(run);
  options.region.inverted = true;
  const Result<Cut> result = cut_by_logic(trace.make(), run.device_windows(), options);
  ASSERT_TRUE(result.ok()) << result.error().what;
  EXPECT_EQ(result->counting(), run.windows);
}

TEST(LogicCut, SlowMeterSeesWindowsButNotInferences) {
  SyntheticRun run;  // an LPM01A in energy mode: 1 kHz, one input
  run.rate_hz = 1000;
  run.length_s = 0.5;
  run.period_s = 0.7131;
  run.inferences = 1000;
  run.windows = 8;
  Trace trace = run.trace().make();
  trace.logic_bits = 1;
  for (std::uint8_t& level : trace.logic)
    level &= 1;
  const Result<Cut> result = cut_by_logic(trace, run.device_windows(), options_for(run));
  ASSERT_TRUE(result.ok()) << result.error().what;
  EXPECT_EQ(result->counting(), 8u);
  EXPECT_FALSE(result->inferences_counted);
  EXPECT_THAT(result->notes, Contains(HasSubstr("no input for the second pin")));
  for (const Window& window : result->windows)
    EXPECT_NEAR(window.end - window.begin, 500, 0.6);
}

TEST(LogicCut, ErrorShare) {
  // Facts, section 9: dP/P = 0.5, 100 kS/s, 20 ms: 0.010 %; events at 1 kHz, 1 s: 0.02 %.
  EXPECT_NEAR(edge_error_share(0.5, 1, 2.9e-6, 20e-3), 1.0e-4, 0.05e-4);
  EXPECT_NEAR(edge_error_share(-0.5, 1, 289e-6, 1), 2.0e-4, 0.05e-4);
  EXPECT_EQ(edge_error_share(1, 0, 1, 1), 0);
  EXPECT_EQ(edge_error_share(1, 1, 1, 0), 0);
}

}  // namespace
}  // namespace hil::energy
