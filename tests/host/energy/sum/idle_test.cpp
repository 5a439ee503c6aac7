// SPDX-License-Identifier: Apache-2.0
// Idle next to a window: drift, ends, scatter.
#include "host/energy/sum/idle.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "host/energy/sum/figures.hpp"
#include "tests/host/energy/synthetic_trace.hpp"

namespace hil::energy {
namespace {

using testing::SyntheticTrace;

Window window_of(WindowKind kind, double begin, double end, std::uint32_t inferences = 0) {
  Window window;
  window.kind = kind;
  window.begin = begin;
  window.end = end;
  window.inferences = inferences;
  return window;
}

/// Idle of 1 mA that grows by 2 mA a second, at 10 kHz.
Trace drifting() {
  return SyntheticTrace(1, 10'000).idle(1e-3, 2e-3).make();
}

TEST(Idle, LiesOnTheLineBetweenNeighbours) {
  const IdleTrack track(
      drifting(), {window_of(WindowKind::kIdle, 0, 1000), window_of(WindowKind::kIdle, 4000, 5000),
                   window_of(WindowKind::kIdle, 9000, 10'000)});
  ASSERT_EQ(track.windows(), 3u);
  EXPECT_NEAR(track.seconds(), 0.3 - 3 * 6e-4, 1e-9) << "without three samples at each end";
  for (const double index : {500.0, 2000.0, 4500.0, 7000.0, 9500.0}) {
    EXPECT_NEAR(track.at(index).amps, 1e-3 + 2e-3 * index / 10'000, 1e-9) << index;
    EXPECT_NEAR(track.at(index).watts, 3 * track.at(index).amps, 1e-9) << index;
    EXPECT_LT(track.at(index).common_w, 1e-9) << index;
  }
  EXPECT_LT(track.at(5000).random_w, 1e-8) << "drift is no scatter";
}

TEST(Idle, BeyondTheLastItIsTheNearestAndSaysWhatDriftMayDo) {
  const IdleTrack track(drifting(), {window_of(WindowKind::kIdle, 2000, 3000),
                                     window_of(WindowKind::kIdle, 4000, 5000)});
  const IdleSecond before = track.at(1500);
  EXPECT_NEAR(before.amps, 1.5e-3, 1e-9);
  EXPECT_NEAR(before.common_a, 0.2e-3, 1e-9);
  EXPECT_NEAR(track.at(6500).amps, 1.9e-3, 1e-9);
  EXPECT_NEAR(track.at(6500).common_w, 3 * 0.4e-3, 1e-8);
  EXPECT_NEAR(track.mean().amps, 1.7e-3, 1e-9);
}

TEST(Idle, OneWindowIsTakenAsItIs) {
  const IdleTrack track(drifting(), {window_of(WindowKind::kIdle, 2000, 3000)});
  EXPECT_NEAR(track.at(9000).amps, 1.5e-3, 1e-9);
  EXPECT_LT(track.at(9000).common_a, 1e-9);
}

TEST(Idle, RejectedOnesAndOthersDoNotCount) {
  Window rejected = window_of(WindowKind::kIdle, 0, 1000);
  rejected.rejected = "a sample is lost in it";
  const IdleTrack track(drifting(), {rejected, window_of(WindowKind::kInference, 1000, 2000, 1),
                                     window_of(WindowKind::kIdle, 9500, 10'001)});
  EXPECT_TRUE(track.empty());
  EXPECT_EQ(track.windows(), 0u);
}

TEST(Idle, NoiseShowsAsScatter) {
  const Trace trace = SyntheticTrace(2, 10'000).idle(1e-3).noise(1e-4, 5).make();
  std::vector<Window> windows;
  for (int i = 0; i < 20; ++i)
    windows.push_back(window_of(WindowKind::kIdle, i * 1000, i * 1000 + 400));
  const double expected = 1e-4 / std::sqrt(400);
  EXPECT_NEAR(IdleTrack(trace, windows).at(5000).random_a / expected, 1, 0.5);
  windows.resize(1);
  const double single = IdleTrack(trace, windows).at(5000).random_a;
  EXPECT_GT(single, expected / 5);
  EXPECT_LT(single, expected * 5);
}

TEST(Idle, NetEnergyOfADriftingBoardIsThatOfTheWorkAlone) {
  SyntheticTrace synthetic(1, 100'000);
  synthetic.idle(1e-3, 4e-3);
  std::vector<Window> windows;
  for (int w = 0; w < 10; ++w) {
    const double begin_s = 0.05 + 0.09 * w;
    windows.push_back(window_of(WindowKind::kIdle, (begin_s - 0.04) * 1e5, (begin_s - 0.01) * 1e5));
    synthetic.rectangle(begin_s, begin_s + 0.03, 10e-3);
    windows.push_back(window_of(WindowKind::kInference, begin_s * 1e5, (begin_s + 0.03) * 1e5, 3));
  }
  windows.push_back(window_of(WindowKind::kIdle, 0.95 * 1e5, 0.98 * 1e5));
  MeasuredWindows measured;
  measured.windows = windows;
  const auto energy = figures_of(synthetic.make(), measured);
  ASSERT_TRUE(energy.ok());
  EXPECT_NEAR(energy->net_uj->value / (3 * 10e-3 * 0.01 * 1e6), 1, 2e-4);
  EXPECT_GT(energy->gross_uj->value, energy->net_uj->value * 1.2);
  EXPECT_NEAR(energy->idle->watts, 3 * (1e-3 + 4e-3 * 0.48), 1e-4);
}

TEST(Idle, GuardsAreAStatedLengthAndNeverMuchOfAWindow) {
  Window window = window_of(WindowKind::kIdle, 100.5, 1100.25);
  EXPECT_EQ(idle_core(window).begin, 104);
  EXPECT_EQ(idle_core(window).end, 1097);
  window.edge_sigma = 10;
  EXPECT_EQ(idle_core(window).begin, 134);
  window.edge_sigma = 1e6;  // nearly nothing known: a tenth at each end
  EXPECT_EQ(idle_core(window).begin, 201);
  EXPECT_EQ(idle_core(window).end, 1000);
  const Window tiny = window_of(WindowKind::kIdle, 7.6, 8.4);
  EXPECT_EQ(idle_core(tiny).begin, 7.6);
  EXPECT_EQ(idle_core(tiny).end, 8.4);
}

/// The board raises and drops its pin at full power, partly inside the window: with 1 ms windows
/// that was 3 to 4 % of idle.
TEST(Idle, WhatThePinsTakeAtItsEndsIsNoIdle) {
  SyntheticTrace synthetic(0.2, 100'000);
  synthetic.idle(1.2e-3);
  std::vector<Window> windows;
  for (int i = 0; i < 20; ++i) {
    const double begin_s = 0.01 + 0.005 * i + 3.3e-6;
    synthetic.rectangle(begin_s - 5e-6, begin_s + 3e-6, 10e-3);
    synthetic.rectangle(begin_s + 1e-3 - 2e-6, begin_s + 1e-3 + 5e-6, 10e-3);
    windows.push_back(window_of(WindowKind::kIdle, begin_s * 1e5, (begin_s + 1e-3) * 1e5));
  }
  const Trace trace = synthetic.make();
  const WindowSum whole = integrate(trace, windows[0].begin, windows[0].end);
  EXPECT_GT(*whole.coulombs / whole.seconds, 1.03 * 1.2e-3);
  const IdleTrack track(trace, windows);
  EXPECT_NEAR(track.mean().amps / 1.2e-3, 1, 1e-6);
  EXPECT_NEAR(track.seconds(), 20e-3, 2e-3);
}

}  // namespace
}  // namespace hil::energy
