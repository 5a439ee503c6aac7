// SPDX-License-Identifier: Apache-2.0
// JTAG by single characters: the chain's identity, debug port accesses, resets.
#include "host/emulate/probe/fronts/bitbang_front.hpp"

#include <gtest/gtest.h>

#include "tests/host/emulate/probe/fake_target.hpp"

namespace hil::emulate {
namespace {

using Bytes = std::vector<std::uint8_t>;

class BitbangFrontTest : public testing::Test {
 protected:
  BitbangFrontTest()
      : front_(JtagChain(target_.port, 0x4BA0'0477, target_.chip->other_taps()), target_.bus,
               target_.core) {
    clock(
        "11111"
        "0");  // Test-Logic-Reset, Run-Test/Idle
  }

  std::string send(const std::string& characters) {
    Bytes answers;
    const auto more = front_.take(Bytes(characters.begin(), characters.end()), answers);
    EXPECT_TRUE(more.ok() && *more);
    return {answers.begin(), answers.end()};
  }
  void clock(const std::string& tms, bool tdi = false) {
    for (const char bit : tms) {
      const int pins = (bit == '1' ? 2 : 0) + (tdi ? 1 : 0);
      send({static_cast<char>('0' + pins), static_cast<char>('4' + pins)});
    }
  }
  /// Shifts @p bits bits of @p out through the data or instruction register, from and to idle.
  std::uint64_t scan(bool instruction, std::uint64_t out, unsigned bits) {
    clock(instruction ? "1100" : "100");
    std::uint64_t in = 0;
    for (unsigned i = 0; i < bits; ++i) {
      if (send("R") == "1") in |= std::uint64_t{1} << i;
      clock(i + 1 == bits ? "1" : "0", (out >> i & 1U) != 0);
    }
    clock("10");
    return in;
  }
  /// The instruction of the core's TAP; the other one (5 bits) bypasses.
  void instruction(std::uint32_t value) { scan(true, 0x1F0U | value, 9); }
  /// 35 bits of the core's TAP behind one of BYPASS.
  std::uint64_t access(std::uint32_t address, bool read, std::uint32_t value) {
    return scan(false, std::uint64_t{value} << 3 | (address >> 1 & 6U) | (read ? 1U : 0U), 36);
  }

  FakeTarget target_{"netduino_plus_2"};
  BitbangFront front_;
};

TEST_F(BitbangFrontTest, AfterResetTheChainShowsItsIdentities) {
  const std::uint64_t ids = scan(false, 0, 64);
  EXPECT_EQ(static_cast<std::uint32_t>(ids), 0x4BA0'0477U);
  EXPECT_EQ(static_cast<std::uint32_t>(ids >> 32), 0x0641'3041U);
}

TEST_F(BitbangFrontTest, InstructionRegistersCaptureOnes) {
  EXPECT_EQ(scan(true, 0x1FF, 9), 0x011U);
  EXPECT_EQ(scan(false, 0x5, 5), 0x5U << 2 & 0x1FU);  // two bits of BYPASS
}

TEST_F(BitbangFrontTest, ReadsAndWritesMemoryThroughTheAccessPort) {
  instruction(0xA);
  access(4, false, 0x5000'0000);
  access(4, true, 0);
  EXPECT_EQ(access(0xC, true, 0) >> 3 & 0xFFFF'FFFF, 0xF000'0040U);
  instruction(0xB);
  access(4, false, 0x2000'0040);
  access(0xC, false, 0xDEAD'BEEF);
  access(0xC, true, 0);
  instruction(0xA);
  const std::uint64_t result = access(0xC, true, 0);
  EXPECT_EQ(result & 7U, 2U);  // OK
  EXPECT_EQ(result >> 3 & 0xFFFF'FFFF, 0xDEAD'BEEFU);
  EXPECT_EQ(target_.qemu.word(0x2000'0040), 0xDEAD'BEEFU);
}

TEST_F(BitbangFrontTest, ResetLinesDoWhatTheySay) {
  target_.reset_into_program();
  const unsigned resets = target_.qemu.resets();
  instruction(0xF);
  send("s");  // SRST
  EXPECT_EQ(target_.qemu.resets(), resets);
  send("t");  // TRST alone: the chain is reset, and SRST is let go
  EXPECT_EQ(target_.qemu.resets(), resets + 1);
  send("r");
  clock("0");
  EXPECT_EQ(static_cast<std::uint32_t>(scan(false, 0, 32)), 0x4BA0'0477U);
}

TEST_F(BitbangFrontTest, OtherCharactersAreIgnoredAndQQuits) {
  EXPECT_EQ(send("Bb \n\xff"), "");
  Bytes answers;
  EXPECT_FALSE(*front_.take(Bytes{'R', 'Q', 'R'}, answers));
  EXPECT_EQ(answers.size(), 1U);
}

}  // namespace
}  // namespace hil::emulate
