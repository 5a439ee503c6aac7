// SPDX-License-Identifier: Apache-2.0
// What the meter sees: runs at its pace, the idle level else, and a supply that it switches.
#include "host/emulate/power/track_source.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace hil::emulate {
namespace {

constexpr double kIdle = 0.001;

/// 1 ms of 2 mA, 2 ms of 10 mA with pin 0 high, 1 ms of 3 mA.
Track small_run() {
  Track track;
  track.pieces = {{0.001, 0.002, 0}, {0.003, 0.010, kPinRegion}, {0.004, 0.003, 0}};
  return track;
}

/// Sampling, supplied, and told of nothing else.
struct Bench {
  std::vector<bool> switched;
  TrackSource source;

  explicit Bench(bool back_powered = false)
      : source(kIdle, 3.0, {back_powered, [this](bool on) { switched.push_back(on); }}) {
    source.set_supply(true, 3.3);
    source.set_sampling(true);
  }
};

TEST(TrackSource, HoldsTheIdleLevel) {
  Bench bench;
  for (int i = 0; i < 10; ++i) {
    const auto seen = bench.source.advance(1e-5);
    EXPECT_DOUBLE_EQ(seen.amps, kIdle);
    EXPECT_EQ(seen.pins, 0);
    EXPECT_EQ(seen.rises + seen.falls, 0u);
  }
}

TEST(TrackSource, PlaysEveryCoulombAtAnyPace) {
  for (const double step : {1e-6, 1e-5, 7.3e-5, 1e-3, 0.1}) {
    Bench bench;
    ASSERT_TRUE(bench.source.play(small_run()));
    ASSERT_TRUE(bench.source.play(small_run()));
    double coulombs = 0, seconds = 0;
    std::uint32_t rises = 0, falls = 0;
    while (seconds < 0.0101) {
      const auto seen = bench.source.advance(step);
      coulombs += seen.amps * step;
      seconds += step;
      rises += seen.rises;
      falls += seen.falls;
    }
    EXPECT_FALSE(bench.source.is_playing());
    EXPECT_NEAR(coulombs, 2 * 25e-6 + (seconds - 0.008) * kIdle, 1e-12) << step;
    EXPECT_EQ(rises, 2u);
    EXPECT_EQ(falls, 2u);
  }
}

TEST(TrackSource, PinsAreThoseAtTheBeginningOfTheInterval) {
  Bench bench;
  ASSERT_TRUE(bench.source.play(small_run()));
  std::vector<int> high;
  for (int i = 0; i < 9; ++i)
    high.push_back(bench.source.advance(0.0005).pins & kPinRegion);
  EXPECT_EQ(high, (std::vector<int>{0, 0, 0, 1, 1, 1, 1, 0, 0}));
}

TEST(TrackSource, WhatComesWhileNobodySamplesIsNotKept) {
  Bench bench;
  bench.source.set_sampling(false);
  EXPECT_FALSE(bench.source.play(small_run()));
  bench.source.set_sampling(true);
  EXPECT_DOUBLE_EQ(bench.source.advance(0.002).amps, kIdle);
}

TEST(TrackSource, ANewRecordingBeginsWithoutWhatTheLastOneLeft) {
  Bench bench;
  ASSERT_TRUE(bench.source.play(small_run()));
  bench.source.advance(0.002);
  bench.source.set_sampling(false);
  bench.source.set_sampling(true);
  const auto seen = bench.source.advance(0.002);
  EXPECT_DOUBLE_EQ(seen.amps, kIdle);
  EXPECT_EQ(seen.pins, 0);
}

TEST(TrackSource, MoreThanItCanKeepIsRefused) {
  Bench bench;
  Track large;
  large.pieces.resize(TrackSource::kMostPieces);
  ASSERT_TRUE(bench.source.play(small_run()));
  EXPECT_FALSE(bench.source.play(std::move(large)));
}

TEST(TrackSource, UntilItsMeterFeedsItSomethingElseDoes) {
  std::vector<bool> switched;
  TrackSource source(kIdle, 3.0, {false, [&](bool on) { switched.push_back(on); }});
  EXPECT_DOUBLE_EQ(source.volts(), 3.0);
  source.set_supply(false, 1.8);
  source.set_sampling(true);
  EXPECT_DOUBLE_EQ(source.advance(1).amps, 0);
  EXPECT_DOUBLE_EQ(source.volts(), 3.0);
  source.set_supply(true, 1.8);
  EXPECT_DOUBLE_EQ(source.advance(1).amps, kIdle);
  EXPECT_DOUBLE_EQ(source.volts(), 1.8);
  EXPECT_TRUE(switched.empty());
}

TEST(TrackSource, TheSupplyIsSwitchedOncePerChange) {
  Bench bench;
  bench.source.set_supply(true, 3.0);
  bench.source.set_supply(false, 3.0);
  bench.source.set_supply(false, 3.0);
  ASSERT_FALSE(bench.source.play(small_run()));
  EXPECT_DOUBLE_EQ(bench.source.advance(1).amps, 0);
  bench.source.set_supply(true, 3.0);
  EXPECT_EQ(bench.switched, (std::vector<bool>{false, true}));
  EXPECT_DOUBLE_EQ(bench.source.advance(1).amps, kIdle);
}

TEST(TrackSource, PowerThatIsCutEndsTheRun) {
  Bench bench;
  ASSERT_TRUE(bench.source.play(small_run()));
  bench.source.advance(0.002);
  bench.source.set_supply(false, 3.3);
  EXPECT_FALSE(bench.source.is_playing());
  EXPECT_EQ(bench.source.advance(1).pins, 0);
}

TEST(TrackSource, ABackPoweredBoardGoesOn) {
  Bench bench(true);
  ASSERT_TRUE(bench.source.play(small_run()));
  bench.source.set_supply(false, 3.3);
  EXPECT_TRUE(bench.switched.empty());
  const auto seen = bench.source.advance(0.002);
  EXPECT_DOUBLE_EQ(seen.amps, 0);
  EXPECT_EQ(seen.rises, 1u);
}

}  // namespace
}  // namespace hil::emulate
