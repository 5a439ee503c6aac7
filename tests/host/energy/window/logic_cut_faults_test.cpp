// SPDX-License-Identifier: Apache-2.0
// Windows by the sync pins where something is wrong: it is named, and never averaged in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "host/energy/window/logic_cut.hpp"
#include "tests/host/energy/synthetic_trace.hpp"

namespace hil::energy {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::Random;
using testing::SyntheticClock;
using testing::SyntheticRun;
using testing::SyntheticTrace;

constexpr double kRate = 1e5;

LogicCutOptions options_for(const SyntheticRun& run) {
  LogicCutOptions options;
  options.tick_hz = static_cast<std::uint64_t>(run.clock.tick_hz);
  return options;
}

Result<Cut> cut(const SyntheticRun& run, const SyntheticTrace& trace) {
  return cut_by_logic(trace.make(), run.device_windows(), options_for(run));
}

/// Sample in the middle of a window.
std::uint64_t middle(const SyntheticRun& run, std::uint32_t window) {
  return static_cast<std::uint64_t>((run.begin_s(window) + run.length_s / 2) * kRate);
}

/// That all windows count, but those in @p bad with @p reason in their text.
void expect_rejected(const Result<Cut>& result, std::vector<std::size_t> bad, const char* reason) {
  ASSERT_TRUE(result.ok()) << result.error().what;
  for (std::size_t w = 0; w < result->windows.size(); ++w) {
    const bool is_bad = std::find(bad.begin(), bad.end(), w) != bad.end();
    const std::string& rejected = result->windows[w].rejected;
    if (is_bad) {
      EXPECT_THAT(rejected, HasSubstr(reason)) << w;
    } else {
      EXPECT_EQ(rejected, "") << w;
    }
  }
}

TEST(LogicCutFaults, GapInAWindow) {
  const SyntheticRun run;
  for (const std::uint64_t lost : {1u, 5u, 63u}) {
    SyntheticTrace trace = run.trace();
    trace.gap(middle(run, 3), lost);
    expect_rejected(cut(run, trace), {3}, lost == 1 ? "1 of its" : "samples are lost");
  }
}

TEST(LogicCutFaults, GapBetweenWindowsHarmsNone) {
  const SyntheticRun run;
  SyntheticTrace trace = run.trace();
  trace.gap(static_cast<std::uint64_t>((run.begin_s(3) - 5e-3) * kRate), 63);
  expect_rejected(cut(run, trace), {}, "");
}

TEST(LogicCutFaults, GapOverAnEdgeTakesThatWindowOnly) {
  const SyntheticRun run;
  for (const double place : {run.begin_s(7), run.begin_s(7) + run.length_s}) {
    SyntheticTrace trace = run.trace();
    trace.gap(static_cast<std::uint64_t>(place * kRate) - 31, 63);
    const Result<Cut> result = cut(run, trace);
    expect_rejected(result, {7}, "lost");
    EXPECT_NEAR(result->windows[7].begin, run.begin_s(7) * kRate, 0.5);
    EXPECT_EQ(result->clock->edges, 2 * run.windows - 1);
  }
}

TEST(LogicCutFaults, GapOverAWholeWindow) {
  const SyntheticRun run;
  SyntheticTrace trace = run.trace();
  const auto first = static_cast<std::uint64_t>((run.begin_s(5) - 2e-3) * kRate);
  trace.gap(first, static_cast<std::uint64_t>((run.length_s + 4e-3) * kRate));
  const Result<Cut> result = cut(run, trace);
  expect_rejected(result, {5}, "both its edges are missing on input D0");
  EXPECT_NEAR(result->windows[5].begin, run.begin_s(5) * kRate, 0.5);
}

TEST(LogicCutFaults, UnnoticedLossInAWindow) {
  // 64 and 128 samples are invisible to the PPK2's counter of six bits.
  for (const std::uint64_t lost : {5u, 64u, 128u, 1000u}) {
    const SyntheticRun run;
    SyntheticTrace trace = run.trace();
    trace.dropped(middle(run, 9), lost);
    const Result<Cut> result = cut(run, trace);
    expect_rejected(result, {9}, "samples vanished in it");
    EXPECT_THAT(result->notes, Contains(HasSubstr("vanished unnoticed between")));
    EXPECT_NEAR(result->windows[15].begin, run.begin_s(15) * kRate - static_cast<double>(lost), 1);
  }
}

TEST(LogicCutFaults, UnnoticedLossBetweenWindows) {
  const SyntheticRun run;
  SyntheticTrace trace = run.trace();
  trace.dropped(static_cast<std::uint64_t>((run.begin_s(9) - 5e-3) * kRate), 64);
  const Result<Cut> result = cut(run, trace);
  expect_rejected(result, {}, "");
  EXPECT_THAT(result->notes, Contains(HasSubstr("about 64 samples vanished unnoticed")));
  EXPECT_NEAR(result->windows[15].begin, run.begin_s(15) * kRate - 64, 1);
  EXPECT_TRUE(result->ends_from_fit);
}

TEST(LogicCutFaults, FlagsAndEvents) {
  const SyntheticRun run;
  SyntheticTrace spoilt = run.trace();
  spoilt.flagged(middle(run, 1), 3, flag::kSaturated);
  spoilt.flagged(middle(run, 2), 1, flag::kInvalid);
  spoilt.flagged(middle(run, 3), 2, flag::kOvercurrent | flag::kSaturated);
  spoilt.flagged(middle(run, 4), 2, flag::kRangeSwitch);  // sums widen the uncertainty by it
  spoilt.flagged(middle(run, 5), 2, flag::kHeld);
  Trace trace = spoilt.make();
  trace.events.push_back({middle(run, 6), "loss", "64 samples"});
  trace.events.push_back({middle(run, 7), "text", "hello"});
  trace.events.push_back({middle(run, 8), "overcurrent", ""});
  const Result<Cut> result = cut_by_logic(trace, run.device_windows(), options_for(run));
  ASSERT_TRUE(result.ok()) << result.error().what;
  const auto& windows = result->windows;
  EXPECT_THAT(windows[1].rejected, HasSubstr("3 of its 200"));
  EXPECT_THAT(windows[1].rejected, HasSubstr("samples are at the end of its range"));
  EXPECT_THAT(windows[2].rejected, HasSubstr("1 of its 200"));
  EXPECT_THAT(windows[2].rejected, HasSubstr("samples is invalid"));
  EXPECT_THAT(windows[3].rejected, HasSubstr("over the meter's limit"));
  EXPECT_EQ(windows[4].rejected, "");
  EXPECT_EQ(windows[5].rejected, "");
  EXPECT_THAT(windows[6].rejected, HasSubstr("lost samples"));
  EXPECT_EQ(windows[7].rejected, "");
  EXPECT_THAT(windows[8].rejected, HasSubstr("overcurrent"));
  EXPECT_EQ(result->counting(), run.windows - 5);
}

TEST(LogicCutFaults, MissingEdges) {
  const SyntheticRun run;
  SyntheticTrace trace(run.seconds());
  for (std::uint32_t w = 0; w < run.windows; ++w) {
    trace.toggle(0, run.begin_s(w));
    if (w != 4) trace.toggle(0, run.begin_s(w) + run.length_s);
    if (w == 4) trace.toggle(0, run.begin_s(5) - 1e-9);  // stays high until window 5 begins
  }
  // Window 4 never falls, window 5 never rises: its rise and that late fall are at one place.
  const Result<Cut> result = cut(run, trace);
  ASSERT_TRUE(result.ok()) << result.error().what;
  EXPECT_THAT(result->windows[4].rejected, HasSubstr("its falling edge is missing on input D0"));
  EXPECT_THAT(result->windows[5].rejected, HasSubstr("its rising edge is missing on input D0"));
  EXPECT_EQ(result->counting(), run.windows - 2);
  EXPECT_NEAR(result->windows[4].end, (run.begin_s(4) + run.length_s) * kRate, 0.5);
}

TEST(LogicCutFaults, AMissingWindowAnywhere) {
  const SyntheticRun run;
  for (std::uint32_t missing = 0; missing < run.windows; ++missing) {
    SyntheticTrace trace(run.seconds());
    for (std::uint32_t w = 0; w < run.windows; ++w)
      if (w != missing) trace.pulse(0, run.begin_s(w), run.begin_s(w) + run.length_s);
    const Result<Cut> result = cut(run, trace);
    if (missing > 0 && missing + 1 < run.windows) {
      expect_rejected(result, {missing}, "both its edges are missing");
    } else {
      // Whether the first or the last of windows at even distances is missing cannot be told.
      ASSERT_FALSE(result.ok());
      EXPECT_THAT(result.error().what, HasSubstr("which ones cannot be told"));
    }
  }
}

TEST(LogicCutFaults, WindowsAtUnevenDistancesTellWhichOneIsMissing) {
  // Without gaps, ends of the trace, or anything else to go by.
  const SyntheticRun run;
  std::vector<DeviceWindow> windows = run.device_windows();
  SyntheticTrace trace(run.seconds() + 0.1);
  for (std::uint32_t w = 0; w < run.windows; ++w) {
    const double begin = run.begin_s(w) + w * w * 1e-4;
    windows[w].begin_ticks = run.clock.ticks_at(begin);
    windows[w].end_ticks = run.clock.ticks_at(begin + run.length_s);
    if (w != 0) trace.pulse(0, begin, begin + run.length_s);
  }
  expect_rejected(cut_by_logic(trace.make(), windows, options_for(run)), {0}, "are missing");
}

TEST(LogicCutFaults, WhichWindowsAreMissingCannotAlwaysBeTold) {
  SyntheticRun run;
  SyntheticTrace trace = run.trace();
  trace.dropped(0, middle(run, 2));  // 3 of 20 windows alike, and the trace ends behind the last
  const Result<Cut> result = cut(run, trace);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().blame, Blame::kLab);
  EXPECT_EQ(result.error().what,
            "5 of the windows' 40 edges are missing on input D0, and which ones cannot be told: "
            "the windows are all alike");
}

