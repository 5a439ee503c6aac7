// SPDX-License-Identifier: Apache-2.0
// Whether stated uncertainties are honest: runs whose truth is known, seen through meters that are
// as wrong as they say they are.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "host/energy/sum/figures.hpp"
#include "tests/host/energy/coverage.hpp"

namespace hil::energy {
namespace {

using testing::Coverage;

constexpr double kRateHz = 20'000;

/// What a run is made of. Currents in A, lengths in samples; a window begins anywhere in a sample.
struct Scenario {
  const char* name;
  int windows = 10;
  double window = 400, idle_window = 400;
  double idle_a = 1.2e-3, idle_drift = 0.1;  ///< drift over the run, relative
  double work_a = 12.8e-3;                   ///< above idle
  double spread = 3e-3;                      ///< of windows, relative
  double noise_a = 20e-6, idle_noise_a = 3e-6;
  double gain = 5e-3, offset_a = 2e-6, time_base = 50e-6, volts_u = 10e-3;
  double code_a = 20e-6, idle_code_a = 2e-6;
  double edge_sigma = 0.29;
};

/// A run as the meter shows it, and what is true.
struct Run {
  Trace trace;
  MeasuredWindows measured;
  double gross_uj = 0, net_uj = 0, charge_uc = 0;
};

/// Draws one meter with errors of the stated size and lets it see one board.
class Draw {
 public:
  Draw(const Scenario& scenario, std::uint32_t seed) : s_(scenario), random_(seed) {
    gain_ = 1 + s_.gain * normal();
    work_offset_ = s_.offset_a * 5 * normal();
    idle_offset_ = s_.offset_a * normal();
    volts_ = 3.3 + s_.volts_u * normal();
    clock_ = 1 + s_.time_base * normal();
    // Samples before, between and behind windows: idle, window, ... , idle, apart from each other.
    period_ = std::ceil(s_.window + s_.idle_window) + 41;
    size_ = static_cast<std::size_t>(period_ * s_.windows + s_.idle_window + 60);
    level_ = s_.work_a * std::uniform_real_distribution<double>(0.9, 1.1)(random_);
    idle_ = s_.idle_a * std::uniform_real_distribution<double>(0.9, 1.1)(random_);
  }

  Run run() {
    describe();
    for (std::size_t k = 0; k < size_; ++k)
      current_.push_back(idle_at(static_cast<double>(k) + 0.5));
    for (int w = 0; w <= s_.windows; ++w) {
      const double begin = 10 + period_ * w;
      add_idle(begin);
      if (w < s_.windows) add_window(begin + s_.idle_window + 20 + uniform());
    }
    digitise();
    const double seconds = s_.window / kRateHz * clock_;
    const double amps = idle_at(static_cast<double>(size_) / 2) + level_;
    run_.gross_uj = amps * volts_ * seconds * 1e6;
    run_.net_uj = level_ * volts_ * seconds * 1e6;
    run_.charge_uc = amps * seconds * 1e6;
    return std::move(run_);
  }

 private:
  double normal() { return std::normal_distribution<double>()(random_); }
  double uniform() { return std::uniform_real_distribution<double>()(random_); }
  [[nodiscard]] double idle_at(double index) const {
    return idle_ * (1 + s_.idle_drift * (index / static_cast<double>(size_) - 0.5));
  }

  void describe() {
    Trace& trace = run_.trace;
    trace.rate_hz = kRateHz;
    trace.supply = {VoltageSource::kSet, 3.3, s_.volts_u};
    trace.accuracy.time_base = s_.time_base;
    trace.accuracy.steps = {{5e-3, s_.gain, s_.offset_a, s_.idle_code_a},
                            {1, s_.gain, 5 * s_.offset_a, s_.code_a}};
    run_.measured.idle_mode = "wait";
  }

  void add_idle(double begin) {
    Window window;
    window.kind = WindowKind::kIdle;
    window.begin = begin;
    window.end = begin + s_.idle_window;
    run_.measured.windows.push_back(window);
  }

  void add_window(double begin) {
    const double end = begin + s_.window;
    const double amps = level_ * (1 + s_.spread * normal());
    for (auto k = static_cast<std::size_t>(begin); static_cast<double>(k) < end; ++k) {
      const auto low = static_cast<double>(k);
      current_[k] += amps * (std::min(end, low + 1) - std::max(begin, low));
    }
    Window window;
    window.begin = begin + s_.edge_sigma * normal();
    window.end = end + s_.edge_sigma * normal();
    window.inferences = 1;
    window.edge_sigma = s_.edge_sigma;
    run_.measured.windows.push_back(window);
  }

  void digitise() {
    Rail rail;
    rail.name = "main";
    for (const double amps : current_) {
      const bool work = amps > 5e-3;
      const double seen = gain_ * (amps + (work ? s_.noise_a : s_.idle_noise_a) * normal()) +
                          (work ? work_offset_ : idle_offset_);
      const double code = work ? s_.code_a : s_.idle_code_a;
      rail.values.push_back(static_cast<float>(code > 0 ? std::round(seen / code) * code : seen));
    }
    run_.trace.rails.push_back(std::move(rail));
    run_.trace.flags.resize(size_);
  }

