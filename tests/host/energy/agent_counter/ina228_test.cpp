// SPDX-License-Identifier: Apache-2.0
// The INA228's set-up against a chip made of registers, and its accumulators at their ends.
#include "host/energy/agent_counter/ina228.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace hil::energy {
namespace {

using testing::HasSubstr;

/// Registers by number, as they are when it is switched on; what is written to `dead` is lost.
struct Chip {
  std::map<std::uint8_t, std::uint32_t> registers{
      {0x00, 0},      {0x01, 0xFB68}, {0x02, 0x1000}, {0x05, 16896 << 4}, {0x0B, 0x0001},
      {0x0C, 0x7FFF}, {0x0D, 0x8000}, {0x3E, 0x5449}, {0x3F, 0x2281}};
  int dead = -1;

  /// A conversion of the shunt's voltage, in 20 bits with sign: the limits see the upper 16.
  void convert(int code) {
    const int seen = code >> 4;
    if (seen > static_cast<std::int16_t>(registers[0x0C])) registers[0x0B] |= 1u << 6;
    if (seen < static_cast<std::int16_t>(registers[0x0D])) registers[0x0B] |= 1u << 5;
  }

  I2cTransfer bus() {
    return [this](std::uint8_t address, std::span<const std::uint8_t> out,
                  std::size_t in_bytes) -> Result<std::vector<std::uint8_t>> {
      if (address != 0x41) return Error{Blame::kLab, "nothing answers", ""};
      if (out.size() == 3 && out[0] != dead) {
        const unsigned value = static_cast<unsigned>(out[1]) << 8 | out[2];
        registers[out[0]] = out[0] == 0 ? value & ~0xC000u : value;
        if (out[0] == 0x0B) registers[0x0B] = (value & 0xF000u) | 1u;
      }
      std::vector<std::uint8_t> in(in_bytes);
      for (std::size_t i = 0; i < in_bytes; ++i)
        in[i] = static_cast<std::uint8_t>(registers[out[0]] >> (8 * (in_bytes - 1 - i)));
      if (out[0] == 0x0B && in_bytes > 0) registers[0x0B] &= ~0x03E0u;  // they have been read
      return in;
    };
  }
};

TEST(Ina228, IsSetUpForItsFinerRange) {
  Chip chip;
  const auto made = set_up_ina228(chip.bus(), {0x41, 0.015, 0});
  ASSERT_TRUE(made.ok()) << made.error().what;
  EXPECT_EQ(chip.registers[0x00], 0x0010U);
  EXPECT_EQ(chip.registers[0x01], 0xB6C0U);
  EXPECT_EQ(chip.registers[0x02], 4096U);
  EXPECT_NEAR(made->scale.coulombs_per_code, 0.04096 / 0.015 / 524288, 1e-15);
  EXPECT_NEAR(made->scale.joules_per_code, 51.2 * made->scale.coulombs_per_code, 1e-15);
  EXPECT_EQ(made->supply.source, VoltageSource::kMeasured);
  EXPECT_NEAR(made->supply.volts, 3.3, 1e-9);
  EXPECT_EQ(made->info.firmware, "revision 1");
  EXPECT_GT(made->accuracy.steps.at(0).gain, 0.005);
}

TEST(Ina228, TakesTheCoarserRangeForMoreCurrent) {
  Chip chip;
  const auto made = set_up_ina228(chip.bus(), {0x41, 0.015, 5});
  ASSERT_TRUE(made.ok()) << made.error().what;
  EXPECT_EQ(chip.registers[0x00], 0U);
  EXPECT_EQ(chip.registers[0x02], 1875U);
  EXPECT_NEAR(made->scale.coulombs_per_code, 5.0 / 524288, 1e-12);
}

TEST(Ina228, CountsAsFinelyAsTheMostCurrentAllows) {
  Chip chip;
  const auto made = set_up_ina228(chip.bus(), {0x41, 0.015, 0.05});
  ASSERT_TRUE(made.ok()) << made.error().what;
  // 50 mA of the 2.7307 A of the finer range: 75 of 4096 codes, the next whole number up.
  EXPECT_EQ(chip.registers[0x02], 75U);
  EXPECT_NEAR(made->most_a, 0.05, 0.0005);
  EXPECT_GE(made->most_a, 0.05);
  // The maker's formula the other way round: the register as it is, not the wish, says what a code
  // is worth.
  const double amps_per_code = 75 / (13107.2e6 * 0.015 * 4);
  EXPECT_NEAR(made->scale.coulombs_per_code / amps_per_code, 1, 1e-12);
  EXPECT_NEAR(made->scale.joules_per_code / (51.2 * amps_per_code), 1, 1e-12);
  EXPECT_EQ(made->accuracy.steps.at(0).code_step_a, made->scale.joules_per_code);
  EXPECT_THAT(made->accuracy.source, HasSubstr("one code of its energy is 4.88 uJ"));
  EXPECT_THAT(made->accuracy.source, HasSubstr("its clock 0.5 %"));
  EXPECT_NEAR(made->accuracy.time_base, 0.005 / 1.7320508, 1e-8);
  EXPECT_THAT(made->info.model, HasSubstr("up to 0.05"));
}

TEST(Ina228, SaysBehindTheRunThatMoreFlowedThanItCounts) {
  const double shunt_ohm = 0.015;
  for (const double max_a : {0.0, 0.05, 10.0}) {
    const Ina228Wiring wiring{0x41, shunt_ohm, max_a};
    Chip chip;
    chip.convert(-(1 << 19));  // before, of somebody else
    const auto made = set_up_ina228(chip.bus(), wiring);
    ASSERT_TRUE(made.ok()) << made.error().what;
    const double step_v = max_a == 10 ? 312.5e-9 : 78.125e-9;
    const auto most = static_cast<int>(made->most_a * shunt_ohm / step_v);
    chip.convert(most * 99 / 100);
    chip.convert(-most * 99 / 100);
    EXPECT_TRUE(check_ina228(chip.bus(), wiring, *made).ok()) << max_a;
    for (const int code : {std::min(most, (1 << 19) - 1), -most}) {
      chip.convert(code);
      chip.convert(0);
      const Status status = check_ina228(chip.bus(), wiring, *made);
      ASSERT_FALSE(status.ok()) << max_a << ", " << code;
      EXPECT_EQ(status.error().blame, Blame::kLab);
      EXPECT_THAT(status.error().what, HasSubstr("counted too little"));
      EXPECT_THAT(status.error().hint, HasSubstr("--max-current"));
    }
    EXPECT_TRUE(check_ina228(chip.bus(), wiring, *made).ok()) << "said once";
    chip.registers[0x0B] |= 1u << 9;
    EXPECT_FALSE(check_ina228(chip.bus(), wiring, *made).ok()) << "its arithmetic overflowed";
    chip.registers[0x0B] = 0;
    EXPECT_THAT(check_ina228(chip.bus(), wiring, *made).error().what, HasSubstr("memory"));
  }
}

TEST(Ina228, IsLeftAsItWasFound) {
  Chip chip;
  chip.registers[0x00] = 0x0030;
  chip.registers[0x01] = 0x4101;
  chip.registers[0x02] = 0x0102;
  chip.registers[0x0B] = 0xA001;
  chip.registers[0x0C] = 0x1234;
  chip.registers[0x0D] = 0xEDCC;
  const auto before = chip.registers;
  const Ina228Wiring wiring{0x41, 0.015, 5};
  const auto made = set_up_ina228(chip.bus(), wiring);
  ASSERT_TRUE(made.ok()) << made.error().what;
  EXPECT_NE(chip.registers, before);
  ASSERT_TRUE(leave_ina228(chip.bus(), wiring, *made).ok());
  EXPECT_EQ(chip.registers, before);
}

TEST(Ina228, RefusesWhatCannotBe) {
  Chip chip;
  const auto blame = [&chip](const Ina228Wiring& wiring) {
    return set_up_ina228(chip.bus(), wiring).error().blame;
  };
  EXPECT_EQ(blame({0x3F, 0.015, 0}), Blame::kUser);
  EXPECT_EQ(blame({0x41, 0, 0}), Blame::kUser);
  EXPECT_EQ(blame({0x41, 0.015, 11}), Blame::kUser);
  EXPECT_EQ(blame({0x41, 0.015, -1}), Blame::kUser);
  EXPECT_EQ(blame({0x40, 0.015, 0}), Blame::kLab);
}

TEST(Ina228, NamesAnotherChipOneThatForgetsAndABusWithoutVoltage) {
  Chip other;
  other.registers[0x3F] = 0x2381;
  EXPECT_THAT(set_up_ina228(other.bus(), {0x41, 0.015, 0}).error().what, HasSubstr("0x2381"));
  Chip forgets;
  forgets.dead = 2;
  forgets.registers[0x02] = 0;
  EXPECT_THAT(set_up_ina228(forgets.bus(), {0x41, 0.015, 0}).error().what, HasSubstr("register 2"));
  Chip off;
  off.registers[0x05] = 0;
  EXPECT_THAT(set_up_ina228(off.bus(), {0x41, 0.015, 0}).error().what, HasSubstr("0.000 V"));
}

TEST(Ina228, AccumulatorsWrapAndChargeHasASign) {
  const Ina228Scale scale{2, 3, 0};
  constexpr std::uint64_t kTop = (std::uint64_t{1} << 40) - 1;
  EXPECT_EQ(joules_between(10, 15, scale), 10);
  EXPECT_EQ(joules_between(kTop, 4, scale), 10);
  EXPECT_EQ(coulombs_between(10, 15, scale), 15);
  EXPECT_EQ(coulombs_between(15, 10, scale), -15);
  EXPECT_EQ(coulombs_between(kTop - 1, 3, scale), 15);
}

}  // namespace
}  // namespace hil::energy
