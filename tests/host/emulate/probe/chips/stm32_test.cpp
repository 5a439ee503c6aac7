// SPDX-License-Identifier: Apache-2.0
// The flash controllers of STM32F4 and STM32F1, register by register.
#include <gtest/gtest.h>

#include "host/emulate/probe/chips/stm32f1.hpp"
#include "host/emulate/probe/chips/stm32f4.hpp"
#include "host/emulate/probe/chips/unlock_keys.hpp"

namespace hil::emulate {
namespace {

constexpr std::uint32_t kFlash = 0x0800'0000;

TEST(UnlockKeysTest, OpenOnlyInOrderAndJamOtherwise) {
  UnlockKeys keys(1, 2);
  EXPECT_FALSE(keys.write(1));
  EXPECT_TRUE(keys.write(2));
  EXPECT_FALSE(keys.write(2));  // jams
  EXPECT_FALSE(keys.write(1));
  EXPECT_FALSE(keys.write(2));
  keys.reset();
  EXPECT_FALSE(keys.write(1));
  EXPECT_FALSE(keys.write(1));
  EXPECT_FALSE(keys.write(2));
}

class Stm32f4Test : public testing::Test {
 protected:
  static constexpr std::uint32_t kKeyr = 0x4002'3C04, kOptkeyr = 0x4002'3C08, kSr = 0x4002'3C0C,
                                 kCr = 0x4002'3C10, kOptcr = 0x4002'3C14;
  static constexpr std::uint32_t kStart = 1U << 16;