TEST(LogicCutFaults, AGapTellsWhichWindowIsMissing) {
  const SyntheticRun run;
  for (const std::uint32_t missing : {0u, run.windows - 1}) {
    SyntheticTrace trace = run.trace();
    const auto first = static_cast<std::uint64_t>((run.begin_s(missing) - 1e-3) * kRate);
    trace.gap(first, static_cast<std::uint64_t>((run.length_s + 2e-3) * kRate));
    expect_rejected(cut(run, trace), {missing}, "both its edges are missing");
  }
}

/// As an LPM01A loses samples: a whole block, in which levels change that nobody saw.
TEST(LogicCutFaults, AGapOverWindowsOfTwoKindsTakesThoseAlone) {
  SyntheticTrace trace(2.5, 1000);
  std::vector<DeviceWindow> windows;
  const SyntheticClock clock;
  double begin = 0.1003;
  for (unsigned w = 0; w < 6; ++w) {
    const double length = w % 2 == 0 ? 0.2504 : 0.3606;
    trace.pulse(0, begin, begin + length);
    const WindowKind kind = w % 2 == 0 ? WindowKind::kIdle : WindowKind::kInference;
    windows.push_back({clock.ticks_at(begin), clock.ticks_at(begin + length), w % 2, kind});
    begin += length + (w % 2 == 0 ? 0.0703 : 0.1107);
  }
  trace.gap(1000, 1000);
  LogicCutOptions options;
  options.tick_hz = static_cast<std::uint64_t>(clock.tick_hz);
  options.toggle.reset();
  expect_rejected(cut_by_logic(trace.make(), windows, options), {2, 3, 4}, "missing on input D0");
}

