// SPDX-License-Identifier: Apache-2.0
// Windows by the host's clock: guards, whole inferences, refusals.
#include "host/energy/window/host_cut.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "host/energy/sum/integrate.hpp"
#include "tests/host/energy/synthetic_trace.hpp"

namespace hil::energy {
namespace {

using ::testing::HasSubstr;
using testing::Random;
using testing::SyntheticRun;

constexpr std::uint64_t kTickHz = 16'000'000;

SyntheticRun long_run() {
  SyntheticRun run;
  run.rate_hz = 1000;
  run.first_s = 1.0003;
  run.length_s = 12;
  run.period_s = 14;
  run.windows = 2;
  run.inferences = 480;
  return run;
}

HostAnchor anchor(const SyntheticRun& run, double seconds, double late_s, double sigma_s = 2e-3) {
  return {run.clock.ticks_at(seconds), seconds + late_s, sigma_s};
}

TEST(HostCut, KeepsWholeInferencesBetweenGuards) {
  const SyntheticRun run = long_run();
  const std::vector<HostAnchor> anchors = {anchor(run, 0.5, 1e-3), anchor(run, 28, -1e-3)};
  const Trace trace = run.trace().make();
  const Result<Cut> cut = cut_by_host_clock(trace, run.device_windows(), anchors, kTickHz);
  ASSERT_TRUE(cut.ok()) << cut.error().what;
  EXPECT_EQ(cut->alignment, Alignment::kHostClock);
  for (std::uint32_t w = 0; w < 2; ++w) {
    const Window& window = cut->windows[w];
    EXPECT_EQ(window.rejected, "");
    EXPECT_EQ(window.inferences, 479u);  // 12 ms of guards of 12 s
    EXPECT_NEAR((window.end - window.begin) / window.inferences, 25, 0.01);
    // At least 3 sigma are left at both ends, though the anchors are late and early.
    EXPECT_GT(window.begin, run.begin_s(w) * 1000 + 5);
    EXPECT_LT(window.end, (run.begin_s(w) + 12) * 1000 - 5);
    EXPECT_NEAR(window.edge_sigma, 2, 0.5);
    const double truth = run.work_a * run.length_s / run.inferences;
    const double charge = integrate(trace, window.begin, window.end).coulombs.value_or(0);
    EXPECT_NEAR(charge / window.inferences, truth, 1e-4 * truth);
    const auto ticks = static_cast<double>(window.end_ticks - window.begin_ticks);
    EXPECT_NEAR(ticks / window.inferences, 12.0 * 16e6 / 480, 2);
  }
}

TEST(HostCut, OneAnchorHasNoRateAndWiderGuards) {
  const SyntheticRun run = long_run();
  const std::vector<HostAnchor> anchors = {anchor(run, 0.5, 0)};
  const Result<Cut> cut =
      cut_by_host_clock(run.trace().make(), run.device_windows(), anchors, kTickHz);
  ASSERT_TRUE(cut.ok()) << cut.error().what;
  EXPECT_TRUE(cut->clock->nominal_rate);
  // 577 ppm of 12.5 s and of 26.5 s.
  EXPECT_NEAR(cut->windows[0].edge_sigma, std::hypot(2, 7.2), 0.1);
  EXPECT_NEAR(cut->windows[1].edge_sigma, std::hypot(2, 15.3), 0.1);
  EXPECT_LT(cut->windows[1].inferences, 479u);
}

TEST(HostCut, EveryWindowStaysInsideWhateverTheLatency) {
  int outside = 0;
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    SyntheticRun run = long_run();
    run.windows = 1;
    run.clock.ppm = static_cast<double>(random.below(200)) - 100;
    const std::vector<HostAnchor> anchors = {anchor(run, 0.1, random.between(-2e-3, 2e-3)),
                                             anchor(run, 14, random.between(-2e-3, 2e-3))};
    const Result<Cut> cut =
        cut_by_host_clock(run.trace().make(), run.device_windows(), anchors, kTickHz);
    ASSERT_TRUE(cut.ok()) << cut.error().what;
    const Window& window = cut->windows[0];
    if (window.begin < run.first_s * 1000 || window.end > (run.first_s + 12) * 1000) ++outside;
  }
  EXPECT_EQ(outside, 0);
}

TEST(HostCut, ShortWindowsAreRefused) {
  SyntheticRun run = long_run();
  run.length_s = 10;  // 9.98 s within guards
  const std::vector<HostAnchor> anchors = {anchor(run, 0.5, 0), anchor(run, 28, 0)};
  const Result<Cut> cut =
      cut_by_host_clock(run.trace().make(), run.device_windows(), anchors, kTickHz);
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().blame, Blame::kLab);
  EXPECT_THAT(cut.error().what, HasSubstr("s of its 10.000 s are left between its guards; the "
                                          "host's clock needs 10 s"));
}

