// SPDX-License-Identifier: Apache-2.0
// Debug port and access port on their bus: sizes, increments, gathered stores.
#include "host/emulate/probe/core/debug_port.hpp"

#include <gtest/gtest.h>

#include "tests/host/emulate/probe/fake_target.hpp"

namespace hil::emulate {
namespace {

constexpr std::uint32_t kRam = 0x2000'0100;
constexpr std::uint32_t kCsw = 0x00, kTar = 0x04, kDrw = 0x0C, kBd1 = 0x14;

class DebugPortTest : public testing::Test {
 protected:
  void write_ap(std::uint32_t address, std::uint32_t value) {
    ASSERT_TRUE(target_.port.write_ap(0, address, value).ok());
  }
  std::uint32_t read_ap(std::uint32_t address) { return *target_.port.read_ap(0, address); }

  FakeTarget target_{"netduino_plus_2"};
};

TEST_F(DebugPortTest, SaysWhoItIs) {
  EXPECT_EQ(target_.port.read_dp(0), 0x2BA0'1477U);
  EXPECT_EQ(read_ap(0xFC), 0x2477'0011U);
  EXPECT_EQ(read_ap(0xF8), 0xE00F'F003U);
  EXPECT_EQ(*target_.port.read_ap(1, 0xFC), 0U);  // there is no other port
}

TEST_F(DebugPortTest, PowerRequestsAreAcknowledged) {
  target_.port.write_dp(4, 0x5000'0000);
  EXPECT_EQ(target_.port.read_dp(4) & 0xF000'0000, 0xF000'0000U);
  target_.port.write_dp(4, 0);
  EXPECT_EQ(target_.port.read_dp(4) & 0xF000'0000, 0U);
}

TEST_F(DebugPortTest, WordsWithIncrementWrapWithinFourKib) {
  write_ap(kCsw, 0x12);
  write_ap(kTar, 0x2000'0FFC);
  write_ap(kDrw, 1);
  EXPECT_EQ(read_ap(kTar), 0x2000'0000U);
  write_ap(kDrw, 2);
  ASSERT_TRUE(target_.bus.flush().ok());
  EXPECT_EQ(target_.qemu.word(0x2000'0FFC), 1U);
  EXPECT_EQ(target_.qemu.word(0x2000'0000), 2U);
}

TEST_F(DebugPortTest, SmallAccessesUseTheirByteLanes) {
  write_ap(kCsw, 0x10);  // bytes, one by one
  write_ap(kTar, kRam);
  for (const std::uint32_t lane : {0xAAU, 0xBB00U, 0xCC'0000U, 0xDD00'0000U})
    write_ap(kDrw, lane);
  ASSERT_TRUE(target_.bus.flush().ok());
  EXPECT_EQ(target_.qemu.word(kRam), 0xDDCC'BBAAU);
  write_ap(kTar, kRam + 2);
  EXPECT_EQ(read_ap(kDrw), 0x00CC'0000U);
  write_ap(kCsw, 0x21);  // half-words, packed
  write_ap(kTar, kRam);
  EXPECT_EQ(read_ap(kDrw), 0xDDCC'BBAAU);
  write_ap(kTar, kRam);
  write_ap(kDrw, 0x1234'5678);
  EXPECT_EQ(read_ap(kTar), kRam + 4);
  ASSERT_TRUE(target_.bus.flush().ok());
  EXPECT_EQ(target_.qemu.word(kRam), 0x1234'5678U);
}

TEST_F(DebugPortTest, BankedRegistersAreFourWordsAtTheAddress) {
  write_ap(kTar, kRam + 8);
  write_ap(kBd1, 0x77);
  EXPECT_EQ(read_ap(kBd1), 0x77U);
  ASSERT_TRUE(target_.bus.flush().ok());
  EXPECT_EQ(target_.qemu.word(kRam + 4), 0x77U);
  EXPECT_EQ(read_ap(kTar), kRam + 8);
}

TEST_F(DebugPortTest, SelectNamesPortAndBank) {
  target_.port.write_dp(8, 0x0000'00F0);
  EXPECT_EQ(*target_.port.read_selected(0xC), 0x2477'0011U);
  target_.port.write_dp(8, 0x0100'00F0);
  EXPECT_EQ(*target_.port.read_selected(0xC), 0U);
}

TEST_F(DebugPortTest, StoresToConsecutiveWordsAreOneRequest) {
  write_ap(kCsw, 0x12);
  write_ap(kTar, kRam);
  const unsigned before = target_.qemu.memory_requests();
  for (std::uint32_t i = 0; i < 100; ++i)
    write_ap(kDrw, i);
  EXPECT_EQ(target_.qemu.memory_requests(), before);
  EXPECT_EQ(target_.read(kRam + 4 * 99), 99U);  // a read sees them
  EXPECT_EQ(target_.qemu.memory_requests(), before + 2);
}

TEST_F(DebugPortTest, FlashIsReadFromTheModelAndRegistersFromTheMachine) {
  target_.chip->flash()->program(0x20, 0x1122'3344, 4);
  EXPECT_EQ(target_.read(0x0800'0020), 0x1122'3344U);
  EXPECT_EQ(target_.read(0x20), 0x1122'3344U);
  std::vector<std::uint8_t> block(7);
  ASSERT_TRUE(target_.bus.read_block(0x0800'001F, block, 1).ok());
  EXPECT_EQ(block[1], 0x44);
  target_.qemu.set_word(0x4001'1000, 0xC0);
  EXPECT_EQ(target_.read(0x4001'1000), 0xC0U);
}

}  // namespace
}  // namespace hil::emulate