TEST(LogicCutFaults, SurplusEdges) {
  const SyntheticRun run;
  SyntheticTrace trace = run.trace();
  const double inside = run.begin_s(6) + 5e-3;
  trace.pulse(0, inside, inside + 1e-3);                         // falls in window 6
  trace.pulse(0, run.begin_s(3) - 5e-3, run.begin_s(3) - 4e-3);  // and rises before window 3
  const Result<Cut> result = cut(run, trace);
  expect_rejected(result, {6}, "an edge too many on input D0 at 0.198");
  EXPECT_THAT(result->notes, Contains(HasSubstr("belongs to no window")));
  EXPECT_THAT(result->notes, Contains("1 more edges on input D0 belong to no window"));
}

TEST(LogicCutFaults, GlitchesAreNotedAndHarmNothing) {
  const SyntheticRun run;
  SyntheticTrace trace = run.trace();
  trace.pulse(0, run.begin_s(6) + 5e-3, run.begin_s(6) + 5.02e-3);
  trace.pulse(0, run.begin_s(3) - 5e-3, run.begin_s(3) - 4.98e-3);
  const Result<Cut> result = cut(run, trace);
  expect_rejected(result, {}, "");
  ASSERT_EQ(result->notes.size(), 1u);
  EXPECT_THAT(result->notes[0],
              HasSubstr("2 glitches on input D0, the first of 2 samples at 0.0977"));
}