  Scenario s_;
  std::mt19937 random_;
  double gain_, work_offset_, idle_offset_, volts_, clock_, level_, idle_, period_;
  std::size_t size_;
  std::vector<double> current_;
  Run run_;
};

struct Coverages {
  Coverage gross, net, charge;
};

Coverages cover(const Scenario& scenario, int runs, std::uint32_t first_seed) {
  Coverages all;
  for (int i = 0; i < runs; ++i) {
    const Run run = Draw(scenario, first_seed + static_cast<std::uint32_t>(i)).run();
    const auto energy = figures_of(run.trace, run.measured);
    EXPECT_TRUE(energy.ok());
    all.gross.add(*energy->gross_uj, run.gross_uj);
    all.net.add(*energy->net_uj, run.net_uj);
    all.charge.add(*energy->charge_uc, run.charge_uc);
  }
  all.gross.print(scenario.name, "gross");
  all.net.print(scenario.name, "net");
  all.charge.print(scenario.name, "charge");
  return all;
}

/// Another family of seeds may be tried by hand: HILBENCH_COVERAGE_SEED.
std::uint32_t seed() {
  const char* given = std::getenv("HILBENCH_COVERAGE_SEED");
  return given != nullptr ? static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10)) : 1000;
}

void expect_enough(const Coverage& coverage) {
  EXPECT_GE(coverage.k2(), 90);
  EXPECT_GE(coverage.k1(), 58);
}

/// The whole claim: not too small, and not too large either.
void expect_honest(const Coverage& coverage) {
  expect_enough(coverage);
  EXPECT_LE(coverage.k2(), 99);
  EXPECT_LE(coverage.k1(), 78);
  EXPECT_LE(coverage.inflation(), 1.5);
}

/// Nothing but the board's own spread and noise; one kind of error is then put in.
Scenario nothing_but(const char* name) {
  Scenario scenario;
  scenario.name = name;
  scenario.gain = scenario.offset_a = scenario.time_base = scenario.volts_u = 0;
  scenario.code_a = scenario.idle_code_a = scenario.edge_sigma = 0;
  scenario.idle_drift = 0;
  scenario.spread = 1e-4;
  return scenario;
}

constexpr int kRuns = 200;

TEST(Coverage, HundredRunsWithEveryErrorAtOnce) {
  Scenario scenario;
  scenario.name = "everything";
  const Coverages all = cover(scenario, 100, seed());
  expect_honest(all.gross);
  expect_honest(all.net);
  expect_honest(all.charge);
}

TEST(Coverage, RepetitionOfFewWindows) {
  for (const int windows : {4, 5, 10, 40}) {
    Scenario scenario = nothing_but("repetition");
    scenario.windows = windows;
    scenario.spread = 1e-2;
    std::printf("%d windows\n", windows);
    const Coverages all = cover(scenario, kRuns, seed());
    // Few values know their own spread badly: one factor cannot suit both levels.
    for (const Coverage* coverage : {&all.gross, &all.net, &all.charge}) {
      expect_enough(*coverage);
      EXPECT_LE(coverage->k2(), 99);
      EXPECT_LE(coverage->k1(), windows < 10 ? 85 : 78);
      EXPECT_LE(coverage->inflation(), 1.5);
    }
  }
}

/// Errors of ends have long tails, which the median over windows does not mind: what is stated of
/// ends that nearly reach over a sample may be too large, not too small.
TEST(Coverage, EdgesOfShortWindows) {
  for (const auto& [window, sigma] : {std::pair(20.0, 0.1), {20.0, 0.29}, {20.0, 1.0}, {400, 10}}) {
    Scenario scenario = nothing_but("edges");
    scenario.window = window;
    scenario.windows = 20;
    scenario.edge_sigma = sigma;
    std::printf("sigma %.2f of %.0f samples\n", sigma, window);
    const Coverages all = cover(scenario, kRuns, seed());
    for (const Coverage* coverage : {&all.gross, &all.net, &all.charge}) {
      expect_enough(*coverage);
      if (sigma < 0.2) {
        EXPECT_LE(coverage->inflation(), 1.5);
      }
    }
  }
}

TEST(Coverage, OffsetOfASleepyLoad) {
  Scenario scenario = nothing_but("offset");
  scenario.offset_a = 20e-6;
  const Coverages all = cover(scenario, kRuns, seed());
  expect_honest(all.gross);
  expect_honest(all.net);
  expect_honest(all.charge);
}

TEST(Coverage, DriftingIdle) {
  Scenario scenario = nothing_but("drifting idle");
  scenario.idle_drift = 0.5;
  scenario.idle_noise_a = 300e-6;
  const Coverages all = cover(scenario, kRuns, seed());
  expect_honest(all.net);
}

TEST(Coverage, CodeStepOfAConstantCurrent) {
  Scenario scenario = nothing_but("code step");
  scenario.spread = 0;
  scenario.noise_a = scenario.idle_noise_a = 0;
  scenario.code_a = 200e-6;
  const Coverages all = cover(scenario, kRuns, seed());
  // Anything within half a step is as likely: 58 % within one standard deviation, all within two.
  for (const Coverage* coverage : {&all.gross, &all.net}) {
    EXPECT_GE(coverage->k1(), 50);
    EXPECT_GE(coverage->k2(), 90);
    EXPECT_LE(coverage->inflation(), 1.5);
  }
}

}  // namespace
}  // namespace hil::energy
