// SPDX-License-Identifier: Apache-2.0
// Each part of the budget by itself, with numbers worked out by hand.
#include "host/energy/sum/budget.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hil::energy {
namespace {

const double kSqrt3 = std::sqrt(3.0);
const double kSqrt12 = std::sqrt(12.0);

/// 1,000 samples of 10 mA at 1 kHz and 3 V: 1 s, 10 mC, 30 mJ.
Trace steady() {
  Trace trace;
  trace.rate_hz = 1000;
  trace.supply = {VoltageSource::kSet, 3, 0};
  trace.accuracy.steps = {{1, 0, 0, 0}};
  trace.flags.resize(1000);
  trace.rails.push_back(
      {"main", Quantity::kCurrent, std::vector<float>(1000, 0.0078125F), {}, false});
  return trace;
}
constexpr double kAmps = 0.0078125;
constexpr double kJoules = 3 * kAmps;

WindowBudget energy(const Trace& trace, double sigma = 0) {
  return budget_of(trace, integrate(trace, 0, static_cast<double>(trace.size()), sigma),
                   Measure::kEnergy, {sigma});
}
WindowBudget charge(const Trace& trace) {
  return budget_of(trace, integrate(trace, 0, static_cast<double>(trace.size())), Measure::kCharge,
                   {});
}

TEST(Budget, NothingIsKnownOfAMeterThatSaysNothing) {
  Trace trace = steady();
  trace.accuracy.steps.clear();
  EXPECT_EQ(energy(trace).common.combined(), 0);
  EXPECT_EQ(energy(trace).own.combined(), 0);
}

TEST(Budget, GainVoltageAndTimeBaseAreRelative) {
  Trace trace = steady();
  trace.accuracy.steps[0].gain = 0.01;
  trace.accuracy.time_base = 50e-6;
  trace.supply.uncertainty_v = 0.03;
  EXPECT_NEAR(energy(trace).common.gain, 0.01 * kJoules, 1e-12);
  EXPECT_NEAR(energy(trace).common.time_base, 50e-6 * kJoules, 1e-12);
  EXPECT_NEAR(energy(trace).common.voltage, 0.01 * kJoules, 1e-12);
  EXPECT_NEAR(charge(trace).common.gain, 0.01 * kAmps, 1e-12);
  EXPECT_EQ(charge(trace).common.voltage, 0);
}

TEST(Budget, OffsetIsAbsoluteAndEachStepHasItsOwn) {
  Trace trace = steady();
  trace.accuracy.steps[0].offset_a = 1e-6;
  EXPECT_NEAR(energy(trace).common.offset, 3e-6, 1e-15);
  EXPECT_NEAR(charge(trace).common.offset, 1e-6, 1e-15);
  trace.accuracy.steps = {{1e-3, 0, 3e-6, 0}, {1, 0, 4e-6, 0}};
  for (std::size_t k = 0; k < 500; ++k)
    trace.rails[0].values[k] = 1e-4F;
  EXPECT_NEAR(charge(trace).common.offset, 2.5e-6, 1e-12);  // hypot(3, 4) * half a second
}

TEST(Budget, CodeStepOfAConstantCurrentIsSystematicNoiseTakesThatAway) {
  Trace trace = steady();
  trace.accuracy.steps[0].code_step_a = 1e-4;
  EXPECT_NEAR(energy(trace).common.code_step, 3e-4 / kSqrt12, 1e-12);
  EXPECT_NEAR(energy(trace).own.code_step, 3e-4 / kSqrt12 / std::sqrt(1000), 1e-12);
  for (std::size_t k = 0; k < 1000; k += 2)
    trace.rails[0].values[k] += 1e-4F;
  EXPECT_EQ(energy(trace).common.code_step, 0);
  EXPECT_NEAR(energy(trace).own.code_step, 3e-4 / kSqrt12 / std::sqrt(1000), 1e-12);
}

TEST(Budget, RangeSwitchesAreThreeSamplesOfTheJumpAtMost) {
  Trace trace = steady();
  for (std::size_t k = 500; k < 1000; ++k)
    trace.rails[0].values[k] = 0.0234375F;
  trace.flags[500] = flag::kRangeSwitch;
  const double jump = 0.0234375 - kAmps;
  EXPECT_NEAR(energy(trace).common.range_switches, 3 * jump * 1e-3 * 3 / kSqrt3, 1e-12);
}

TEST(Budget, LostSamplesMayHaveBeenAnythingThatWasSeen) {
  Trace trace = steady();
  trace.rails[0].values[7] = 0.1F;
  for (std::size_t k = 100; k < 110; ++k)
    trace.flags[k] = flag::kGap;
  const double mean = integrate(trace, 0, 1000).rails[0].mean;
  const double most = static_cast<double>(0.1F) - mean;
  EXPECT_NEAR(energy(trace).own.lost_samples, 10e-3 * most * 3 / kSqrt3, 1e-9);
}

TEST(Budget, EdgesMoveWhatIsOutsideOrInside) {
  // Work of 8 mA between idle of 2 mA; ends fall between samples.
  Trace trace = steady();
  for (std::size_t k = 0; k < 1000; ++k)
    trace.rails[0].values[k] = k >= 400 && k < 600 ? 0.0078125F : 0.001953125F;
  const auto budget = [&](double begin, double end, double sigma) {
    return budget_of(trace, integrate(trace, begin, end, sigma), Measure::kCharge, {sigma});
  };
  EXPECT_EQ(budget(400, 600, 0).own.edges, 0);
  // Small against what is left of the sample: only idle is moved, at both ends.
  EXPECT_NEAR(budget(400.5, 599.5, 0.05).own.edges, std::sqrt(2) * 0.05e-3 * 0.001953125, 1e-12);
  EXPECT_LT(budget(400.5, 599.5, 0.05).common.edges, 1e-12);
  // Large: half of the time work is lost, which is a mean, too: 2 steps sigma / sqrt(2 pi).
  const double step = 0.0078125 - 0.001953125;
  EXPECT_NEAR(budget(400, 600, 5).common.edges, 2 * step * 5e-3 / std::sqrt(2 * 3.14159265358979),
              1e-8);
  const double ours = budget(400, 600, 5).own.edges;
  EXPECT_GT(ours, std::sqrt(2) * 5e-3 * 0.001953125);
  EXPECT_LT(ours, std::sqrt(2) * 5e-3 * 0.0078125);
}

TEST(Budget, PowersHaveTheMetersOwnVoltageUnlessItWasSet) {
  Trace trace = steady();
  trace.rails[0].quantity = Quantity::kPower;
  trace.supply = {VoltageSource::kSet, 3, 0.03};
  EXPECT_NEAR(energy(trace).common.voltage, 0.01 * kAmps, 1e-12);
  trace.supply.source = VoltageSource::kStated;
  EXPECT_EQ(energy(trace).common.voltage, 0);
  EXPECT_EQ(charge(trace).common.combined(), 0);
}

TEST(Budget, GainActsOnTheDifferenceToIdleAndTheOffsetCancels) {
  Trace trace = steady();
  trace.accuracy.steps = {{1, 0.02, 5e-6, 0}};
  trace.supply.uncertainty_v = 0.03;
  for (std::size_t k = 0; k < 400; ++k)
    trace.rails[0].values[k] = 0.00390625F;
  Window window;
  window.kind = WindowKind::kIdle;
  window.end = 400;
  const IdleTrack idle(trace, {window});
  const IdleSecond second = idle.at(700);
  const WindowSum sum = integrate(trace, 500, 1000);
  const auto gross = budget_of(trace, sum, Measure::kEnergy, {});
  const auto net = budget_of(trace, sum, Measure::kEnergy, {}, &second);
  EXPECT_NEAR(net.common.gain, gross.common.gain / 2, 1e-9);
  EXPECT_NEAR(net.common.voltage, gross.common.voltage / 2, 1e-9);
  EXPECT_GT(gross.common.offset, 7e-6);
  EXPECT_LT(net.common.offset, 1e-12);
}

TEST(Budget, EndsThatAreOffByTheSameHardlyMatterInTheMidstOfWork) {
  const Trace trace = steady();
  const auto of = [&](const WindowEnds& ends) {
    return budget_of(trace, integrate(trace, 200, 800, ends.sigma), Measure::kCharge, ends);
  };
  EXPECT_NEAR(of({5}).own.edges, std::sqrt(2) * 5e-3 * kAmps, 1e-9);
  const WindowBudget placed = of({5, 50e-6});
  EXPECT_EQ(placed.own.edges, 0);
  EXPECT_NEAR(placed.common.edges, 50e-6 * 0.6 * kAmps, 1e-12) << "the length's share";
}

TEST(Budget, EndsThatAreOffByTheSameMoveTheDifferenceOfWhatIsOutside) {
  Trace trace = steady();
  for (std::size_t k = 500; k < 1000; ++k)
    trace.rails[0].values[k] = 2 * 0.0078125F;
  const auto budget = budget_of(trace, integrate(trace, 200, 800, 5), Measure::kCharge, {5, 0.0});
  EXPECT_NEAR(budget.common.edges, 5e-3 * kAmps, 1e-9);
}

}  // namespace
}  // namespace hil::energy