TEST(LogicCutFaults, WrongNumberOfInferences) {
  SyntheticRun run;
  SyntheticTrace trace = run.trace();
  trace.toggle(1, run.begin_s(2) + run.length_s * 0.95);
  expect_rejected(cut(run, trace), {2}, "input D1 moved 11 times in it, for 10 inferences");
}

TEST(LogicCutFaults, ASecondPinThatNeverMovesIsNoted) {
  const SyntheticRun run;
  SyntheticTrace trace(run.seconds());
  for (std::uint32_t w = 0; w < run.windows; ++w)
    trace.pulse(0, run.begin_s(w), run.begin_s(w) + run.length_s);
  const Result<Cut> result = cut(run, trace);
  expect_rejected(result, {}, "");
  EXPECT_FALSE(result->inferences_counted);
  EXPECT_THAT(result->notes, Contains("inferences are not counted: input D1 never moves"));
}

TEST(LogicCutFaults, AFloatingSecondPinFails) {
  const SyntheticRun run;
  SyntheticTrace trace = run.trace();
  trace.floating(1, 5);
  const Result<Cut> result = cut(run, trace);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().blame, Blame::kLab);
  EXPECT_THAT(result.error().what, HasSubstr("none of 20 windows counts; the first: input D1"));
}

TEST(LogicCutFaults, InferencesTooShortToBeCounted) {
  SyntheticRun run;
  run.inferences = 1500;
  const Result<Cut> result = cut(run, run.trace());
  ASSERT_TRUE(result.ok()) << result.error().what;
  EXPECT_EQ(result->counting(), run.windows);
  EXPECT_FALSE(result->inferences_counted);
  EXPECT_THAT(result->notes, Contains(HasSubstr("shorter than two samples")));
}

TEST(LogicCutFaults, ShortOnesArePassedOverAndTheOthersCounted) {
  const SyntheticRun run;
  SyntheticTrace trace = run.trace();
  trace.toggle(1, run.begin_s(2) + run.length_s * 0.95);
  std::vector<DeviceWindow> windows = run.device_windows();
  windows[7].inferences = 5000;  // pre-processing, say
  const Result<Cut> result = cut_by_logic(trace.make(), windows, options_for(run));
  expect_rejected(result, {2}, "input D1 moved 11 times");
  EXPECT_TRUE(result->inferences_counted);
  EXPECT_THAT(result->notes, Contains(HasSubstr("inferences of 1 window are not counted")));
}

