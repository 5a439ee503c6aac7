// SPDX-License-Identifier: Apache-2.0
// The sync wire's self test: which input it is on, or what is wrong.
#include "host/energy/window/self_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/energy/synthetic_trace.hpp"

namespace hil::energy {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::SyntheticClock;
using testing::SyntheticTrace;

constexpr double kPause_s = 2.1e-3;

/// The pulses that are asked for, on one input.
struct Pulses {
  SyntheticClock clock;

  [[nodiscard]] std::vector<std::pair<double, double>> seconds() const {
    std::vector<std::pair<double, double>> all;
    double at = 10.0037e-3;
    for (const unsigned ms : kSelfTestPulses_ms) {
      all.emplace_back(at, at + ms * 1e-3);
      at += ms * 1e-3 + kPause_s;
    }
    return all;
  }
  [[nodiscard]] std::vector<DeviceWindow> told() const {
    std::vector<DeviceWindow> all;
    for (const auto& [begin, end] : seconds())
      all.push_back({clock.ticks_at(begin), clock.ticks_at(end), 0, WindowKind::kIdle});
    return all;
  }
  void put(SyntheticTrace& trace, unsigned bit) const {
    for (const auto& [begin, end] : seconds())
      trace.pulse(bit, begin, end);
  }
  [[nodiscard]] Result<WireFound> find(const Trace& trace) const {
    return find_sync_wire(trace, told(), static_cast<std::uint64_t>(clock.tick_hz));
  }
};

TEST(SelfTest, FindsTheInputOnAnyBitEitherWay) {
  const Pulses pulses;
  for (unsigned bit = 0; bit < 8; ++bit) {
    for (const bool inverted : {false, true}) {
      SyntheticTrace trace(0.06);
      pulses.put(trace, bit);
      if (inverted) trace.inverted(bit);
      const Result<WireFound> found = pulses.find(trace.make());
      ASSERT_TRUE(found.ok()) << found.error().what;
      EXPECT_EQ(found->region, (LogicInput{bit, inverted}));
      EXPECT_TRUE(found->notes.empty());
    }
  }
}

TEST(SelfTest, AmongFloatingInputs) {
  const Pulses pulses;
  SyntheticTrace trace(0.06);
  for (const unsigned bit : {0u, 1u, 2u, 4u, 5u, 6u, 7u})
    trace.floating(bit, bit);
  pulses.put(trace, 3);
  const Result<WireFound> found = pulses.find(trace.make());
  ASSERT_TRUE(found.ok()) << found.error().what;
  EXPECT_EQ(found->region, LogicInput{3});
}

TEST(SelfTest, TheSameSignalOnTwoInputsIsNoted) {
  const Pulses pulses;
  SyntheticTrace trace(0.06);
  pulses.put(trace, 2);
  pulses.put(trace, 5);
  const Result<WireFound> found = pulses.find(trace.make());
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->region, LogicInput{2});
  EXPECT_THAT(found->notes, Contains("input D5 shows the sync pin's pulses, too"));
}

TEST(SelfTest, NotWired) {
  const Pulses pulses;
  const Result<WireFound> found = pulses.find(SyntheticTrace(0.06).make());
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().blame, Blame::kLab);
  EXPECT_EQ(found.error().what, "no edge on inputs D0 to D7 of the meter while the board made 8");
  EXPECT_THAT(found.error().hint, HasSubstr("connect the board's sync pin to D0"));
}

TEST(SelfTest, FloatingPort) {
  const Pulses pulses;
  SyntheticTrace trace(0.06);
  for (unsigned bit = 0; bit < 8; ++bit)
    trace.floating(bit, bit + 1);
  const Result<WireFound> found = pulses.find(trace.make());
  ASSERT_FALSE(found.ok());
  EXPECT_THAT(found.error().what, HasSubstr(" floats: "));
  EXPECT_THAT(found.error().what, HasSubstr("where the board made 8, and no other input shows"));
}

TEST(SelfTest, OtherLengths) {
  const Pulses pulses;
  SyntheticTrace trace(0.06);
  for (int i = 0; i < 4; ++i)
    trace.pulse(0, 0.0100037 + i * 0.008, 0.0140037 + i * 0.008);
  const Result<WireFound> found = pulses.find(trace.make());
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().what,
            "input D0 shows 8 edges, but not the sync pin's: pulses of 4.00, 4.00, 4.00, 4.00 ms "
            "instead of 3.00, 5.00, 4.00, 7.00 ms");
  EXPECT_THAT(found.error().hint, HasSubstr("the two sync pins are swapped"));
}

