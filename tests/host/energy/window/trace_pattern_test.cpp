// SPDX-License-Identifier: Apache-2.0
// Windows between sync patterns in the current: smoothing, noise, look-alikes, losses.
#include "host/energy/window/trace_pattern.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "host/energy/sum/integrate.hpp"
#include "host/energy/window/pattern_search.hpp"
#include "protocol/messages/sync_code.hpp"
#include "tests/host/energy/synthetic_trace.hpp"

namespace hil::energy {
namespace {

using ::testing::HasSubstr;
using testing::SyntheticClock;
using testing::SyntheticTrace;

/// Rest, pattern, rest, windows, rest, pattern, rest, as an agent makes them.
struct PatternRun {
  SyntheticClock clock;
  double rate_hz = 100'000;
  double step_s = 0.005;
  double lead_s = 0.0412345;
  std::uint32_t windows = 10;
  double length_s = 0.020, rest_s = 0.015;
  double idle_a = 1.2e-3, busy_a = 9e-3, work_a = 14e-3;

  [[nodiscard]] double begin_s(std::uint32_t w) const {
    return lead_s + kSyncSteps * step_s + rest_s + w * (length_s + rest_s);
  }
  [[nodiscard]] double trail_s() const { return begin_s(windows); }
  [[nodiscard]] SyntheticTrace trace() const {
    SyntheticTrace trace(trail_s() + kSyncSteps * step_s + 0.03, rate_hz);
    trace.idle(idle_a);
    for (const double begin : {lead_s, trail_s()}) {
      for (std::uint32_t i = 0; i < kSyncSteps; ++i) {
        if (!kSyncCode[i]) continue;
        trace.rectangle(begin + i * step_s, begin + (i + 1) * step_s, busy_a - idle_a);
      }
    }
    for (std::uint32_t w = 0; w < windows; ++w)
      trace.rectangle(begin_s(w), begin_s(w) + length_s, work_a - idle_a);
    return trace;
  }
  [[nodiscard]] std::vector<DeviceWindow> told() const {
    std::vector<DeviceWindow> all;
    for (std::uint32_t w = 0; w < windows; ++w)
      all.push_back({clock.ticks_at(begin_s(w)), clock.ticks_at(begin_s(w) + length_s), 10,
                     WindowKind::kInference});
    return all;
  }
  [[nodiscard]] PatternMarks marks() const {
    const auto hz = static_cast<std::uint64_t>(clock.tick_hz);
    return {hz, static_cast<std::uint64_t>(std::llround(step_s * clock.tick_hz)),
            clock.ticks_at(lead_s), clock.ticks_at(trail_s())};
  }
  [[nodiscard]] Result<Cut> cut(const Trace& trace) const {
    return cut_by_trace_pattern(trace, told(), marks());
  }
};

/// Largest relative error of a window's charge.
double worst_error(const PatternRun& run, const Trace& trace, const Cut& cut) {
  const double truth = run.work_a * run.length_s;
  double worst = 0;
  for (const Window& window : cut.windows) {
    const double charge = integrate(trace, window.begin, window.end).coulombs.value_or(0);
    worst = std::max(worst, std::abs(charge / truth - 1));
  }
  return worst;
}

/// Relative error of all windows' charge together.
double mean_error(const PatternRun& run, const Trace& trace, const Cut& cut) {
  double sum = 0;
  for (const Window& window : cut.windows)
    sum += integrate(trace, window.begin, window.end).coulombs.value_or(0);
  return sum / (run.work_a * run.length_s * run.windows) - 1;
}

TEST(TracePattern, FindsBothInACleanTrace) {
  PatternRun run;
  run.clock.ppm = 40;
  const Trace trace = run.trace().make();
  const Result<Cut> cut = run.cut(trace);
  ASSERT_TRUE(cut.ok()) << cut.error().what;
  EXPECT_EQ(cut->alignment, Alignment::kTracePattern);
  EXPECT_EQ(cut->counting(), run.windows);
  EXPECT_GT(cut->merit, kLeastMerit);
  for (std::uint32_t w = 0; w < run.windows; ++w) {
    EXPECT_NEAR(cut->windows[w].begin, run.begin_s(w) * run.rate_hz, 0.05);
    EXPECT_NEAR(cut->windows[w].end, (run.begin_s(w) + run.length_s) * run.rate_hz, 0.05);
  }
  EXPECT_NEAR(cut->clock->ppm, 40, 5);
  EXPECT_LT(worst_error(run, trace, *cut), 1e-4);
}

TEST(TracePattern, AtEveryPhaseWithinASample) {
  for (int phase = 0; phase < 20; ++phase) {
    PatternRun run;
    run.lead_s = (4000 + phase / 20.0) * 1e-5;
    const Result<Cut> cut = run.cut(run.trace().make());
    ASSERT_TRUE(cut.ok()) << cut.error().what;
    EXPECT_NEAR(cut->windows[0].begin, run.begin_s(0) * run.rate_hz, 0.05) << phase;
  }
}

TEST(TracePattern, WithinOnePercentUnderCapacitorsAndNoise) {
  // A window of T behind a capacitor of time constant tau is short by 2 tau / (e T) of its step.
  struct Case {
    double tau_s, length_s;
  };
  for (const Case c : {Case{0, 0.02}, {50e-6, 0.02}, {200e-6, 0.02}, {500e-6, 0.05}, {1e-3, 0.1}}) {
    for (std::uint32_t seed = 0; seed < 6; ++seed) {
      PatternRun run;
      run.clock.ppm = 60.0 * seed - 150;
      run.lead_s += 1.7e-6 * seed;
      run.length_s = c.length_s;
      SyntheticTrace made = run.trace();
      made.smoothing(c.tau_s).noise(1e-3, seed);
      const Trace trace = made.make();
      const Result<Cut> cut = run.cut(trace);
      ASSERT_TRUE(cut.ok()) << c.tau_s << ": " << cut.error().what;
      const double error = mean_error(run, trace, *cut);
      EXPECT_LT(std::abs(error), 0.01) << c.tau_s << ' ' << seed;
      const Window& window = cut->windows[0];
      const double share = edge_error_share(run.work_a - run.idle_a, run.work_a, window.edge_sigma,
                                            window.end - window.begin);
      EXPECT_LT(std::abs(error), 2 * share) << c.tau_s << ' ' << seed;
      EXPECT_LT(share, 0.003 + 1.5 * c.tau_s / c.length_s) << c.tau_s << ' ' << seed;
    }
  }
}

TEST(TracePattern, StatesItsUncertainty) {
  // White noise of 3 mA on a step of 7.8 mA: ends are off by about a sample.
  double squares = 0, stated = 0;
  constexpr std::uint32_t kRuns = 60;
  for (std::uint32_t seed = 0; seed < kRuns; ++seed) {
    PatternRun run;
    run.windows = 2;
    SyntheticTrace made = run.trace();
    made.noise(3e-3, 1000 + seed);
    const Result<Cut> cut = run.cut(made.make());
    ASSERT_TRUE(cut.ok()) << cut.error().what;
    squares += std::pow(cut->windows[0].begin - run.begin_s(0) * run.rate_hz, 2) / kRuns;
    stated += std::pow(cut->windows[0].edge_sigma, 2) / kRuns;
  }
  EXPECT_LT(squares, 2 * stated);
  EXPECT_GT(squares, stated / 8);
}

TEST(TracePattern, BusyRestsAroundThePattern) {
  PatternRun run;  // the board rests by spinning: before and behind it is as in its busy steps
  run.idle_a = 1.2e-3;
  SyntheticTrace made = run.trace();
  made.rectangle(0, run.lead_s, run.busy_a - run.idle_a);
  made.rectangle(run.lead_s + kSyncSteps * run.step_s, run.begin_s(0), run.busy_a - run.idle_a);
  const Result<Cut> cut = run.cut(made.make());
  ASSERT_TRUE(cut.ok()) << cut.error().what;
  EXPECT_NEAR(cut->windows[0].begin, run.begin_s(0) * run.rate_hz, 0.1);
}

TEST(TracePattern, ACoreThatWakesLate) {
  // An emulator on a busy machine sleeps on for milliseconds; its steps end on time all the same.
  for (const double late : {0.003, 0.1, 0.45, 0.7}) {
    for (const bool both : {false, true}) {
      const PatternRun run;
      SyntheticTrace made = run.trace();
      for (const double begin : {run.lead_s, run.trail_s()}) {
        if (!both && begin != run.lead_s) continue;
        made.rectangle(begin + 5 * run.step_s, begin + (5 + late) * run.step_s,
                       run.idle_a - run.busy_a);
      }
      const Trace trace = made.make();
      const Result<Cut> cut = run.cut(trace);
      ASSERT_TRUE(cut.ok()) << late << ": " << cut.error().what;
      EXPECT_LT(worst_error(run, trace, *cut), 1e-3) << late << ' ' << both;
      EXPECT_LT(cut->windows[0].edge_sigma, 2) << late << ' ' << both;
    }
  }
}

TEST(TracePattern, ASlowMeter) {
  PatternRun run;
  run.rate_hz = 1000;
  run.step_s = 0.02;
  run.length_s = 0.5;
  run.rest_s = 0.2;
  const Trace trace = run.trace().make();
  const Result<Cut> cut = run.cut(trace);
  ASSERT_TRUE(cut.ok()) << cut.error().what;
  EXPECT_LT(worst_error(run, trace, *cut), 0.002);
}

TEST(TracePattern, PowerRailsOnALargeLevel) {
  PatternRun run;
  run.idle_a = 2;  // an application processor: the step is 1 % of the level
  run.busy_a = 2.02;
  run.work_a = 2.03;
  SyntheticTrace made = run.trace();
  made.noise(5e-3, 4);
  const Result<Cut> cut = run.cut(made.make());
  ASSERT_TRUE(cut.ok()) << cut.error().what;
  EXPECT_NEAR(cut->windows[5].begin, run.begin_s(5) * run.rate_hz, 10);
}

TEST(TracePattern, NoPattern) {
  const PatternRun run;
  SyntheticTrace noise(run.trail_s() + 0.1);
  noise.idle(5e-3).noise(1e-3, 9);
  const Result<Cut> cut = run.cut(noise.make());
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().blame, Blame::kLab);
  EXPECT_THAT(cut.error().what, HasSubstr("the sync pattern is not to be seen in the current"));
  SyntheticTrace flat(run.trail_s() + 0.1);
  flat.idle(5e-3);
  EXPECT_FALSE(run.cut(flat.make()).ok());
}

TEST(TracePattern, OneOfThemIsMissing) {
  const PatternRun run;
  SyntheticTrace trace = run.trace();
  for (const std::uint32_t step : {0u, 1u, 2u, 5u})
    trace.rectangle(run.trail_s() + step * run.step_s, run.trail_s() + (step + 1) * run.step_s,
                    run.idle_a - run.busy_a);
  const Result<Cut> cut = run.cut(trace.make());
  ASSERT_FALSE(cut.ok());
  EXPECT_THAT(cut.error().what, HasSubstr("is not to be seen in the current"));
}

TEST(TracePattern, TwoPlacesThatFitAreRefused) {
  PatternRun run;
  run.windows = 2;
  SyntheticTrace trace(1);
  trace.idle(run.idle_a);
  for (const double shift : {0.0, 0.3}) {
    for (const double begin : {run.lead_s + shift, run.trail_s() + shift}) {
      for (std::uint32_t i = 0; i < kSyncSteps; ++i) {
        if (!kSyncCode[i]) continue;
        trace.rectangle(begin + i * run.step_s, begin + (i + 1) * run.step_s, 8e-3);
      }
    }
  }
  const Result<Cut> cut = run.cut(trace.make());
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().blame, Blame::kLab);
  EXPECT_THAT(cut.error().what, HasSubstr("fits more than one place of the trace"));
}

