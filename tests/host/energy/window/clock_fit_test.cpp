// SPDX-License-Identifier: Apache-2.0
// The line from device ticks to samples against clocks whose truth is known.
#include "host/energy/window/clock_fit.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/host/energy/synthetic_trace.hpp"

namespace hil::energy {
namespace {

using testing::Random;

/// A device's edges as a meter of 100 kS/s sees them: rounded to half a sample before the next.
struct Simulation {
  double ppm = 0;
  double tick_hz = 16e6;
  std::uint64_t start = 1'000'000;
  double index = 1234.567;  ///< of the first edge
  std::uint32_t edges = 40;
  double spacing = 2000;  ///< samples, mean

  [[nodiscard]] NominalRates rates() const {
    return {static_cast<std::uint64_t>(tick_hz), 100'000.0};
  }
  [[nodiscard]] double per_tick() const { return 1e5 / (tick_hz * (1 + ppm * 1e-6)); }
};

std::vector<EdgePair> simulate(const Simulation& s, std::uint32_t seed) {
  Random random(seed);
  std::vector<EdgePair> pairs;
  std::uint64_t ticks = s.start;
  for (std::uint32_t i = 0; i < s.edges; ++i) {
    const double place = s.index + s.per_tick() * static_cast<double>(ticks - s.start);
    pairs.push_back({ticks, std::ceil(place) - 0.5, 0});
    ticks += static_cast<std::uint64_t>(s.spacing * random.between(0.5, 1.5) / s.per_tick());
  }
  return pairs;
}

TEST(ClockFit, RecoversASkewOf237Ppm) {
  Simulation s;
  s.ppm = 237;
  s.edges = 200;
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    const Result<EdgeFit> fit = fit_edges(simulate(s, seed), s.rates());
    ASSERT_TRUE(fit.ok());
    EXPECT_NEAR(fit->clock.ppm, 237, 1);
    EXPECT_LT(fit->clock.ppm_uncertainty, 0.3);
    EXPECT_TRUE(fit->consistent());
    EXPECT_NEAR(fit->clock.residual, kSamplingSigma, 0.08);
    EXPECT_FALSE(fit->clock.nominal_rate);
    EXPECT_EQ(fit->clock.edges, 200u);
  }
}

TEST(ClockFit, StatesHowGoodItIs) {
  Simulation s;
  s.ppm = -412;
  double of_rate = 0, of_place = 0;
  constexpr std::uint32_t kRuns = 1000;
  for (std::uint32_t seed = 0; seed < kRuns; ++seed) {
    const std::vector<EdgePair> pairs = simulate(s, seed);
    const Result<EdgeFit> fit = fit_edges(pairs, s.rates());
    ASSERT_TRUE(fit.ok());
    const double rate_off = (fit->clock.ppm - s.ppm) / fit->clock.ppm_uncertainty;
    const std::uint64_t ticks = pairs[seed % pairs.size()].ticks;
    const double place = s.index + s.per_tick() * static_cast<double>(ticks - s.start);
    const double place_off = (fit->index_at(ticks) - place) / fit->sigma();
    of_rate += rate_off * rate_off;
    of_place += place_off * place_off;
  }
  // Mean squares of errors by stated standard uncertainties: 1 if they are honest. The place's is
  // meant to be larger than the error, as rounding that is common to all edges can't be excluded.
  EXPECT_NEAR(of_rate / kRuns, 1, 0.35);
  EXPECT_LT(of_place / kRuns, 1.3);
  EXPECT_GT(of_place / kRuns, 0.15);
}

TEST(ClockFit, RoundingThatIsAlikeForAllEdgesIsNotHidden) {
  // Edges exactly 2,000 samples apart: all are rounded by the same amount.
  const NominalRates rates{16'000'000, 100'000};
  double squares = 0;
  double sigma = 0;
  constexpr int kPhases = 100;
  for (int phase = 0; phase < kPhases; ++phase) {
    const double offset = (phase + 0.5) / kPhases;
    std::vector<EdgePair> pairs;
    for (std::uint64_t i = 0; i < 40; ++i)
      pairs.push_back({i * 320'000, std::ceil(static_cast<double>(i) * 2000 + offset) - 0.5, 0});
    const Result<EdgeFit> fit = fit_edges(pairs, rates);
    ASSERT_TRUE(fit.ok());
    EXPECT_NEAR(fit->clock.residual, 0, 1e-9);
    squares += std::pow(fit->index_at(0) - offset, 2);
    sigma = fit->sigma();
  }
  EXPECT_NEAR(sigma, std::sqrt(squares / kPhases), 0.01);
}

TEST(ClockFit, TicksNearTheEndOf64BitsLoseNothing) {
  Simulation s;
  s.ppm = 100;
  s.tick_hz = 1e9;
  const std::vector<EdgePair> small = simulate(s, 1);
  s.start = ~std::uint64_t{0} - 2'000'000'000;
  const std::vector<EdgePair> large = simulate(s, 1);
  ASSERT_GT(large.back().ticks, large.front().ticks);
  const Result<EdgeFit> a = fit_edges(small, s.rates());
  const Result<EdgeFit> b = fit_edges(large, s.rates());
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(a->clock.ppm, b->clock.ppm);
  EXPECT_EQ(a->index_at(small[7].ticks), b->index_at(large[7].ticks));
}

TEST(ClockFit, LongRunsAtLargeIndicesLoseNothing) {
  Simulation s;
  s.ppm = 3.5;
  s.tick_hz = 1e9;
  s.index = 3e10;  // four days at 100 kS/s
  s.edges = 400;
  s.spacing = 1e6;
  const std::vector<EdgePair> pairs = simulate(s, 3);
  const Result<EdgeFit> fit = fit_edges(pairs, s.rates());
  ASSERT_TRUE(fit.ok());
  EXPECT_NEAR(fit->clock.ppm, 3.5, 0.001);
  const double place = s.index + s.per_tick() * static_cast<double>(pairs[200].ticks - s.start);
  EXPECT_NEAR(fit->index_at(pairs[200].ticks), place, 0.15);
}

TEST(ClockFit, MoreThan1000PpmIsRefused) {
  Simulation s;
  for (const double ppm : {-1050.0, 1050.0, 330'000.0, -250'000.0}) {
    s.ppm = ppm;
    const Result<EdgeFit> fit = fit_edges(simulate(s, 5), s.rates());
    ASSERT_FALSE(fit.ok()) << ppm;
    EXPECT_EQ(fit.error().blame, Blame::kDevice);
    EXPECT_NE(fit.error().what.find("ppm off the meter's"), std::string::npos);
  }
  s.ppm = 990;
  EXPECT_TRUE(fit_edges(simulate(s, 5), s.rates()).ok());
}

TEST(ClockFit, OneShortWindowTakesTheNominalRate) {
  const NominalRates rates{1'000'000, 100'000};
  const std::vector<EdgePair> pairs = {{500, 99.5, 0}, {1500, 200.5, 0}};
  const Result<EdgeFit> fit = fit_edges(pairs, rates);
  ASSERT_TRUE(fit.ok());
  EXPECT_TRUE(fit->clock.nominal_rate);
  EXPECT_EQ(fit->clock.ppm, 0);
  EXPECT_NEAR(fit->clock.ppm_uncertainty, 577, 1);
  EXPECT_NEAR(fit->index_at(500), 100, 1e-9);
  EXPECT_NEAR(fit->index_at(1500), 200, 1e-9);
  EXPECT_TRUE(fit->consistent());
}

TEST(ClockFit, OneLongWindowFitsARate) {
  const NominalRates rates{1'000'000, 100'000};
  const std::vector<EdgePair> pairs = {{0, 0.5, 0}, {1'000'000, 100'020.5, 0}};
  const Result<EdgeFit> fit = fit_edges(pairs, rates);
  ASSERT_TRUE(fit.ok());
  EXPECT_FALSE(fit->clock.nominal_rate);
  EXPECT_NEAR(fit->clock.ppm, -200, 0.1);
  EXPECT_NEAR(fit->clock.ppm_uncertainty, 4.1, 0.1);
  EXPECT_NEAR(fit->sigma(), kSamplingSigma, 2e-3);  // no residual: rounding itself
}

TEST(ClockFit, OneEdge) {
  const std::vector<EdgePair> pairs = {{777, 42.5, 0}};
  const Result<EdgeFit> fit = fit_edges(pairs, {1'000'000, 100'000});
  ASSERT_TRUE(fit.ok());
  EXPECT_TRUE(fit->clock.nominal_rate);
  EXPECT_EQ(fit->index_at(777), 42.5);
  EXPECT_EQ(fit->index_at(767), 41.5);
}

TEST(ClockFit, SectionsShareTheRateAndHaveOffsetsOfTheirOwn) {
  Simulation s;
  s.ppm = 50;
  std::vector<EdgePair> pairs = simulate(s, 11);
  for (std::size_t i = 15; i < pairs.size(); ++i) {
    pairs[i].section = i < 30 ? 1 : 2;
    pairs[i].index -= i < 30 ? 64 : 192;
  }
  const Result<EdgeFit> fit = fit_edges(pairs, s.rates());
  ASSERT_TRUE(fit.ok());
  EXPECT_TRUE(fit->consistent());
  EXPECT_NEAR(fit->clock.ppm, 50, 40);
  EXPECT_NEAR(fit->index_at(pairs[20].ticks, 1), pairs[20].index, 1);
  EXPECT_NEAR(fit->index_at(pairs[35].ticks, 2), pairs[35].index, 1);
  EXPECT_NEAR(fit->section_shift[1], -64, 1.5);
}

TEST(ClockFit, SwappedEdgesAreRefused) {
  Simulation s;
  std::vector<EdgePair> pairs = simulate(s, 2);
  std::swap(pairs[6].index, pairs[7].index);
  const Result<EdgeFit> by_index = fit_edges(pairs, s.rates());
  ASSERT_FALSE(by_index.ok());
  EXPECT_EQ(by_index.error().blame, Blame::kLab);
  EXPECT_EQ(by_index.error().what,
            "edges 7 and 8 are swapped: the meter saw them in the other order");
  std::swap(pairs[6].index, pairs[7].index);
  std::swap(pairs[6].ticks, pairs[7].ticks);
  const Result<EdgeFit> by_ticks = fit_edges(pairs, s.rates());
  ASSERT_FALSE(by_ticks.ok());
  EXPECT_EQ(by_ticks.error().blame, Blame::kDevice);
}

TEST(ClockFit, EdgesOffTheLineAreNotConsistent) {
  Simulation s;
  std::vector<EdgePair> pairs = simulate(s, 2);
  pairs[20].index += 4;
  const Result<EdgeFit> fit = fit_edges(pairs, s.rates());
  ASSERT_TRUE(fit.ok());
  EXPECT_FALSE(fit->consistent());
}

TEST(ClockFit, CoarseTicksAreAllowedTheirOwnRounding) {
  // A timer of 32,768 Hz: a tick is three samples.
  Random random(4);
  std::vector<EdgePair> pairs;
  for (int i = 0; i < 100; ++i) {
    const double seconds = 0.01 + i * 0.0237 + 1e-4 * (random.below(100));
    pairs.push_back(
        {static_cast<std::uint64_t>(seconds * 32768), std::ceil(seconds * 1e5) - 0.5, 0});
  }
  const Result<EdgeFit> fit = fit_edges(pairs, {32768, 100'000});
  ASSERT_TRUE(fit.ok());
  EXPECT_GT(fit->clock.residual, 0.5);
  EXPECT_TRUE(fit->consistent());
}

TEST(ClockFit, NothingToFit) {
  EXPECT_EQ(fit_edges({}, {1, 1}).error().blame, Blame::kBug);
  const std::vector<EdgePair> pairs = {{1, 1, 0}};
  EXPECT_EQ(fit_edges(pairs, {0, 1}).error().blame, Blame::kBug);
  EXPECT_EQ(fit_edges(pairs, {1, 0}).error().blame, Blame::kBug);
  const std::vector<EdgePair> skipped = {{1, 1, 0}, {2, 2, 2}};
  EXPECT_EQ(fit_edges(skipped, {1, 1}).error().blame, Blame::kBug);
}

}  // namespace
}  // namespace hil::energy