TEST(HostCut, GuardsLargerThanTheWindow) {
  SyntheticRun run = long_run();
  run.length_s = 0.01;
  const std::vector<HostAnchor> anchors = {anchor(run, 0.5, 0)};
  const Result<Cut> cut =
      cut_by_host_clock(run.trace().make(), run.device_windows(), anchors, kTickHz);
  ASSERT_FALSE(cut.ok());
  EXPECT_THAT(cut.error().what, HasSubstr("0.000 s of its 0.010 s are left"));
}

TEST(HostCut, IdleWindowsMayBeShorter) {
  SyntheticRun run = long_run();
  run.length_s = 3;
  std::vector<DeviceWindow> windows = run.device_windows();
  for (DeviceWindow& window : windows) {
    window.kind = WindowKind::kIdle;
    window.inferences = 0;
  }
  const std::vector<HostAnchor> anchors = {anchor(run, 0.5, 0), anchor(run, 28, 0)};
  const Result<Cut> cut = cut_by_host_clock(run.trace().make(), windows, anchors, kTickHz);
  ASSERT_TRUE(cut.ok()) << cut.error().what;
  EXPECT_EQ(cut->counting(), 2u);
  EXPECT_NEAR(cut->windows[0].end - cut->windows[0].begin, 3000 - 12, 3);
}

TEST(HostCut, TheRateThatWasSeenCounts) {
  const SyntheticRun run = long_run();
  Trace trace = run.trace().make();
  trace.rate_hz = 990;  // what the meter claims; 1,000 a second came
  trace.seen_hz = 1000;
  const std::vector<HostAnchor> anchors = {anchor(run, 0.5, 0), anchor(run, 28, 0)};
  const Result<Cut> cut = cut_by_host_clock(trace, run.device_windows(), anchors, kTickHz);
  ASSERT_TRUE(cut.ok()) << cut.error().what;
  EXPECT_GT(cut->windows[1].begin, run.begin_s(1) * 1000 + 5);
}

TEST(HostCut, GapsRejectHereToo) {
  const SyntheticRun run = long_run();
  testing::SyntheticTrace trace = run.trace();
  trace.gap(20'000, 3);
  const std::vector<HostAnchor> anchors = {anchor(run, 0.5, 0), anchor(run, 28, 0)};
  const Result<Cut> cut = cut_by_host_clock(trace.make(), run.device_windows(), anchors, kTickHz);
  ASSERT_TRUE(cut.ok());
  EXPECT_EQ(cut->windows[0].rejected, "");
  EXPECT_THAT(cut->windows[1].rejected, HasSubstr("samples are lost"));
}

TEST(HostCut, NonsenseIsRefused) {
  const SyntheticRun run = long_run();
  const Trace trace = run.trace().make();
  const std::vector<DeviceWindow> windows = run.device_windows();
  const auto blame = [&](std::vector<HostAnchor> anchors) {
    const Result<Cut> cut = cut_by_host_clock(trace, windows, anchors, kTickHz);
    EXPECT_FALSE(cut.ok());
    return cut.error().blame;
  };
  EXPECT_EQ(blame({}), Blame::kBug);
  EXPECT_EQ(blame({anchor(run, 0.5, 0, 0)}), Blame::kBug);
  EXPECT_EQ(blame({anchor(run, 0.5, std::nan(""))}), Blame::kBug);
  EXPECT_EQ(blame({anchor(run, 0.5, 0), anchor(run, 28, 0.1)}), Blame::kDevice);  // 3,600 ppm
  EXPECT_EQ(blame({anchor(run, 28, 0), anchor(run, 0.5, 0)}), Blame::kDevice);
  EXPECT_EQ(cut_by_host_clock(trace, {}, {}, kTickHz).error().blame, Blame::kBug);
}

}  // namespace
}  // namespace hil::energy
