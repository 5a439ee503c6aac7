// SPDX-License-Identifier: Apache-2.0
// The clock fit against simulated lines and clocks whose true ratio is known.
#include "host/session/clock_fit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace hil::session {
namespace {

struct Simulation {
  double ppm = 0;        ///< of the device's clock
  double tick_hz = 1e9;  ///< that it claims
  double duration_ns = 1e9;
  int exchanges = 96;
  double there_ns = 30'000, back_ns = 30'000;  ///< least time on the line
  double jitter_ns = 20'000;                   ///< mean of what is added to each
  double spikes = 0.05;                        ///< share that waits a hundred times longer
  std::uint64_t ticks_at_start = 1u << 20;
};

std::vector<TimeSync> simulate(const Simulation& s, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::exponential_distribution<double> wait(1);
  std::bernoulli_distribution spike(s.spikes);
  const auto ticks_at = [&](double ns) {
    return s.ticks_at_start +
           static_cast<std::uint64_t>(ns * 1e-9 * s.tick_hz * (1 + s.ppm * 1e-6));
  };
  std::vector<TimeSync> exchanges;
  double now = 1e12;  // a host that has been up for a while
  for (int i = 0; i < s.exchanges; ++i) {
    now = std::max(now, 1e12 + s.duration_ns * i / (s.exchanges - 1));
    const auto jitter = [&] { return s.jitter_ns * wait(random) * (spike(random) ? 100 : 1); };
    TimeSync exchange;
    exchange.host_send_ns = static_cast<std::uint64_t>(now);
    now += s.there_ns + jitter();
    exchange.device_receive_ticks = ticks_at(now - 1e12);
    now += 5'000;
    exchange.device_send_ticks = ticks_at(now - 1e12);
    now += s.back_ns + jitter();
    exchange.host_receive_ns = static_cast<std::uint64_t>(now);
    exchanges.push_back(exchange);
    now += 1'000;
  }
  return exchanges;
}

/// Of 400 simulations: how many intervals hold the truth, and the widest one's half width in ppm.
struct Coverage {
  int holds = 0;
  double widest = 0;
  double worst = 0;  ///< largest error in ppm
};
Coverage coverage_of(const Simulation& simulation) {
  Coverage coverage;
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    const auto ratio =
        fit_clock(simulate(simulation, seed), static_cast<std::uint64_t>(simulation.tick_hz));
    EXPECT_TRUE(ratio.ok());
    if (!ratio.ok()) return coverage;
    const double error = std::abs(ratio->ppm - simulation.ppm);
    coverage.holds += error <= ratio->uncertainty_ppm;
    coverage.widest = std::max(coverage.widest, ratio->uncertainty_ppm);
    coverage.worst = std::max(coverage.worst, error);
  }
  return coverage;
}

TEST(ClockFit, FindsTwoPercentWithinItsUncertainty) {
  for (const double ppm : {20'000.0, -20'000.0, 0.0, 37.0}) {
    Simulation simulation;
    simulation.ppm = ppm;
    const Coverage coverage = coverage_of(simulation);
    EXPECT_GE(coverage.holds, 380) << "95 % of 400, at " << ppm;
    EXPECT_LT(coverage.widest, 100);
    EXPECT_LT(coverage.worst, 100);
    RecordProperty("held_of_400", coverage.holds);
  }
}

TEST(ClockFit, HoldsOnASlowCoarseClockAndASlowLine) {
  Simulation simulation;  // 32,768 Hz; 115,200 baud: a frame takes milliseconds
  simulation.ppm = -150;
  simulation.tick_hz = 32'768;
  simulation.there_ns = simulation.back_ns = 3e6;
  simulation.jitter_ns = 500'000;
  simulation.duration_ns = 4e9;
  const Coverage coverage = coverage_of(simulation);
  EXPECT_GE(coverage.holds, 380);
  EXPECT_LT(coverage.widest, 1000);
}