/// What a PPK2's driver makes of a loss that time alone has shown: somewhere in a second 64 samples
/// were lost; they become gaps in the middle of it, and all around them is invalid.
TEST(LogicCutFaults, ALossAtAnUnknownPlaceSpoilsTheWindowsAroundIt) {
  const SyntheticRun run;
  for (const double lost_at : {0.21, 0.25, 0.29}) {
    SyntheticTrace made = run.trace();
    made.dropped(static_cast<std::uint64_t>(lost_at * kRate), 64);
    Trace trace = made.make();
    const auto insert = [](auto& values, auto value) {
      values.insert(values.begin() + 24'900, 64, value);
    };
    insert(trace.flags, flag::kGap);
    insert(trace.logic, std::uint8_t{0});
    insert(trace.rails[0].values, 0.0f);
    for (std::size_t k = 20'000; k < 30'000; ++k)
      trace.flags[k] |= flag::kInvalid;
    const Result<Cut> result = cut_by_logic(trace, run.device_windows(), options_for(run));
    ASSERT_TRUE(result.ok()) << result.error().what;
    EXPECT_TRUE(result->ends_from_fit);
    for (std::uint32_t w = 0; w < run.windows; ++w) {
      const bool spoilt = run.begin_s(w) + run.length_s > 0.2 && run.begin_s(w) < 0.3;
      EXPECT_EQ(!result->windows[w].rejected.empty(), spoilt) << w;
      EXPECT_NEAR(result->windows[w].begin, run.begin_s(w) * kRate, 0.5) << w;
    }
  }
}

TEST(LogicCutFaults, FloatingRegionPin) {
  const SyntheticRun run;
  SyntheticTrace trace = run.trace();
  trace.floating(0, 3);
  const Result<Cut> result = cut(run, trace);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().blame, Blame::kLab);
  EXPECT_THAT(result.error().what, HasSubstr("input D0 floats or carries another signal: "));
}

TEST(LogicCutFaults, NoWire) {
  const SyntheticRun run;
  SyntheticTrace trace(run.seconds());
  const Result<Cut> result = cut(run, trace);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().what, "no edge on input D0 while the board made 40");
  EXPECT_FALSE(result.error().hint.empty());
}

TEST(LogicCutFaults, SwappedEdges) {
  const SyntheticRun run;
  SyntheticTrace trace = run.trace();
  trace.inverted(0);
  const Result<Cut> result = cut(run, trace);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().what, "the edges on input D0 are swapped: it falls where windows begin");
}

TEST(LogicCutFaults, SwappedWires) {
  const SyntheticRun run;
  LogicCutOptions options = options_for(run);
  options.region = {1};
  options.toggle = LogicInput{0};
  const Result<Cut> result = cut_by_logic(run.trace().make(), run.device_windows(), options);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().blame, Blame::kLab);
}

