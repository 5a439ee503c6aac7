// SPDX-License-Identifier: Apache-2.0
// Flash cells: erasing, programming, faults, and what changed.
#include "host/emulate/probe/flash_memory.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hil::emulate {
namespace {

constexpr std::uint32_t kBase = 0x0800'0000;
constexpr std::uint32_t kBytes = 8 * 1024;

/// "offset+size" of every run that is handed over.
std::string handed_over(FlashMemory& flash) {
  std::string runs;
  const Status status =
      flash.hand_over([&](std::uint32_t offset, std::span<const std::uint8_t> bytes) {
        runs += std::to_string(offset) + "+" + std::to_string(bytes.size()) + " ";
        return Status();
      });
  EXPECT_TRUE(status.ok());
  return runs;
}

TEST(FlashMemoryTest, StartsErasedAndUnknownToTheMachine) {
  FlashMemory flash(kBase, kBytes, {});
  EXPECT_EQ(flash.read(0, 4), 0xFFFF'FFFFU);
  EXPECT_FALSE(flash.take_changed());
  EXPECT_EQ(handed_over(flash), "0+8192 ");
  EXPECT_EQ(handed_over(flash), "");
  flash.forget_handed_over();
  EXPECT_EQ(handed_over(flash), "0+8192 ");
}

TEST(FlashMemoryTest, ProgrammingOnlyClearsBits) {
  FlashMemory flash(kBase, kBytes, {});
  flash.program(4, 0xF0F0, 2);
  flash.program(4, 0xFF00, 2);
  EXPECT_EQ(flash.read(4, 2), 0xF000U);
  flash.erase(0, kBytes);
  EXPECT_EQ(flash.read(4, 2), 0xFFFFU);
}

TEST(FlashMemoryTest, HandsOverRunsOfChangedPagesOnly) {
  FlashMemory flash(kBase, kBytes, {});
  handed_over(flash);
  flash.program(1023, 0, 2);  // two pages
  flash.program(5000, 0, 1);
  flash.program(6000, 0xFF, 1);  // changes nothing
  EXPECT_EQ(handed_over(flash), "0+2048 4096+1024 ");
  EXPECT_TRUE(flash.take_changed());
  EXPECT_FALSE(flash.take_changed());
}

TEST(FlashMemoryTest, WhatWasRefusedIsHandedOverAgain) {
  FlashMemory flash(kBase, kBytes, {});
  const Status refused = flash.hand_over([](std::uint32_t, std::span<const std::uint8_t>) {
    return Status(Error{Blame::kDevice, "gone", ""});
  });
  EXPECT_FALSE(refused.ok());
  EXPECT_EQ(handed_over(flash), "0+8192 ");
}

TEST(FlashMemoryTest, ItsEndIsItsEnd) {
  FlashMemory flash(kBase, kBytes, {});
  EXPECT_TRUE(flash.holds(kBase + kBytes - 1, 1));
  EXPECT_FALSE(flash.holds(kBase + kBytes - 1, 2));
  EXPECT_FALSE(flash.holds(kBase - 1, 1));
  EXPECT_FALSE(flash.holds(kBase + 1, 0xFFFF'FFFF));
  flash.program(kBytes - 1, 0, 4);
  flash.erase(kBytes - 1, 100);
  flash.erase(kBytes + 5, 1);
  flash.assign(kBytes - 2, std::vector<std::uint8_t>(10, 0x11));
  EXPECT_EQ(flash.read(kBytes - 2, 4), 0xFFFF'1111U);
}

TEST(FlashMemoryTest, AStuckBitKeepsItsValueWhateverIsDone) {
  FlashFaults faults;
  faults.stuck_bits = {{kBase + 10, 3, false}, {kBase + 11, 0, true}};
  FlashMemory flash(kBase, kBytes, faults);
  EXPECT_EQ(flash.read(10, 2), 0xFFF7U);
  flash.program(10, 0, 2);
  EXPECT_EQ(flash.read(10, 2), 0x0100U);
  flash.erase(0, 1024);
  EXPECT_EQ(flash.read(10, 2), 0xFFF7U);
  flash.assign(10, std::vector<std::uint8_t>{0x08, 0x00});
  EXPECT_EQ(flash.read(10, 2), 0x0100U);
}

}  // namespace
}  // namespace hil::emulate
