// SPDX-License-Identifier: Apache-2.0
// The debug registers: run control, registers, breakpoints, reset, lock-up, flash loaders.
#include "host/emulate/probe/core/core_debug.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/emulate/probe/fake_target.hpp"

namespace hil::emulate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint32_t kDhcsr = FakeTarget::kDhcsr;
constexpr std::uint32_t kHalted = 1U << 17;
constexpr std::uint32_t kLockedUp = 1U << 19;
constexpr std::uint32_t kWasReset = 1U << 25;
constexpr std::uint32_t kGo = 0xA05F'0001;
constexpr std::uint32_t kHalt = 0xA05F'0003;
constexpr std::uint32_t kStep = 0xA05F'0005;

class CoreDebugTest : public testing::Test {
 protected:
  FakeTarget target_{"netduino_plus_2"};
};

TEST_F(CoreDebugTest, ACaughtResetHaltsAtTheFirstInstruction) {
  target_.reset_into_program();
  const std::uint32_t status = target_.read(kDhcsr);
  EXPECT_EQ(status & (kHalted | kWasReset | kLockedUp), kHalted | kWasReset);
  EXPECT_EQ(target_.read(kDhcsr) & kWasReset, 0U);  // reading clears it
  EXPECT_EQ(target_.read(FakeTarget::kDfsr), 8U);
  EXPECT_EQ(*target_.core.read_register(15), 0x0800'0100U);
  EXPECT_EQ(*target_.core.read_register(17), 0x2000'1000U);
}

TEST_F(CoreDebugTest, WithoutItsKeyDhcsrIgnoresStores) {
  target_.reset_into_program();
  target_.write(kDhcsr, 0x0000'0001);
  EXPECT_FALSE(target_.machine->running());
  target_.write(kDhcsr, kGo);
  EXPECT_TRUE(target_.runs());
  EXPECT_EQ(target_.read(kDhcsr) & kHalted, 0U);
  target_.write(kDhcsr, kHalt);
  EXPECT_EQ(target_.read(kDhcsr) & kHalted, kHalted);
  EXPECT_EQ(target_.read(FakeTarget::kDfsr) & 1U, 1U);
}

TEST_F(CoreDebugTest, StepsOneInstruction) {
  target_.reset_into_program();
  target_.write(kDhcsr, kStep);
  EXPECT_EQ(*target_.core.read_register(15), 0x0800'0102U);
  EXPECT_EQ(target_.read(kDhcsr) & kHalted, kHalted);
}

TEST_F(CoreDebugTest, RegistersGoThroughDcrsr) {
  target_.reset_into_program();
  for (const std::uint32_t number : {0U, 14U, 16U, 17U, 18U, 20U, 33U, 64U, 95U}) {
    target_.write(FakeTarget::kDcrdr, 0x2000'0100 + number * 4);
    target_.write(FakeTarget::kDcrsr, 1U << 16 | number);
    target_.write(FakeTarget::kDcrdr, 0);
    target_.write(FakeTarget::kDcrsr, number);
    EXPECT_EQ(target_.read(FakeTarget::kDcrdr), 0x2000'0100 + number * 4) << number;
  }
  EXPECT_EQ(*target_.core.read_register(64), 0x2000'0200U);  // s0 beside s1
  ASSERT_TRUE(target_.core.write_register(65, 7).ok());
  EXPECT_EQ(*target_.core.read_register(64), 0x2000'0200U);
  EXPECT_EQ(*target_.core.read_register(63), 0U);  // none
}

TEST_F(CoreDebugTest, RegistersOfARunningCoreAreNotTouched) {
  target_.reset_into_program();
  target_.write(kDhcsr, kGo);
  EXPECT_EQ(*target_.core.read_register(15), 0U);
  ASSERT_TRUE(target_.core.write_register(0, 5).ok());
  EXPECT_TRUE(target_.runs());
  EXPECT_EQ(target_.qemu.reg(0), 0U);
}

TEST_F(CoreDebugTest, ComparatorsBecomeBreakpointsWhileDebugging) {
  target_.reset_into_program();
  target_.write(0xE000'2008, 0x4800'0201);  // lower half of 0x08000200
  EXPECT_TRUE(target_.qemu.breakpoints().empty());
  target_.write(0xE000'2000, 3);
  target_.write(0xE000'200C, 0x8800'0301);  // upper half
  target_.write(0xE000'2010, 0xC800'0401);  // both
  EXPECT_THAT(target_.qemu.breakpoints(),
              ElementsAre(0x0800'0200, 0x0800'0302, 0x0800'0400, 0x0800'0402));
  target_.write(kDhcsr, kGo);
  ASSERT_TRUE(target_.runs());
  target_.qemu.hit_breakpoint();
  while ((target_.read(kDhcsr) & kHalted) == 0) {
  }
  EXPECT_EQ(target_.read(FakeTarget::kDfsr) & 2U, 2U);
  target_.write(kDhcsr, 0xA05F'0000);  // the debugger leaves
  EXPECT_TRUE(target_.runs());
  EXPECT_TRUE(target_.qemu.breakpoints().empty());
}

TEST_F(CoreDebugTest, WhatWouldLockUpIsNotResumed) {
  struct Bad {
    std::uint32_t pc;
    std::uint32_t xpsr;
    const char* why;
  };
  target_.reset_into_program();
  for (const Bad& bad : {Bad{0xFFFF'FFFE, 1U << 24, "no memory at its program counter 0xfffffffe"},
                         Bad{0x0810'0000, 1U << 24, "no memory at its program counter 0x08100000"},
                         Bad{0x0800'0100, 0, "not in Thumb state at 0x08000100"}}) {
    target_.write(kDhcsr, kHalt);
    ASSERT_TRUE(target_.core.write_register(15, bad.pc).ok());
    ASSERT_TRUE(target_.core.write_register(16, bad.xpsr).ok());
    for (const std::uint32_t how : {kGo, kStep}) {
      target_.write(kDhcsr, how);
      EXPECT_EQ(target_.read(kDhcsr) & (kHalted | kLockedUp), kLockedUp) << bad.why;
      EXPECT_FALSE(target_.machine->running());
      EXPECT_THAT(target_.events.back(), HasSubstr(bad.why));
      target_.write(kDhcsr, kHalt);  // a debugger gets it out of that
      EXPECT_EQ(target_.read(kDhcsr) & (kHalted | kLockedUp), kHalted);
    }
  }
}

TEST_F(CoreDebugTest, ABlankFlashIsNotStarted) {
  ASSERT_TRUE(target_.core.power_on(true).ok());
  EXPECT_FALSE(target_.machine->running());
  EXPECT_EQ(target_.read(kDhcsr) & kLockedUp, kLockedUp);
}

TEST_F(CoreDebugTest, AStackOutsideRamIsSeenAtReset) {
  target_.chip->flash()->assign(0, std::vector<std::uint8_t>{0, 0, 0, 0x30, 1, 1, 0, 8});
  ASSERT_TRUE(target_.core.power_on(true).ok());
  EXPECT_FALSE(target_.machine->running());
}

TEST_F(CoreDebugTest, ThePinHoldsTheCoreUntilItGoesHigh) {
  target_.reset_into_program();
  target_.write(FakeTarget::kDemcr, 0);
  const unsigned resets = target_.qemu.resets();
  ASSERT_TRUE(target_.core.drive_reset_pin(true).ok());  // as it is
  EXPECT_EQ(target_.qemu.resets(), resets);
  target_.write(kDhcsr, kGo);
  ASSERT_TRUE(target_.core.drive_reset_pin(false).ok());
  EXPECT_FALSE(target_.machine->running());
  ASSERT_TRUE(target_.core.drive_reset_pin(true).ok());
  EXPECT_EQ(target_.qemu.resets(), resets + 1);
  EXPECT_TRUE(target_.runs());
}

class LoaderTest : public CoreDebugTest {
 protected:
  static constexpr std::uint32_t kCode = 0x2000'0000;

  /// Halts with the flash unlocked for half-words and @p code in RAM, ready to run.
  void prepare(const std::vector<std::uint16_t>& code) {
    target_.reset_into_program();
    target_.write(0x4002'3C04, 0x4567'0123);
    target_.write(0x4002'3C04, 0xCDEF'89AB);
    target_.write(0x4002'3C10, 0x101);
    for (std::size_t i = 0; i < code.size(); ++i) {
      const auto address = kCode + 2 * static_cast<std::uint32_t>(i);
      ASSERT_TRUE(target_.bus.write(address, code[i], 2).ok());
    }
    ASSERT_TRUE(target_.bus.flush().ok());
    ASSERT_TRUE(target_.core.write_register(15, kCode).ok());
    ASSERT_TRUE(target_.core.write_register(16, 1U << 24).ok());
  }
};

TEST_F(LoaderTest, RunsInTheProbeAndGivesBackWhatItDid) {
  prepare({0x8008,    // strh r0, [r1]
           0x6010,    // str r0, [r2]
           0xBE00});  // bkpt
  ASSERT_TRUE(target_.core.write_register(0, 0x1234).ok());
  ASSERT_TRUE(target_.core.write_register(1, 0x0800'4000).ok());
  ASSERT_TRUE(target_.core.write_register(2, 0x2000'0200).ok());
  target_.write(kDhcsr, kGo);
  EXPECT_FALSE(target_.machine->running());
  EXPECT_EQ(target_.read(kDhcsr) & kHalted, kHalted);
  EXPECT_EQ(target_.read(FakeTarget::kDfsr) & 2U, 2U);
  EXPECT_EQ(*target_.core.read_register(15), kCode + 4);
  EXPECT_EQ(target_.chip->flash()->read(0x4000, 2), 0x1234U);
  EXPECT_EQ(target_.qemu.word(0x2000'0200), 0x1234U);
}

TEST_F(LoaderTest, WaitsForItsDataAndSeesItCome) {
  prepare({0x6810,  // again: ldr r0, [r2]
           0x2800,  // cmp r0, #0
           0xD0FC,  // beq again
           0xBE00});
  ASSERT_TRUE(target_.core.write_register(2, 0x2000'0200).ok());
  target_.write(0x2000'0200, 0);
  target_.write(kDhcsr, kGo);
  EXPECT_EQ(target_.read(kDhcsr) & kHalted, 0U);
  EXPECT_EQ(target_.read(0x2000'0200), 0U);
  target_.write(0x2000'0200, 77);
  EXPECT_EQ(target_.read(kDhcsr) & kHalted, kHalted);
  EXPECT_EQ(*target_.core.read_register(0), 77U);
}

TEST_F(LoaderTest, OneThatNeverWaitsDoesNotHoldTheDebuggerUp) {
  prepare({0x6010,    // again: str r0, [r2]
           0xE7FD});  // b again
  ASSERT_TRUE(target_.core.write_register(2, 0x2000'0200).ok());
  target_.write(kDhcsr, kGo);
  EXPECT_EQ(target_.read(kDhcsr) & kHalted, 0U);
  target_.write(kDhcsr, kHalt);
  EXPECT_EQ(target_.read(kDhcsr) & kHalted, kHalted);
}

TEST_F(LoaderTest, AnUnknownInstructionIsAFaultUntilTheNextReset) {
  prepare({0xBF00, 0xF3EF, 0x8010});  // nop; mrs r0, PRIMASK
  target_.write(kDhcsr, kGo);
  EXPECT_EQ(target_.read(kDhcsr) & (kHalted | kLockedUp), kLockedUp);
  EXPECT_TRUE(target_.core.faulted());
  EXPECT_THAT(target_.events,
              ElementsAre("the flash loader at 0x20000002 uses instruction 0xf3ef8010, which the "
                          "virtual probe does not know"));
  target_.write(FakeTarget::kAircr, 0x05FA'0004);
  EXPECT_FALSE(target_.core.faulted());
  EXPECT_EQ(target_.read(kDhcsr) & (kHalted | kLockedUp), kHalted);
}

TEST_F(LoaderTest, OtherCodeInRamRunsInTheMachineWithItsBkpts) {
  prepare({0xBF00, 0xBE00});
  target_.write(0x4002'3C10, 0x8000'0000);  // locks the flash
  target_.write(kDhcsr, kGo);
  EXPECT_TRUE(target_.runs());
  EXPECT_THAT(target_.qemu.breakpoints(), ElementsAre(kCode + 2));
}

}  // namespace
}  // namespace hil::emulate