TEST(TracePattern, WindowsThatLookLikeThePattern) {
  PatternRun run;  // windows of three steps, with the same current: their ends match to 0.75
  run.length_s = 3 * run.step_s;
  run.rest_s = 4 * run.step_s;
  run.work_a = run.busy_a;
  const Result<Cut> cut = run.cut(run.trace().make());
  ASSERT_TRUE(cut.ok()) << cut.error().what;
  EXPECT_NEAR(cut->windows[0].begin, run.begin_s(0) * run.rate_hz, 0.1);
  EXPECT_GT(cut->merit, kLeastMerit);
}

TEST(TracePattern, LossesInAPatternFailAndInAWindowReject) {
  const PatternRun run;
  SyntheticTrace in_pattern = run.trace();
  in_pattern.gap(static_cast<std::uint64_t>((run.lead_s + run.step_s) * run.rate_hz), 5);
  const Result<Cut> failed = run.cut(in_pattern.make());
  ASSERT_FALSE(failed.ok());
  EXPECT_THAT(failed.error().what, HasSubstr("the meter lost samples in the sync pattern, at"));
  SyntheticTrace in_window = run.trace();
  in_window.gap(static_cast<std::uint64_t>((run.begin_s(4) + 0.01) * run.rate_hz), 63);
  const Result<Cut> cut = run.cut(in_window.make());
  ASSERT_TRUE(cut.ok()) << cut.error().what;
  EXPECT_THAT(cut->windows[4].rejected, HasSubstr("samples are lost"));
  EXPECT_EQ(cut->counting(), run.windows - 1);
}

