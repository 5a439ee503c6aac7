// SPDX-License-Identifier: Apache-2.0
// Losses that only time shows: found to the sample; drift, busy hosts and pauses are none.
#include "host/energy/ppk2/rate_watch.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace hil::energy::ppk2 {
namespace {

/// Arrivals of packets of about 2 ms, each late by what an exponential law gives.
struct Line {
  double seconds = 6;
  double mean_late_s = 0.4e-3;
  double ppm = 0;                                   ///< of the device's clock
  std::vector<std::pair<double, int>> losses{};     ///< when, how many
  std::function<double(double)> busy = nullptr;     ///< more lateness at a time
  std::function<double(double)> missing = nullptr;  ///< share that is lost at a time
};

RateWatch watch(const Line& line, unsigned seed) {
  RateWatch rate;
  std::mt19937 random(seed);
  std::exponential_distribution<double> late(1 / line.mean_late_s);
  double lost = 0, last = 0;
  std::size_t next = 0;
  for (double t = 0.002; t < line.seconds; t += 0.002) {
    while (next < line.losses.size() && line.losses[next].first <= t)
      lost += line.losses[next++].second;
    if (line.missing) lost += line.missing(t) * 200;
    double arrival = t + 50e-6 + late(random);
    if (line.busy) arrival += line.busy(t);
    last = std::max(last, arrival);
    const double made = t * 1e5 * (1 + line.ppm * 1e-6) - lost;
    rate.feed(Deadline::Clock::time_point() + std::chrono::duration_cast<Deadline::Clock::duration>(
                                                  std::chrono::duration<double>(last)),
              static_cast<std::uint64_t>(made));
  }
  return rate;
}

TEST(Ppk2RateWatchTest, FindsWhatTheCounterCannot) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    for (const int lost : {64, 128, 640, 6400}) {
      Line line;
      line.ppm = (seed % 5 - 2.0) * 60;
      line.losses = {{2.1 + seed * 0.03, lost}};
      const auto found = watch(line, seed).losses();
      ASSERT_EQ(found.size(), 1u) << lost << " seed " << seed;
      EXPECT_EQ(found[0].samples, static_cast<std::uint64_t>(lost)) << seed;
      const double at = line.losses[0].first * 1e5;
      EXPECT_LE(static_cast<double>(found[0].after), at * 1.001);
      EXPECT_GE(static_cast<double>(found[0].before), at * 0.999 - lost);
      EXPECT_LT(found[0].before - found[0].after, 60'000u) << "known to half a second";
    }
  }
}

TEST(Ppk2RateWatchTest, FindsEachOfSeveral) {
  Line line;
  line.seconds = 10;
  line.losses = {{0.7, 64}, {3.2, 128}, {7.9, 64}};
  const auto found = watch(line, 3).losses();
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].samples, 64u);
  EXPECT_EQ(found[1].samples, 128u);
  EXPECT_EQ(found[2].samples, 64u);
}

TEST(Ppk2RateWatchTest, DriftIsNoLoss) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    Line line;
    line.seconds = 20;
    line.ppm = seed % 2 == 0 ? 200 : -200;
    EXPECT_TRUE(watch(line, seed).losses().empty()) << seed;
  }
}

TEST(Ppk2RateWatchTest, ABusyHostIsNoLoss) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    Line line;
    line.mean_late_s = 2e-3;
    line.busy = [](double t) { return t > 2 && t < 2.7 ? 15e-3 : 0.0; };
    EXPECT_TRUE(watch(line, seed).losses().empty()) << seed;
  }
}

TEST(Ppk2RateWatchTest, AHostThatGetsBusyForGoodClaimsNoLossAndSaysSo) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    Line line;
    // From here on even the earliest of a quarter of a second is late, some ms more or less.
    std::minstd_rand random(seed + 1);
    double level = 0;
    int block = -1;
    line.busy = [&](double t) {
      if (static_cast<int>(t * 4) != block) {
        block = static_cast<int>(t * 4);
        level = t > 3 ? 1e-3 + static_cast<double>(random() % 1000) * 8e-6 : 0;
      }
      return level;
    };
    const RateWatch rate = watch(line, seed);
    EXPECT_TRUE(rate.losses().empty()) << seed;
    EXPECT_TRUE(rate.scatter_s().has_value());
  }
  Line busy;
  busy.mean_late_s = 100e-3;
  EXPECT_GT(*watch(busy, 1).scatter_s(), RateWatch::kMostScatter_s);
  EXPECT_LT(*watch(Line{}, 1).scatter_s(), RateWatch::kMostScatter_s);
}

TEST(Ppk2RateWatchTest, HalfAPerCentOverASecondIsLoss) {
  Line line;
  line.missing = [](double t) { return t > 2 && t < 3 ? 0.005 : 0.0; };
  const auto found = watch(line, 1).losses();
  std::uint64_t sum = 0;
  for (const auto& loss : found)
    sum += loss.samples;
  EXPECT_NEAR(static_cast<double>(sum), 500, 64);
}

TEST(Ppk2RateWatchTest, LossWithoutBeginningOrEndIsOneOfUnknownPlace) {
  Line line;
  line.missing = [](double) { return 0.006; };
  const auto found = watch(line, 1).losses();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NEAR(static_cast<double>(found[0].samples), 0.006 * 6e5, 200);
  EXPECT_LT(found[0].after, 30'000u);
  EXPECT_GT(found[0].before, 550'000u);
}

TEST(Ppk2RateWatchTest, AStarvedHostClaimsNothing) {
  // The emulated device starves with it: the stream falls behind by a second and more.
  Line line;
  std::minstd_rand random(5);
  line.busy = [&](double t) { return t * 0.3 + static_cast<double>(random() % 1000) * 1e-4; };
  const RateWatch rate = watch(line, 1);
  EXPECT_TRUE(rate.losses().empty());
  EXPECT_EQ(rate.seen_hz(), 0);
}

TEST(Ppk2RateWatchTest, ALossRightAtTheEndIsNotClaimed) {
  Line line;
  line.losses = {{5.8, 64}};
  EXPECT_TRUE(watch(line, 1).losses().empty());
}

TEST(Ppk2RateWatchTest, SeesTheRate) {
  Line line;
  line.ppm = 237;
  EXPECT_NEAR(watch(line, 1).seen_hz(), 100'023.7, 15);
  line.seconds = 0.3;
  EXPECT_EQ(watch(line, 1).seen_hz(), 0) << "too short to tell";
  EXPECT_EQ(RateWatch().seen_hz(), 0);
  EXPECT_TRUE(RateWatch().losses().empty());
}

}  // namespace
}  // namespace hil::energy::ppk2
