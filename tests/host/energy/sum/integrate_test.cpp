// SPDX-License-Identifier: Apache-2.0
// Sums over windows against analytic integrals, and exactly in whole numbers.
#include "host/energy/sum/integrate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

#include "tests/host/energy/synthetic_trace.hpp"

namespace hil::energy {
namespace {

using testing::SyntheticTrace;

constexpr double kPi = 3.14159265358979323846;

/// A trace at 1 sample per second and 1 V, so that sums are those of the samples.
Trace whole_numbers(std::vector<float> values) {
  Trace trace;
  trace.rate_hz = 1;
  trace.supply = {VoltageSource::kSet, 1, 0};
  trace.flags.resize(values.size());
  trace.rails.push_back({"main", Quantity::kCurrent, std::move(values), {}, false});
  return trace;
}

/// Samples are the exact means of a current whose integral from 0 on is @p charge_until.
Trace from_integral(double seconds, double rate_hz,
                    const std::function<double(double)>& charge_until) {
  Trace trace;
  trace.rate_hz = rate_hz;
  trace.supply = {VoltageSource::kSet, 3.3, 0};
  Rail rail;
  const auto size = static_cast<std::size_t>(std::lround(seconds * rate_hz));
  for (std::size_t k = 0; k < size; ++k) {
    const double begin = static_cast<double>(k) / rate_hz;
    const double charge = charge_until(begin + 1 / rate_hz) - charge_until(begin);
    rail.values.push_back(static_cast<float>(charge * rate_hz));
  }
  trace.rails.push_back(std::move(rail));
  trace.flags.resize(size);
  return trace;
}

TEST(Integrate, SteadyEndsTakeTheirShareWhateverIsOutside) {
  const Trace trace = whole_numbers({1, 8, 8, 8, 8, 1});
  Window window;
  window.begin = 1.75;
  window.end = 4.25;
  window.steady_ends = true;
  EXPECT_DOUBLE_EQ(*integrate(trace, window).joules, 2.5 * 8) << "guards: work goes on around it";
  window.steady_ends = false;
  EXPECT_DOUBLE_EQ(*integrate(trace, window).joules, (8 - 0.75 * 1) + 2 * 8 + (8 - 0.75 * 1))
      << "edges: idle up to them";
}

TEST(Integrate, RampIsHalfItsPeakTimesItsLength) {
  constexpr double kPeak = 20e-3;
  constexpr double kSeconds = 0.5;
  const Trace trace =
      from_integral(kSeconds, 100'000, [](double t) { return kPeak * t * t / (2 * kSeconds); });
  const WindowSum sum = integrate(trace, 0, 50'000);
  EXPECT_NEAR(*sum.coulombs / (kPeak * kSeconds / 2), 1, 1e-9);
  EXPECT_NEAR(*sum.joules / (3.3 * kPeak * kSeconds / 2), 1, 1e-9);
  EXPECT_NEAR(sum.rails[0].mean, kPeak / 2, 1e-11);
  EXPECT_NEAR(sum.peak_amps, kPeak, kPeak / 50'000);
  // From a quarter on, at any phase: the samples at the ends are shared out to within a few slopes.
  for (const double phase : {0.0, 0.1, 0.5, 0.999}) {
    const double begin = (12'500 + phase) / 100'000;
    const double truth = kPeak * (kSeconds * kSeconds - begin * begin) / (2 * kSeconds);
    const WindowSum part = integrate(trace, 12'500 + phase, 50'000);
    EXPECT_NEAR(*part.coulombs / truth, 1, 1e-8) << phase;
  }
}

TEST(Integrate, HalfSineIsTwoOverPiOfItsPeakTimesItsLength) {
  constexpr double kPeak = 8e-3;
  constexpr double kSeconds = 0.1;
  const Trace trace = from_integral(kSeconds, 10'000, [](double t) {
    return kPeak * kSeconds / kPi * (1 - std::cos(kPi * t / kSeconds));
  });
  EXPECT_NEAR(*integrate(trace, 0, 1'000).coulombs / (2 * kPeak * kSeconds / kPi), 1, 1e-9);
  EXPECT_NEAR(*integrate(trace, 0, 500).coulombs / (kPeak * kSeconds / kPi), 1, 1e-8);
}

TEST(Integrate, InsideAndOutsideMakeUpTheWholeExactly) {
  std::mt19937 random(7);
  std::vector<float> codes;
  for (int i = 0; i < 20'000; ++i)
    codes.push_back(static_cast<float>(random() % 16'384));
  const Trace trace = whole_numbers(codes);
  std::uint64_t exact = 0;
  for (const float code : codes)
    exact += static_cast<std::uint64_t>(code);
  const double total = *integrate(trace, 0, 20'000).coulombs;
  EXPECT_EQ(total, static_cast<double>(exact));
  double inside = 0;
  double outside = 0;
  double last = 0;
  for (int w = 0; w < 50; ++w) {
    const double begin = last + static_cast<double>(1 + random() % 200);
    const double end = begin + static_cast<double>(1 + random() % 190);
    inside += *integrate(trace, begin, end).joules;
    outside += *integrate(trace, last, begin).joules;
    last = end;
  }
  outside += *integrate(trace, last, 20'000).joules;
  EXPECT_EQ(inside + outside, total);
}

TEST(Integrate, APartOfASampleIsWhatItsNeighbourOutsideLeaves) {
  // Idle 4, work 12; the sample in between is three quarters idle.
  const Trace trace = whole_numbers({4, 4, 6, 12, 12, 12, 10, 4, 4});
  const WindowSum sum = integrate(trace, 2.75, 6.75);
  EXPECT_EQ(*sum.coulombs, 12 * 4);
  EXPECT_EQ(sum.rails[0].peak, 12);
  EXPECT_EQ(sum.rails[0].begin.outside, 4);
  EXPECT_EQ(sum.rails[0].begin.inside, 12);
  EXPECT_EQ(sum.rails[0].end.outside, 4);
  EXPECT_DOUBLE_EQ(sum.seconds, 4);
  // A plain share would lose some of the step: 0.25 * 6 + 36 + 0.75 * 10 = 45.
}

TEST(Integrate, AStepAtAnyPhaseComesOutRight) {
  for (int i = 0; i < 50; ++i) {
    const double begin_s = 0.01 + (i + 0.5) / 50 * 1e-5;
    const double end_s = begin_s + 0.001;
    SyntheticTrace synthetic(0.02);
    synthetic.idle(1.2e-3).rectangle(begin_s, end_s, 12.8e-3);
    const Trace trace = synthetic.make();
    const double truth = synthetic.coulombs(begin_s, end_s);
    const WindowSum sum = integrate(trace, begin_s * 1e5, end_s * 1e5);
    EXPECT_NEAR(*sum.coulombs / truth, 1, 1e-6) << i;
  }
}

TEST(Integrate, EndsWithoutASoundNeighbourTakeThePlainShare) {
  Trace trace = whole_numbers({8, 8, 8, 8, 8});
  EXPECT_EQ(*integrate(trace, 0.25, 4.75).coulombs, 8 * 4.5);
  EXPECT_EQ(*integrate(trace, 2.25, 2.75).coulombs, 4);
  trace.flags[1] = flag::kGap;
  trace.rails[0].values[1] = 0;
  EXPECT_EQ(*integrate(trace, 2.5, 4).coulombs, 12);
}

TEST(Integrate, LostSamplesCountAsTheMeanOfTheOthersAndAreCounted) {
  Trace trace = whole_numbers({10, 20, 0, 0, 30, 40});
  trace.flags[2] = flag::kGap;
  trace.flags[3] = flag::kInvalid;
  const WindowSum sum = integrate(trace, 0, 6);
  EXPECT_EQ(sum.lost, 2u);
  EXPECT_DOUBLE_EQ(*sum.coulombs, 25 * 6);
  EXPECT_EQ(sum.rails[0].least, 10);
  trace.flags.assign(6, flag::kGap);
  EXPECT_EQ(*integrate(trace, 0, 6).coulombs, 0);
}

TEST(Integrate, ValuesThatAreNoNumbersAreNotSummed) {
  Trace trace = whole_numbers({10, std::numeric_limits<float>::quiet_NaN(), 10});
  EXPECT_DOUBLE_EQ(*integrate(trace, 0, 3).coulombs, 30);
}

TEST(Integrate, FlagsAreCountedInTheWindowAlone) {
  Trace trace = whole_numbers({1, 1, 5, 9, 9, 9, 9});
  trace.flags = {flag::kSaturated,   0, flag::kRangeSwitch, flag::kSaturated,
                 flag::kOvercurrent, 0, flag::kRangeSwitch};
  const WindowSum sum = integrate(trace, 1, 6);
  EXPECT_EQ(sum.saturated, 1u);
  EXPECT_EQ(sum.overcurrent, 1u);
  EXPECT_EQ(sum.range_switches, 1u);
  EXPECT_EQ(sum.rails[0].switches, 8);  // 9 after it has settled, from 1
}

TEST(Integrate, MeasuredVoltageIsTakenSampleBySample) {
  Trace trace = whole_numbers({1, 2, 3});
  trace.supply = {VoltageSource::kMeasured, 0, 0};
  trace.rails[0].volts = {3, 2, 1};
  const WindowSum sum = integrate(trace, 0, 3);
  EXPECT_EQ(*sum.joules, 3 + 4 + 3);
  EXPECT_EQ(*sum.coulombs, 6);
  EXPECT_EQ(sum.rails[0].volts, 2);
}

TEST(Integrate, WithoutAVoltageThereIsChargeAlone) {
  Trace trace = whole_numbers({1, 2, 3});
  trace.supply = {};
  const WindowSum sum = integrate(trace, 0, 3);
  EXPECT_FALSE(sum.joules.has_value());
  EXPECT_EQ(*sum.coulombs, 6);
}

TEST(Integrate, RailsAddUpUnlessTheyArePartsOfAnother) {
  Trace trace = whole_numbers({1, 2, 3});
  trace.rails.push_back({"second", Quantity::kCurrent, {3, 0, 0}, {}, false});
  trace.rails.push_back({"inner", Quantity::kCurrent, {100, 100, 100}, {}, true});
  WindowSum sum = integrate(trace, 0, 3);
  EXPECT_EQ(*sum.coulombs, 9);
  EXPECT_EQ(sum.peak_amps, 4);
  EXPECT_EQ(*sum.rails[2].joules, 300);
  trace.rails[1].quantity = Quantity::kPower;
  sum = integrate(trace, 0, 3);
  EXPECT_EQ(*sum.joules, 9);
  EXPECT_FALSE(sum.coulombs.has_value());
}

TEST(Integrate, ManySamplesLoseNothing) {
  constexpr std::size_t kCount = 3'000'000;
  Trace trace = whole_numbers(std::vector<float>(kCount, 0.1F));
  trace.rails[0].values[0] = 1e9F;
  const double exact = 1e9 + static_cast<double>(0.1F) * static_cast<double>(kCount - 1);
  EXPECT_NEAR(*integrate(trace, 0, kCount).coulombs / exact, 1, 1e-15);
}

TEST(Integrate, SharesGoToTheStepOfEachSample) {
  Trace trace = whole_numbers({1, -1, 5, 50});
  trace.accuracy.steps = {{2, 0, 0, 0}, {10, 0, 0, 0}, {20, 0, 0, 0}};
  const RailSum rail = integrate(trace, 0, 4).rails[0];
  EXPECT_EQ(rail.shares[0].seconds, 2);
  EXPECT_EQ(rail.shares[0].integral, 0);
  EXPECT_EQ(rail.shares[1].joules, 5);
  EXPECT_EQ(rail.shares[2].integral, 50);
}

TEST(Integrate, WindowsBeyondTheTraceAreNotInIt) {
  const Trace trace = whole_numbers({1, 1, 1});
  const auto inside = [&](double begin, double end) {
    Window window;
    window.begin = begin;
    window.end = end;
    return lies_in(window, trace);
  };
  EXPECT_TRUE(inside(0, 3));
  EXPECT_FALSE(inside(-0.1, 3));
  EXPECT_FALSE(inside(0, 3.1));
  EXPECT_FALSE(inside(2, 2));
  EXPECT_FALSE(inside(std::nan(""), 3));
  EXPECT_FALSE(inside(0, INFINITY));
}

}  // namespace
}  // namespace hil::energy
