// SPDX-License-Identifier: Apache-2.0
// Decimation: charge and energy kept, holes marked, inputs at their place.
#include "host/energy/joulescope/decimator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace hil::energy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Stream = Decimator::Stream;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

StreamBlock floats(std::uint64_t first, std::vector<float> values) {
  return {first, 2, 2'000'000, std::move(values), {}};
}

StreamBlock bits(std::uint64_t first, std::vector<std::uint8_t> values) {
  return {first, 2, 2'000'000, {}, std::move(values)};
}

class DecimatorTest : public testing::Test {
 protected:
  DecimatorTest() { trace_.rails.push_back({"main", Quantity::kCurrent, {}, {}}); }

  Trace trace_;
};

TEST_F(DecimatorTest, TheMeanOfWhatASampleCovers) {
  Decimator decimator(500e3, 0);
  ASSERT_TRUE(decimator.add(Stream::kCurrent, floats(0, {1, 3, 5, 7}), trace_).ok());
  EXPECT_EQ(trace_.size(), 0u) << "its voltage is not there yet";
  ASSERT_TRUE(decimator.add(Stream::kVoltage, floats(0, {2, 2, 2}), trace_).ok());
  EXPECT_EQ(trace_.size(), 1u) << "half a sample waits";
  ASSERT_TRUE(decimator.add(Stream::kVoltage, floats(6, {2}), trace_).ok());
  EXPECT_THAT(trace_.rails[0].values, ElementsAre(2.0F, 6.0F));
  EXPECT_THAT(trace_.rails[0].volts, ElementsAre(2.0F, 2.0F));
  EXPECT_THAT(trace_.flags, ElementsAre(0, 0));
  EXPECT_TRUE(trace_.logic.empty());
}

TEST_F(DecimatorTest, KeepsChargeAndEnergyWhateverVoltageDoes) {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> amps(0.0F, 0.02F), volts(2.8F, 3.6F);
  std::vector<float> i(100'000), v(100'000);
  double charge = 0, energy = 0;
  for (std::size_t k = 0; k < i.size(); ++k) {
    i[k] = amps(random);
    v[k] = volts(random);
    charge += double{i[k]} / 1e6;
    energy += double{i[k]} * double{v[k]} / 1e6;
  }
  Decimator decimator(10e3, 0);
  ASSERT_TRUE(decimator.add(Stream::kCurrent, floats(0, i), trace_).ok());
  ASSERT_TRUE(decimator.add(Stream::kVoltage, floats(0, v), trace_).ok());
  ASSERT_EQ(trace_.size(), 1000u);
  double kept_charge = 0, kept_energy = 0;
  for (std::size_t k = 0; k < trace_.size(); ++k) {
    const double q = double{trace_.rails[0].values[k]} / 10e3;
    kept_charge += q;
    kept_energy += q * double{trace_.rails[0].volts[k]};
  }
  EXPECT_NEAR(kept_charge / charge, 1, 1e-6) << "floats";
  EXPECT_NEAR(kept_energy / energy, 1, 1e-6);
}

TEST_F(DecimatorTest, CurrentsThatCancelDoNotMakeAVoltage) {
  Decimator decimator(500e3, 0);
  ASSERT_TRUE(decimator.add(Stream::kCurrent, floats(0, {1, -1, 0, 0}), trace_).ok());
  ASSERT_TRUE(decimator.add(Stream::kVoltage, floats(0, {3, 4, 5, 5}), trace_).ok());
  EXPECT_THAT(trace_.rails[0].volts, ElementsAre(3.5F, 5.0F));
}

TEST_F(DecimatorTest, BeginsWhereBothAreThere) {
  Decimator decimator(500e3, 0);
  ASSERT_TRUE(decimator.add(Stream::kVoltage, floats(4, {9, 3, 3, 3}), trace_).ok());
  ASSERT_TRUE(decimator.add(Stream::kCurrent, floats(6, {1, 2, 5}), trace_).ok());
  EXPECT_THAT(trace_.rails[0].values, ElementsAre(1.5F));
  EXPECT_THAT(trace_.rails[0].volts, ElementsAre(3.0F));
}

TEST_F(DecimatorTest, AHoleIsAGapAtItsPlace) {
  Decimator decimator(500e3, 0);
  ASSERT_TRUE(decimator.add(Stream::kVoltage, floats(0, std::vector<float>(10, 3)), trace_).ok());
  ASSERT_TRUE(decimator.add(Stream::kCurrent, floats(0, {1, 1, 2}), trace_).ok());
  ASSERT_TRUE(decimator.add(Stream::kCurrent, floats(12, {4, 4, 5, 5}), trace_).ok());
  EXPECT_THAT(trace_.flags, ElementsAre(0, flag::kGap, flag::kGap, 0, 0));
  EXPECT_THAT(trace_.rails[0].values, ElementsAre(1, 0, 0, 4, 5)) << "time goes on";
  ASSERT_EQ(trace_.events.size(), 1u);
  EXPECT_EQ(trace_.events[0].index, 1u);
  EXPECT_EQ(trace_.events[0].text, "3 elements of current lost");
  EXPECT_EQ(decimator.lost(), 3u);
}

TEST_F(DecimatorTest, NotANumberIsAGap) {
  Decimator decimator(500e3, 0);
  ASSERT_TRUE(decimator.add(Stream::kVoltage, floats(0, {3, 3, 3, 3, kNan, 3}), trace_).ok());
  ASSERT_TRUE(decimator.add(Stream::kCurrent, floats(0, {1, 1, kNan, 1, 1, 1}), trace_).ok());
  EXPECT_THAT(trace_.flags, ElementsAre(0, flag::kGap, flag::kGap));
  for (const float volts : trace_.rails[0].volts)
    EXPECT_TRUE(std::isfinite(volts));
}