TEST(TracePattern, AClockThatIsTooFarOff) {
  PatternRun run;
  run.clock.ppm = 1200;
  const Result<Cut> cut = run.cut(run.trace().make());
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().blame, Blame::kDevice);
  EXPECT_THAT(cut.error().what, HasSubstr("ppm off the meter's"));
}

TEST(TracePattern, NonsenseIsRefused) {
  const PatternRun run;
  const Trace trace = run.trace().make();
  const std::vector<DeviceWindow> told = run.told();
  const auto blame = [&](PatternMarks marks) {
    const Result<Cut> cut = cut_by_trace_pattern(trace, told, marks);
    EXPECT_FALSE(cut.ok());
    return cut.error().blame;
  };
  PatternMarks marks = run.marks();
  marks.lead_ticks = told[0].begin_ticks;
  EXPECT_EQ(blame(marks), Blame::kDevice);
  marks = run.marks();
  marks.mark_ticks = 0;
  EXPECT_EQ(blame(marks), Blame::kDevice);
  marks.mark_ticks = ~std::uint64_t{0} / 2;
  EXPECT_EQ(blame(marks), Blame::kDevice);
  marks = run.marks();
  marks.trail_ticks = told.back().begin_ticks;
  EXPECT_EQ(blame(marks), Blame::kDevice);
  marks = run.marks();
  marks.mark_ticks = 1000;  // 6 samples
  EXPECT_EQ(blame(marks), Blame::kLab);
  marks = run.marks();
  marks.trail_ticks = ~std::uint64_t{0};  // decades
  EXPECT_EQ(blame(marks), Blame::kLab);
  marks = run.marks();
  marks.tick_hz = 1;  // steps of as many samples
  EXPECT_EQ(blame(marks), Blame::kLab);
  marks.tick_hz = 0;
  EXPECT_EQ(blame(marks), Blame::kBug);
  Trace odd = trace;
  for (const double rate : {0.0, -1.0, std::nan(""), 1e300, HUGE_VAL}) {
    odd.rate_hz = rate;
    EXPECT_FALSE(run.cut(odd).ok()) << rate;
  }
  Trace bare = trace;
  bare.rails.clear();
  EXPECT_EQ(run.cut(bare).error().blame, Blame::kLab);
  const Trace brief = SyntheticTrace(0.01).make();
  EXPECT_EQ(run.cut(brief).error().blame, Blame::kLab);
}

TEST(TracePattern, RefinesFromAThirdOfAStepAway) {
  const PatternRun run;
  const Trace trace = run.trace().make();
  const std::vector<double> values(trace.rails[0].values.begin(), trace.rails[0].values.end());
  const double truth = run.lead_s * run.rate_hz;
  for (const double away : {-160.0, -20.0, 0.3, 50.0, 160.0}) {
    const PatternPlace place = refine_pattern(values, 500, truth + away);
    EXPECT_NEAR(place.begin, truth, 0.01) << away;
    EXPECT_NEAR(place.change, 7.8e-3, 1e-5);
  }
}

}  // namespace
}  // namespace hil::energy