TEST(LogicCutFaults, AnotherSignal) {
  const SyntheticRun run;
  SyntheticTrace trace(run.seconds());
  Random random(8);
  for (int i = 0; i < 40; ++i)
    trace.toggle(0, run.seconds() * (random.below(10'000)) * 1e-4);
  const Result<Cut> result = cut(run, trace);
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().what, HasSubstr("are not those of the windows"));
}

TEST(LogicCutFaults, SwappedTicksOfTheBoardAreRefused) {
  const SyntheticRun run;
  const Trace trace = run.trace().make();
  std::vector<DeviceWindow> windows = run.device_windows();
  std::swap(windows[3].begin_ticks, windows[3].end_ticks);
  const Result<Cut> backwards = cut_by_logic(trace, windows, options_for(run));
  ASSERT_FALSE(backwards.ok());
  EXPECT_EQ(backwards.error().blame, Blame::kDevice);
  EXPECT_THAT(backwards.error().what, HasSubstr("window 4 of 20 ends before it has begun"));
  windows = run.device_windows();
  std::swap(windows[3], windows[4]);
  const Result<Cut> order = cut_by_logic(trace, windows, options_for(run));
  ASSERT_FALSE(order.ok());
  EXPECT_THAT(order.error().what, HasSubstr("window 5 of 20 begins before window 4 has ended"));
}

TEST(LogicCutFaults, AClockThatIsWayOff) {
  SyntheticRun run;
  for (const double ppm : {1500.0, -2000.0, 330'000.0}) {
    run.clock.ppm = ppm;
    const Result<Cut> result = cut(run, run.trace());
    ASSERT_FALSE(result.ok()) << ppm;
    EXPECT_EQ(result.error().blame, Blame::kDevice);
    EXPECT_THAT(result.error().what, HasSubstr("ppm off the meter's"));
  }
}

TEST(LogicCutFaults, OneShortWindowWithAClockThatIsWayOff) {
  SyntheticRun run;
  run.windows = 1;
  run.length_s = 1e-3;
  run.clock.ppm = 330'000;
  const Result<Cut> result = cut(run, run.trace());
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().what,
              HasSubstr("its edges are 100.0 samples apart where its ticks say 133.0"));
}

TEST(LogicCutFaults, JitterCutsAtTheEdges) {
  // A pin that is moved by a task of its own, up to 100 us later than the ticks say.
  const SyntheticRun run;
  Random random(2);
  SyntheticTrace trace(run.seconds());
  std::vector<double> begins;
  for (std::uint32_t w = 0; w < run.windows; ++w) {
    begins.push_back(run.begin_s(w) + 1e-6 * (random.below(25)));
    trace.pulse(0, begins.back(), run.begin_s(w) + run.length_s + 1e-6 * (random.below(25)));
  }
  const Result<Cut> result = cut(run, trace);
  ASSERT_TRUE(result.ok()) << result.error().what;
  EXPECT_FALSE(result->ends_from_fit);
  EXPECT_THAT(result->notes, Contains(HasSubstr("each window is cut at its own edges")));
  for (std::uint32_t w = 0; w < run.windows; ++w)
    EXPECT_NEAR(result->windows[w].begin, begins[w] * kRate, 0.5);
}

TEST(LogicCutFaults, NothingGivenOrNoInput) {
  const SyntheticRun run;
  Trace trace = run.trace().make();
  EXPECT_EQ(cut_by_logic(trace, {}, options_for(run)).error().blame, Blame::kBug);
  EXPECT_EQ(cut_by_logic(trace, run.device_windows(), {}).error().blame, Blame::kBug);
  for (const double rate : {0.0, -1.0, std::nan(""), 1e300, HUGE_VAL}) {
    trace.rate_hz = rate;
    EXPECT_FALSE(cut_by_logic(trace, run.device_windows(), options_for(run)).ok()) << rate;
  }
  trace.logic.clear();
  trace.logic_bits = 0;
  EXPECT_EQ(cut_by_logic(trace, run.device_windows(), options_for(run)).error().blame, Blame::kLab);
}

TEST(LogicCutFaults, WhateverIsSpoiltNoWindowThatCountsIsWrong) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    Random random(seed);
    SyntheticRun run;
    run.windows = 2 + random.below(20);
    run.clock.ppm = static_cast<double>(random.below(1000)) - 500;
    SyntheticTrace trace = run.trace();
    const auto place = [&] {
      return std::uint64_t{random.below(static_cast<std::uint32_t>(run.seconds() * 9e4))};
    };
    const auto add_gap = [&] {
      const std::uint64_t first = place();
      trace.gap(first, 1 + random.below(500));
    };
    std::uint64_t drop_at = place(), drop = 0;
    if (random.below(2) == 0) trace.dropped(drop_at, drop = 4 + random.below(300));
    for (std::uint32_t i = random.below(4); i > 0; --i)
      add_gap();
    for (std::uint32_t i = random.below(3); i > 0; --i) {
      const double at = static_cast<double>(place()) / kRate;
      trace.pulse(0, at, at + 1e-6 * (1 + random.below(3000)));
    }
    const Result<Cut> result = cut(run, trace);
    if (!result.ok()) continue;
    for (std::uint32_t w = 0; w < run.windows; ++w) {
      const Window& window = result->windows[w];
      if (!window.rejected.empty()) continue;
      const double begin = run.begin_s(w) * kRate;
      const double shift = begin > static_cast<double>(drop_at) ? static_cast<double>(drop) : 0;
      // Within the two windows beside a loss that is hidden near gaps, 3 samples are not noticed.
      EXPECT_NEAR(window.begin, begin - shift, 4) << seed << " window " << w;
      EXPECT_NEAR(window.end - window.begin, run.length_s * kRate, 4) << seed << " window " << w;
    }
  }
}

}  // namespace
}  // namespace hil::energy
