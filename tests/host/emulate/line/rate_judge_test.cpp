// SPDX-License-Identifier: Apache-2.0
// Who understands whom, sample by sample.
#include "host/emulate/line/rate_judge.hpp"

#include <gtest/gtest.h>

#include "host/emulate/line/garbler.hpp"
#include "host/emulate/line/uart_rate.hpp"

#include <array>
#include <vector>

namespace hil::emulate {
namespace {

using std::chrono::milliseconds;
using Time = RateJudge::Clock::time_point;

const Time kStart = Time{} + std::chrono::hours(1000);

TEST(UartRate, FollowsEachKindsFormula) {
  using boards::DivisorKind;
  // 84 MHz / 729: the BRR that STM32F4 firmware sets for 115,200.
  EXPECT_EQ(uart_rate({DivisorKind::kStm32, 0, 84'000'000}, 0x2D9), 115'226u);
  EXPECT_EQ(uart_rate({DivisorKind::kCmsdk, 0, 25'000'000}, 217), 115'207u);
  EXPECT_EQ(uart_rate({DivisorKind::kNrf51, 0, 16'000'000}, 0x01D7'E000), 115'203u);
  EXPECT_EQ(uart_rate({DivisorKind::kNrf51, 0, 16'000'000}, 0xFFFF'FFFF), 15'999'999u);
}

TEST(UartRate, AUartThatIsNotSetUpHasNone) {
  using boards::DivisorKind;
  for (const auto kind : {DivisorKind::kStm32, DivisorKind::kCmsdk, DivisorKind::kNrf51,
                          DivisorKind::kNone, DivisorKind::kUart16550}) {
    EXPECT_EQ(uart_rate({kind, 0, 84'000'000}, 0), 0u);
  }
  EXPECT_EQ(uart_rate({DivisorKind::kNrf51, 0, 16'000'000}, 0x0400'0000), 0u);  // after reset
  EXPECT_EQ(uart_rate({DivisorKind::kStm32, 0, 84'000'000}, 15), 0u);
  EXPECT_EQ(uart_rate({DivisorKind::kUart16550, 0, 84'000'000}, 100), 0u);
}

TEST(RatesFit, WithinTwoAndAHalfPercent) {
  EXPECT_TRUE(rates_fit(100'000, 102'500));
  EXPECT_FALSE(rates_fit(100'000, 102'501));
  EXPECT_TRUE(rates_fit(100'000, 97'500));
  EXPECT_FALSE(rates_fit(100'000, 97'499));
  EXPECT_TRUE(rates_fit(0, 9600));
  EXPECT_TRUE(rates_fit(9600, 0));
  EXPECT_FALSE(rates_fit(0xFFFF'FFFF, 1));
}

TEST(RateJudge, WithoutSamplesNothingIsGarbled) {
  RateJudge judge;
  judge.set_host(115200, kStart);
  EXPECT_TRUE(judge.wants_sample(kStart));
  EXPECT_FALSE(judge.garbles_to_device(kStart));
  EXPECT_FALSE(judge.garbles_to_host(kStart));
}

TEST(RateJudge, AHostThatChangesAloneIsGarbledAtOnceBothWays) {
  RateJudge judge;
  judge.set_host(115200, kStart);
  judge.add_sample(115226, kStart);
  EXPECT_TRUE(judge.set_host(460800, kStart + milliseconds(5)));
  const Time now = kStart + milliseconds(6);
  EXPECT_TRUE(judge.wants_sample(now));
  ASSERT_TRUE(judge.hold_until(now));
  EXPECT_EQ(*judge.hold_until(now), kStart + milliseconds(5) + RateJudge::kMostHold);
  judge.add_sample(115226, now);
  EXPECT_FALSE(judge.hold_until(now));
  EXPECT_TRUE(judge.garbles_to_device(now));
  EXPECT_TRUE(judge.garbles_to_host(now));
}

TEST(RateJudge, WhatADeviceSentBeforeItChangedArrives) {
  RateJudge judge;
  judge.set_host(115200, kStart);
  judge.add_sample(115200, kStart);
  judge.add_sample(460800, kStart + milliseconds(50));  // its reply is still on its way
  EXPECT_FALSE(judge.garbles_to_host(kStart + milliseconds(51)));
  EXPECT_TRUE(judge.garbles_to_device(kStart + milliseconds(51)));
  judge.add_sample(460800, kStart + milliseconds(100));
  EXPECT_TRUE(judge.garbles_to_host(kStart + milliseconds(101)));
}

TEST(RateJudge, ADeviceThatHadNoRateBeforeIsNotExcused) {
  RateJudge judge;
  judge.set_host(9600, kStart);
  judge.add_sample(115200, kStart + milliseconds(1));  // the first since power came on
  EXPECT_TRUE(judge.garbles_to_host(kStart + milliseconds(2)));
  judge.forget();
  judge.add_sample(0, kStart + milliseconds(10));  // not set up yet
  EXPECT_FALSE(judge.garbles_to_host(kStart + milliseconds(11)));
  judge.add_sample(115200, kStart + milliseconds(60));
  EXPECT_TRUE(judge.garbles_to_host(kStart + milliseconds(61)));
}

TEST(RateJudge, AChangeOnBothSidesIsClean) {
  RateJudge judge;
  judge.set_host(115200, kStart);
  judge.add_sample(115200, kStart);
  judge.set_host(460800, kStart + milliseconds(20));
  judge.add_sample(461538, kStart + milliseconds(21));
  EXPECT_FALSE(judge.garbles_to_device(kStart + milliseconds(22)));
  EXPECT_FALSE(judge.garbles_to_host(kStart + milliseconds(22)));
  EXPECT_FALSE(judge.wants_sample(kStart + milliseconds(22)));
  EXPECT_TRUE(judge.wants_sample(kStart + milliseconds(71)));
}

TEST(RateJudge, AnOldSampleProvesNothing) {
  RateJudge judge;
  judge.set_host(115200, kStart);
  judge.add_sample(9600, kStart);
  judge.add_sample(9600, kStart);
  EXPECT_TRUE(judge.garbles_to_host(kStart + milliseconds(200)));
  EXPECT_FALSE(judge.garbles_to_host(kStart + milliseconds(201)));
  EXPECT_FALSE(judge.garbles_to_device(kStart + milliseconds(201)));
  judge.forget();
  EXPECT_FALSE(judge.garbles_to_device(kStart));
}

TEST(RateJudge, AHoldEndsWithoutASample) {
  RateJudge judge;
  judge.set_host(115200, kStart);
  EXPECT_TRUE(judge.hold_until(kStart + milliseconds(49)));
  EXPECT_FALSE(judge.hold_until(kStart + milliseconds(50)));
}

TEST(Garbler, ChangesEveryByteTheSameWayEveryTime) {
  std::vector<std::uint8_t> first(5000, 0x55);
  std::vector<std::uint8_t> second = first;
  Garbler a(7);
  Garbler b(7);
  a.garble(first);
  b.garble(std::span(second).first(3));  // in other pieces
  b.garble(std::span(second).subspan(3));
  EXPECT_EQ(first, second);
  std::array<int, 256> seen{};
  for (const std::uint8_t byte : first)
    ++seen[byte];
  EXPECT_EQ(seen[0x55], 0);
  EXPECT_GT(seen[0xAA], 0);
  Garbler c(8);
  c.garble(second);
  EXPECT_NE(first, second);
}

}  // namespace
}  // namespace hil::emulate