TEST(SelfTest, AMissingPulse) {
  const Pulses pulses;
  SyntheticTrace trace(0.06);
  const auto all = pulses.seconds();
  for (std::size_t i = 0; i < 3; ++i)
    trace.pulse(1, all[i].first, all[i].second);
  const Result<WireFound> found = pulses.find(trace.make());
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().what, "input D1 shows 6 edges where the board made 8");
}

TEST(SelfTest, OnePulseOneSampleTooLongIsNoticedAtThree) {
  const Pulses pulses;
  SyntheticTrace trace(0.06);
  const auto all = pulses.seconds();
  for (std::size_t i = 0; i < all.size(); ++i)
    trace.pulse(0, all[i].first, all[i].second + (i == 1 ? 3e-5 : 0));
  EXPECT_FALSE(pulses.find(trace.make()).ok());
}

/// Pulses that are longer on the wire than told, at all phases of the samples; counts those found.
int found_with_extra(double before_s, double behind_s, double ppm) {
  int count = 0;
  for (int phase = 0; phase < 50; ++phase) {
    Pulses pulses;
    pulses.clock.ppm = ppm;
    SyntheticTrace trace(0.06);
    const double shift = 1e-5 * phase / 50;
    std::vector<DeviceWindow> told;
    for (const auto& [begin, end] : pulses.seconds()) {
      told.push_back({pulses.clock.ticks_at(begin + shift), pulses.clock.ticks_at(end + shift), 0,
                      WindowKind::kIdle});
      trace.pulse(0, begin + shift - before_s, end + shift + behind_s);
    }
    if (find_sync_wire(trace.make(), told, 16'000'000).ok()) ++count;
  }
  return count;
}

TEST(SelfTest, TicksMayBeReadAConstantTimeInsideTheEdges) {
  for (const double ppm : {-300.0, 0.0, 300.0}) {
    for (const double extra_s : {0.0, 5e-6, 10e-6, 20e-6}) {
      EXPECT_EQ(found_with_extra(0, extra_s, ppm), 50) << extra_s << " s, " << ppm << " ppm";
      EXPECT_EQ(found_with_extra(extra_s, 0, ppm), 50) << extra_s << " s, " << ppm << " ppm";
      EXPECT_EQ(found_with_extra(extra_s / 2, extra_s / 2, ppm), 50) << extra_s;
    }
  }
}

TEST(SelfTest, MuchLongerPulsesAreAnotherSignal) {
  EXPECT_EQ(found_with_extra(0, 60e-6, 0), 0);
  EXPECT_EQ(found_with_extra(-20e-6, -20e-6, 0), 0) << "shorter ones can't be";
}

TEST(SelfTest, AGapOverAnEdgeProvesNothing) {
  const Pulses pulses;
  SyntheticTrace trace(0.06);
  pulses.put(trace, 0);
  trace.gap(995, 10);
  EXPECT_FALSE(pulses.find(trace.make()).ok());
}

TEST(SelfTest, TheClockIsAtFaultAndNotTheWire) {
  Pulses pulses;
  pulses.clock.ppm = 330'000;
  SyntheticTrace trace(0.06);
  pulses.put(trace, 0);
  const Result<WireFound> found = pulses.find(trace.make());
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().blame, Blame::kDevice);
  EXPECT_THAT(found.error().what, HasSubstr("D0: the board's clock is +3300"));
}

TEST(SelfTest, MeterWithoutInputs) {
  const Pulses pulses;
  Trace trace = SyntheticTrace(0.06).make();
  trace.logic_bits = 0;
  trace.logic.clear();
  const Result<WireFound> found = pulses.find(trace);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().blame, Blame::kLab);
  EXPECT_THAT(found.error().hint, HasSubstr("--alignment"));
}

TEST(SelfTest, MeterWithOneInputOfOneKilohertz) {
  const Pulses pulses;
  SyntheticTrace trace(0.06, 1000);
  pulses.put(trace, 0);
  Trace made = trace.make();
  made.logic_bits = 1;
  const Result<WireFound> found = pulses.find(made);
  ASSERT_TRUE(found.ok()) << found.error().what;
  EXPECT_EQ(found->region, LogicInput{0});
}

TEST(SelfTest, OnePulseIsRefused) {
  const Pulses pulses;
  std::vector<DeviceWindow> one = pulses.told();
  one.resize(1);
  EXPECT_EQ(find_sync_wire(SyntheticTrace(0.06).make(), one, 1000).error().blame, Blame::kBug);
}

}  // namespace
}  // namespace hil::energy
