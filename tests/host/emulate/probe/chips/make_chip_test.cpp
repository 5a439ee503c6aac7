// SPDX-License-Identifier: Apache-2.0
// Chips from board files: what suits, what does not, and the nRF51's overlay.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/boards/catalogue.hpp"
#include "host/emulate/probe/chips/chip.hpp"
#include "tests/host/emulate/probe/fake_qemu.hpp"

namespace hil::emulate {
namespace {

using testing::HasSubstr;

boards::Board board(const std::string& id) {
  return *boards::Catalogue::load("boards")->find(id);
}

TEST(MakeChip, EveryEmulatedBoardWithAProbeHasOne) {
  const auto catalogue = boards::Catalogue::load("boards");
  ASSERT_TRUE(catalogue.ok()) << catalogue.error().what;
  for (const boards::Board& one : catalogue->boards()) {
    const bool expected = one.emulator && one.emulator->probe != boards::ProbeModel::kNone;
    const auto chip = make_chip(one, {});
    ASSERT_EQ(chip.ok(), expected) << one.id;
    if (!expected) {
      EXPECT_EQ(chip.error().blame, Blame::kConfig);
    }
  }
}

TEST(MakeChip, FlashThatDoesNotSuitIsRefused) {
  boards::Board one = board("stm32vldiscovery");
  for (const auto& [base, size] : {std::pair{0x0800'0000U, 0x4'0000U},
                                   {0U, 0x2'0000U},
                                   {0x0800'0000U, 0U},
                                   {0x0800'0000U, 1000U}}) {
    one.emulator->memory = {{"flash", boards::MemoryKind::kFlash, base, size}};
    const auto chip = make_chip(one, {});
    ASSERT_FALSE(chip.ok()) << base << " " << size;
    EXPECT_EQ(chip.error().what,
              "board stm32vldiscovery: its probe model needs flash at "
              "0x08000000 of at most 128 KiB in whole KiB");
  }
  one.emulator->memory = {{"sram", boards::MemoryKind::kRam, 0x2000'0000, 1024}};
  EXPECT_THAT(make_chip(one, {}).error().what, HasSubstr("needs flash, its memory has none"));
}

TEST(MakeChip, FaultsOutsideTheFlashAreRefused) {
  FlashFaults sector;
  sector.protected_sectors = {12};
  EXPECT_EQ(make_chip(board("netduino_plus_2"), sector).error().what,
            "there is no flash sector 12 to protect, only 0 to 11");
  EXPECT_TRUE(make_chip(board("stm32vldiscovery"), sector).ok());
  FlashFaults bit;
  bit.stuck_bits = {{0x0802'0000, 0, false}};
  EXPECT_EQ(make_chip(board("stm32vldiscovery"), bit).error().what,
            "there is no flash bit 0 at 0x08020000 to be stuck");
  bit.stuck_bits = {{0x0800'0000, 8, false}};
  EXPECT_FALSE(make_chip(board("stm32vldiscovery"), bit).ok());
  EXPECT_FALSE(make_chip(board("mps2_an386"), sector).ok());
}

TEST(Nrf51Test, TellsFlashToolsWhatQemuDoesNot) {
  const auto chip = make_chip(board("microbit"), {});
  ASSERT_TRUE(chip.ok());
  EXPECT_EQ((*chip)->read(0x1000'0028, 4), 0xFFFF'FFFFU);
  EXPECT_EQ((*chip)->read(0x1000'002C, 1), 0xFFU);
  EXPECT_EQ((*chip)->read(0x1000'0034, 4), 2U);
  EXPECT_EQ((*chip)->read(0x1000'0038, 4), 0x2000U);
  EXPECT_EQ((*chip)->read(0x1000'005C, 2), board("microbit").chip.id->values.front());
  EXPECT_FALSE((*chip)->read(0x1000'0010, 4));
  EXPECT_FALSE((*chip)->write(0x4001'E508, 0, 4));
  EXPECT_FALSE((*chip)->loader_armed());
}

TEST(Nrf51Test, FaultsShowAfterALoaderRanInTheMachine) {
  FlashFaults faults;
  faults.protected_sectors = {0, 1};
  faults.stuck_bits = {{0x0802, 1, true}};
  const auto chip = make_chip(board("microbit"), faults);
  ASSERT_TRUE(chip.ok());
  EXPECT_EQ((*chip)->read(0x1000'0028, 4), 2048U);  // the protected region's size
  EXPECT_TRUE((*chip)->write(0x4001'E508, 0x400, 4));
  EXPECT_FALSE((*chip)->write(0x4001'E508, 0x800, 4));
  EXPECT_TRUE((*chip)->write(0x4001'E50C, 1, 4));

  FakeQemu qemu;
  const auto machine = qemu.machine();
  ASSERT_TRUE((*chip)->before_run(*machine).ok());  // hands over the erased flash
  EXPECT_EQ(qemu.word(0x3'FFFC), 0xFFFF'FFFFU);
  qemu.set_word(0x0400, 0x1111'1111);  // protected
  qemu.set_word(0x0800, 0x2200'2222);
  ASSERT_TRUE((*chip)->before_run(*machine).ok());
  EXPECT_EQ(qemu.word(0x0400), 0xFFFF'FFFFU);
  EXPECT_EQ(qemu.word(0x0800), 0x2202'2222U);
  EXPECT_EQ((*chip)->flash()->read(0x0800, 4), 0x2202'2222U);
  EXPECT_TRUE((*chip)->flash()->take_changed());
}

}  // namespace
}  // namespace hil::emulate