TEST_F(DecimatorTest, WhatComesTwiceCountsOnce) {
  Decimator decimator(500e3, 0);
  ASSERT_TRUE(decimator.add(Stream::kVoltage, floats(0, std::vector<float>(6, 3)), trace_).ok());
  ASSERT_TRUE(decimator.add(Stream::kCurrent, floats(0, {1, 1, 2, 2}), trace_).ok());
  ASSERT_TRUE(decimator.add(Stream::kCurrent, floats(4, {7, 7, 3, 3}), trace_).ok());
  EXPECT_THAT(trace_.rails[0].values, ElementsAre(1, 2, 3));
  EXPECT_EQ(decimator.lost(), 0u);
}

TEST_F(DecimatorTest, IdsAtTheEndOfTheirNumbersAreNoOthers) {
  Decimator decimator(500e3, 0);
  ASSERT_TRUE(decimator.add(Stream::kCurrent, floats(0, {1, 1, 1, 1}), trace_).ok());
  ASSERT_TRUE(decimator.add(Stream::kVoltage, floats(~0ULL, {3}), trace_).ok());
  EXPECT_EQ(trace_.size(), 0u) << "what was measured long before the voltage";
  EXPECT_EQ(decimator.lost(), 0u);
}

TEST_F(DecimatorTest, InputsByTheLargerPart) {
  Decimator decimator(250e3, 2);
  ASSERT_TRUE(decimator.add(Stream::kVoltage, floats(0, std::vector<float>(12, 3)), trace_).ok());
  ASSERT_TRUE(decimator.add(Stream::kCurrent, floats(0, std::vector<float>(12, 1)), trace_).ok());
  ASSERT_TRUE(
      decimator.add(Stream::kInput0, bits(0, {0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0}), trace_).ok());
  EXPECT_EQ(trace_.size(), 0u) << "input 1 is not there yet";
  ASSERT_TRUE(decimator.add(Stream::kInput1, bits(8, {1, 1, 1, 1, 0, 0, 0, 0}), trace_).ok());
  EXPECT_THAT(trace_.logic, ElementsAre(0, 3, 0));
  EXPECT_EQ(trace_.flags.size(), 3u);
}

TEST_F(DecimatorTest, AnInputMayBeFasterThanTheCurrent) {
  Decimator decimator(500e3, 1);
  StreamBlock fast = bits(0, {0, 0, 0, 0, 1, 1, 1, 1});
  fast.step = 1;
  ASSERT_TRUE(decimator.add(Stream::kInput0, fast, trace_).ok());
  ASSERT_TRUE(decimator.add(Stream::kVoltage, floats(0, {3, 3, 3, 3}), trace_).ok());
  ASSERT_TRUE(decimator.add(Stream::kCurrent, floats(0, {1, 1, 1, 1}), trace_).ok());
  EXPECT_THAT(trace_.logic, ElementsAre(0, 1));
}

TEST_F(DecimatorTest, NonsenseIsRefused) {
  const auto what = [](auto feed) {
    Decimator decimator(500e3, 1);
    const Status status = feed(decimator);
    return status.ok() ? std::string() : status.error().what;
  };
  EXPECT_THAT(what([this](Decimator& d) -> Status {
                return d.add(Stream::kInput0, floats(0, {1}), trace_);
              }),
              HasSubstr("input 0 is of another type"));
  EXPECT_THAT(what([this](Decimator& d) -> Status {
                StreamBlock block = floats(0, {1});
                block.ids_per_second = 1'999'999;
                return d.add(Stream::kCurrent, block, trace_);
              }),
              HasSubstr("no multiple of 500000 Hz"));
  EXPECT_THAT(what([this](Decimator& d) -> Status {
                // Ten seconds of these would be 40 GB.
                StreamBlock block = floats(0, {1});
                block.ids_per_second = 4'000'000'000;
                block.step = 1;
                return d.add(Stream::kCurrent, block, trace_);
              }),
              HasSubstr("4000000000 ids a second are too many"));
  EXPECT_THAT(what([this](Decimator& d) -> Status {
                StreamBlock block = floats(0, {1});
                block.step = 3;
                return d.add(Stream::kCurrent, block, trace_);
              }),
              HasSubstr("rate of current"));
  EXPECT_THAT(what([this](Decimator& d) -> Status {
                HIL_TRY(d.add(Stream::kCurrent, floats(0, {1}), trace_));
                HIL_TRY(d.add(Stream::kVoltage, floats(0, {1}), trace_));
                return d.add(Stream::kCurrent, floats(~0ULL - 4, {1}), trace_);
              }),
              HasSubstr("jumps by"));
  EXPECT_THAT(what([this](Decimator& d) -> Status {
                for (int k = 0; k < 2000; ++k)
                  HIL_TRY(d.add(Stream::kCurrent, floats(0, {1}), trace_));
                return Status();
              }),
              HasSubstr("does not begin"));
  EXPECT_THAT(what([this](Decimator& d) -> Status {
                StreamBlock block = floats(0, {1});
                block.step = 4;
                HIL_TRY(d.add(Stream::kVoltage, block, trace_));
                return d.add(Stream::kCurrent, floats(0, {1}), trace_);
              }),
              HasSubstr("different rates"));
}

}  // namespace
}  // namespace hil::energy
