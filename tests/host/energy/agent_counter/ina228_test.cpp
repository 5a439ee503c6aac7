// SPDX-License-Identifier: Apache-2.0
// The INA228's set-up against a chip made of registers, and its accumulators at their ends.
#include "host/energy/agent_counter/ina228.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace hil::energy {
namespace {

using testing::HasSubstr;

/// Registers by number; what is written to `dead` is lost.
struct Chip {
  std::map<std::uint8_t, std::uint32_t> registers{
      {0x3E, 0x5449}, {0x3F, 0x2281}, {0x05, 16896 << 4}};
  int dead = -1;

  I2cTransfer bus() {
    return [this](std::uint8_t address, std::span<const std::uint8_t> out,
                  std::size_t in_bytes) -> Result<std::vector<std::uint8_t>> {
      if (address != 0x41) return Error{Blame::kLab, "nothing answers", ""};
      if (out.size() == 3 && out[0] != dead) {
        const unsigned value = static_cast<unsigned>(out[1]) << 8 | out[2];
        registers[out[0]] = out[0] == 0 ? value & ~0xC000u : value;
      }
      std::vector<std::uint8_t> in(in_bytes);
      for (std::size_t i = 0; i < in_bytes; ++i)
        in[i] = static_cast<std::uint8_t>(registers[out[0]] >> (8 * (in_bytes - 1 - i)));
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
  EXPECT_EQ(chip.registers[0x02], 4096U);
  EXPECT_NEAR(made->scale.coulombs_per_code, 0.16384 / 0.015 / 524288, 1e-15);
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