  void unlock(Stm32f4& chip) {
    chip.write(kKeyr, 0x4567'0123, 4);
    chip.write(kKeyr, 0xCDEF'89AB, 4);
  }
  void erase(Stm32f4& chip, std::uint32_t sector) { chip.write(kCr, 2U | sector << 3 | kStart, 4); }

  Stm32f4 chip_{0x10'0000, 0x413, {}};
};

TEST_F(Stm32f4Test, SaysWhoItIs) {
  EXPECT_EQ(chip_.read(0xE004'2000, 4), 0x1001'0413U);
  EXPECT_EQ(chip_.read(0x1FFF'7A22, 2), 1024U);
  EXPECT_EQ(chip_.read(0x1FFF'7800, 4), 0xFFFF'FFFFU);
  EXPECT_FALSE(chip_.read(0x4002'0000, 4));
  EXPECT_EQ(chip_.other_taps().at(0).idcode, 0x0641'3041U);
  chip_.write(0xE004'2004, 7, 4);
  EXPECT_EQ(chip_.read(0xE004'2004, 4), 7U);
  EXPECT_TRUE(chip_.write(0xE004'2000, 0, 4));
  EXPECT_EQ(chip_.read(0xE004'2000, 4), 0x1001'0413U);
}

TEST_F(Stm32f4Test, IsLockedUntilBothKeysCame) {
  EXPECT_FALSE(chip_.loader_armed());
  chip_.write(kCr, 1, 4);
  EXPECT_EQ(chip_.read(kCr, 4), 0x8000'0000U);
  unlock(chip_);
  EXPECT_TRUE(chip_.loader_armed());
  EXPECT_EQ(chip_.read(kCr, 4), 0U);
  chip_.write(kCr, 0x8000'0000, 4);
  EXPECT_FALSE(chip_.loader_armed());
  chip_.write(kKeyr, 1, 4);  // jams it
  unlock(chip_);
  EXPECT_FALSE(chip_.loader_armed());
  chip_.reset();
  unlock(chip_);
  EXPECT_TRUE(chip_.loader_armed());
}

TEST_F(Stm32f4Test, ProgramsInTheChosenUnitOnly) {
  unlock(chip_);
  chip_.write(kFlash, 0x1234, 2);
  EXPECT_EQ(chip_.read(kSr, 4), 1U << 7);  // not programming
  chip_.write(kSr, 0xF3, 4);
  chip_.write(kCr, 0x101, 4);  // by half-words
  chip_.write(kFlash, 0x1234'5678, 4);
  EXPECT_EQ(chip_.read(kSr, 4), 1U << 6);
  chip_.write(kSr, 0xF3, 4);
  chip_.write(kFlash, 0x1234, 2);
  EXPECT_EQ(chip_.read(kSr, 4), 1U);
  EXPECT_EQ(chip_.read_flash(kFlash, 2), 0x1234U);
  EXPECT_EQ(chip_.read_flash(0, 2), 0x1234U);  // its alias
  chip_.write(2, 0xABCD, 2);
  EXPECT_EQ(chip_.read_flash(kFlash, 4), 0xABCD'1234U);
  chip_.write(kFlash + 15, 0, 2);  // over the end of a line of 128 bits
  EXPECT_NE(*chip_.read(kSr, 4) & 1U << 5, 0U);
}

TEST_F(Stm32f4Test, ErasesSectorsOfThreeSizes) {
  EXPECT_EQ(Stm32f4::sector_start(3), 0xC000U);
  EXPECT_EQ(Stm32f4::sector_start(4), 0x1'0000U);
  EXPECT_EQ(Stm32f4::sector_start(5), 0x2'0000U);
  EXPECT_EQ(Stm32f4::sector_start(12), 0x10'0000U);
  chip_.flash()->assign(0, std::vector<std::uint8_t>(0x10'0000, 0));
  unlock(chip_);
  erase(chip_, 4);
  EXPECT_EQ(chip_.read_flash(kFlash + 0xFFFC, 4), 0U);
  EXPECT_EQ(chip_.read_flash(kFlash + 0x1'0000, 4), 0xFFFF'FFFFU);
  EXPECT_EQ(chip_.read_flash(kFlash + 0x1'FFFC, 4), 0xFFFF'FFFFU);
  EXPECT_EQ(chip_.read_flash(kFlash + 0x2'0000, 4), 0U);
  erase(chip_, 11);
  EXPECT_EQ(chip_.read_flash(kFlash + 0xF'FFFC, 4), 0xFFFF'FFFFU);
  erase(chip_, 12);  // there is none
  chip_.write(kCr, 4U | kStart, 4);
  EXPECT_EQ(chip_.read_flash(kFlash, 4), 0xFFFF'FFFFU);
}

TEST_F(Stm32f4Test, OptionBitsProtectSectorsButFaultsStay) {
  FlashFaults faults;
  faults.protected_sectors = {2};
  Stm32f4 chip(0x10'0000, 0x413, faults);
  EXPECT_EQ(*chip.read(kOptcr, 4) >> 16 & 0xFFF, 0xFFBU);
  chip.write(kOptcr, 0xFFFF'0000, 4);  // locked
  chip.write(kOptkeyr, 0x0819'2A3B, 4);
  chip.write(kOptkeyr, 0x4C5D'6E7F, 4);
  chip.write(kOptcr, 0x0FFE'0002, 4);  // protects sector 0, unprotects the rest
  EXPECT_EQ(*chip.read(kOptcr, 4) >> 16 & 0xFFF, 0xFFAU);
  unlock(chip);
  for (const std::uint32_t sector : {0U, 2U}) {
    chip.write(kSr, 0xF3, 4);
    erase(chip, sector);
    EXPECT_EQ(chip.read(kSr, 4), 1U << 4) << sector;
  }
  chip.write(kSr, 0xF3, 4);
  erase(chip, 1);
  EXPECT_EQ(chip.read(kSr, 4), 1U);
  chip.write(kSr, 0xF3, 4);
  chip.write(kCr, 4U | kStart, 4);  // all of it
  EXPECT_EQ(chip.read(kSr, 4), 1U << 4);
  chip.write(kCr, 0x101, 4);
  chip.write(kFlash, 0, 2);
  EXPECT_EQ(chip.read_flash(kFlash, 2), 0xFFFFU);
}

TEST_F(Stm32f4Test, IsBusyForAsLongAsItIsTold) {
  FlashFaults faults;
  faults.sector_erase_time = std::chrono::hours(1);
  Stm32f4 chip(0x10'0000, 0x413, faults);
  unlock(chip);
  erase(chip, 1);
  EXPECT_NE(*chip.read(kSr, 4) & 1U << 16, 0U);
  EXPECT_NE(*chip.read(kCr, 4) & kStart, 0U);
  chip.reset();
  EXPECT_EQ(chip.read(kSr, 4), 0U);
}

class Stm32f1Test : public testing::Test {
 protected:
  static constexpr std::uint32_t kKeyr = 0x4002'2004, kSr = 0x4002'200C, kCr = 0x4002'2010,
                                 kAr = 0x4002'2014, kWrpr = 0x4002'2020;

  void unlock(Stm32f1& chip) {
    chip.write(kKeyr, 0x4567'0123, 4);
    chip.write(kKeyr, 0xCDEF'89AB, 4);
  }

  Stm32f1 chip_{0x2'0000, 0x420, {}};
};

TEST_F(Stm32f1Test, SaysWhoItIs) {
  EXPECT_EQ(chip_.read(0xE004'2000, 4), 0x1001'0420U);
  EXPECT_EQ(chip_.read(0x1FFF'F7E0, 2), 128U);
  EXPECT_EQ(chip_.read(0x1FFF'F800, 4), 0x00FF'5AA5U);
  EXPECT_EQ(chip_.read(0x4002'201C, 4), 0x03FF'FFFCU);
  EXPECT_EQ(chip_.other_taps().at(0).idcode, 0x0642'0041U);
}

TEST_F(Stm32f1Test, ProgramsErasedHalfWordsOnly) {
  chip_.write(kFlash, 0x1234, 2);
  EXPECT_EQ(chip_.read(kSr, 4), 1U << 2);  // locked
  unlock(chip_);
  EXPECT_TRUE(chip_.loader_armed());
  chip_.write(kSr, 0x34, 4);
  chip_.write(kCr, 1, 4);
  chip_.write(kFlash, 0x1234'5678, 4);
  EXPECT_EQ(chip_.read(kSr, 4), 1U << 2);  // by words
  chip_.write(kSr, 0x34, 4);
  chip_.write(kFlash, 0x1234, 2);
  EXPECT_EQ(chip_.read(kSr, 4), 1U << 5);
  chip_.write(kSr, 0x34, 4);
  chip_.write(kFlash, 0x1230, 2);
  EXPECT_EQ(chip_.read(kSr, 4), 1U << 2);  // it is not erased
  EXPECT_EQ(chip_.read_flash(kFlash, 2), 0x1234U);
  chip_.write(kFlash, 0, 2);  // zeros may go over anything
  EXPECT_EQ(chip_.read_flash(kFlash, 2), 0U);
}

TEST_F(Stm32f1Test, ErasesThePageItsAddressIsIn) {
  chip_.flash()->assign(0, std::vector<std::uint8_t>(0x2'0000, 0));
  unlock(chip_);
  chip_.write(kAr, kFlash + 0x7FE, 4);
  chip_.write(kCr, 0x42, 4);
  EXPECT_EQ(chip_.read_flash(kFlash + 0x3FC, 4), 0U);
  EXPECT_EQ(chip_.read_flash(kFlash + 0x400, 4), 0xFFFF'FFFFU);
  EXPECT_EQ(chip_.read_flash(kFlash + 0x800, 4), 0U);
  chip_.write(kAr, kFlash + 0x2'0000, 4);  // beyond its end
  chip_.write(kCr, 0x42, 4);
  chip_.write(kCr, 0x44, 4);
  EXPECT_EQ(chip_.read_flash(kFlash, 4), 0xFFFF'FFFFU);
}

TEST_F(Stm32f1Test, ProtectionCoversFourPages) {
  FlashFaults faults;
  faults.protected_sectors = {9};
  Stm32f1 chip(0x2'0000, 0x420, faults);
  EXPECT_EQ(chip.read(kWrpr, 4), ~(1U << 2));
  unlock(chip);
  for (const std::uint32_t page : {7U, 8U, 11U, 12U}) {
    chip.write(kSr, 0x34, 4);
    chip.write(kAr, kFlash + page * 1024, 4);
    chip.write(kCr, 0x42, 4);
    EXPECT_EQ(chip.read(kSr, 4), page == 8 || page == 11 ? 1U << 4 : 1U << 5) << page;
  }
  chip.write(kSr, 0x34, 4);
  chip.write(kCr, 0x44, 4);
  EXPECT_EQ(chip.read(kSr, 4), 1U << 4);
}

}  // namespace
}  // namespace hil::emulate