TEST(ClockFit, OneSidedDelayFallsOut) {
  Simulation simulation;
  simulation.ppm = 500;
  simulation.there_ns = 4e6;
  simulation.back_ns = 10'000;
  EXPECT_GE(coverage_of(simulation).holds, 380);
  EXPECT_LT(coverage_of(simulation).worst, 100);
}

TEST(ClockFit, IsExactOnAPerfectLine) {
  Simulation simulation;
  simulation.ppm = 1'000;
  simulation.jitter_ns = 0;
  const auto ratio = fit_clock(simulate(simulation, 1), 1'000'000'000);
  ASSERT_TRUE(ratio.ok());
  EXPECT_NEAR(ratio->ppm, 1'000, 0.01);
  EXPECT_GT(ratio->uncertainty_ppm, 0) << "clocks are rounded";
  EXPECT_LT(ratio->uncertainty_ppm, 0.01);
  EXPECT_EQ(ratio->exchanges, 96u);
  EXPECT_GE(ratio->used, 20u);
  EXPECT_NEAR(ratio->duration_s, 1, 0.001);
  EXPECT_NEAR(ratio->best_delay_us, 60, 0.1);
  EXPECT_NEAR(ratio->host_seconds(1e9 * 1.001, 1'000'000'000), 1, 1e-8);
}

TEST(ClockFit, TakesTheLargestCounts) {
  Simulation simulation;
  simulation.ppm = 20'000;
  simulation.ticks_at_start = ~std::uint64_t{0} - 2'000'000'000;
  const auto ratio = fit_clock(simulate(simulation, 1), 1'000'000'000);
  ASSERT_TRUE(ratio.ok());
  EXPECT_NEAR(ratio->ppm, 20'000, 100);
}

TEST(ClockFit, RefusesClocksThatStandStillOrGoBack) {
  auto exchanges = simulate({}, 1);
  for (auto& exchange : exchanges)
    exchange.device_receive_ticks = exchange.device_send_ticks = 5;
  EXPECT_EQ(fit_clock(exchanges, 1000).error().what, "the agent's clock stands still");
  EXPECT_EQ(fit_clock(exchanges, 1000).error().hint, "the clock of this board's port is at fault");
  exchanges = simulate({}, 1);
  exchanges[40].device_receive_ticks = exchanges[40].device_send_ticks = 1;
  const auto back = fit_clock(exchanges, 1'000'000'000);
  ASSERT_FALSE(back.ok());
  EXPECT_EQ(back.error().blame, Blame::kDevice);
  EXPECT_EQ(back.error().what, "the agent's clock went backwards between two exchanges");
  EXPECT_EQ(back.error().hint, "the clock of this board's port is at fault");
  exchanges = simulate({}, 1);
  std::swap(exchanges[3].device_receive_ticks, exchanges[3].device_send_ticks);
  EXPECT_FALSE(fit_clock(exchanges, 1'000'000'000).ok());
}

TEST(ClockFit, NeedsEnoughExchanges) {
  auto exchanges = simulate({}, 1);
  const Error few = fit_clock(std::span(exchanges).first(7), 1'000'000'000).error();
  EXPECT_EQ(few.blame, Blame::kBug);
  EXPECT_EQ(few.what, "a clock cannot be fitted through so few exchanges");
  EXPECT_EQ(fit_clock({}, 1'000'000'000).error().blame, Blame::kBug);
  EXPECT_EQ(fit_clock(exchanges, 0).error().blame, Blame::kBug);
  EXPECT_TRUE(fit_clock(std::span(exchanges).first(8), 1'000'000'000).ok());
  const std::vector<TimeSync> bunched = {{1, 1, 0, 0}, {1, 1, 0, 0}, {1, 1, 0, 0}, {1, 1, 0, 0},
                                         {1, 1, 0, 0}, {1, 1, 0, 0}, {1, 1, 0, 0}, {9, 9, 8, 8}};
  const Error times = fit_clock(bunched, 1'000'000'000).error();
  EXPECT_EQ(times.blame, Blame::kBug);
  EXPECT_EQ(times.what, "a clock cannot be fitted through exchanges at so few times");
}

}  // namespace
}  // namespace hil::session
