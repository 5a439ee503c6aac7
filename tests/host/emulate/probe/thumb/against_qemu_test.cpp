// SPDX-License-Identifier: Apache-2.0
// The interpreter against QEMU's Cortex-M4: the same random instruction, registers and RAM, and
// then the same registers and RAM.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "host/emulate/probe/core/core_registers.hpp"
#include "tests/host/emulate/probe/probe_bench.hpp"
#include "tests/host/emulate/probe/thumb/test_memory.hpp"

namespace hil::emulate::thumb {
namespace {

constexpr std::uint32_t kCode = TestMemory::kBase + 0x400;
constexpr std::uint32_t kStack = TestMemory::kBase + 0xC00;
constexpr std::size_t kRamBytes = 0x1000;
constexpr std::uint32_t kThumbState = 1U << 24;

/// Vectors whose handlers wait for ever, so that a fault shows itself and does not end QEMU.
std::vector<std::uint8_t> patient_flash() {
  std::vector<std::uint8_t> flash(0x100, 0);
  const auto put = [&](std::size_t at, std::uint32_t value) {
    for (unsigned i = 0; i < 4; ++i)
      flash[at + i] = static_cast<std::uint8_t>(value >> 8 * i);
  };
  put(0, kStack);
  for (std::size_t at = 4; at < 0xC0; at += 4)
    put(at, 0x0800'00C1);
  put(0xC0, 0xE7FE'E7FE);  // two branches to themselves
  return flash;
}

class AgainstQemuTest : public testing::Test {
 protected:
  using Random = std::mt19937;

  std::uint32_t any() { return static_cast<std::uint32_t>(random_()); }
  bool one_of(std::uint32_t n) { return any() % n == 0; }

  /// Pointers into the RAM, small numbers, and any.
  std::uint32_t value() {
    switch (any() % 4) {
      case 0:
        return any();
      case 1:
        return any() % 64;
      case 2:
        return kCode + 0x100 + any() % 0x400;
      default:
        return TestMemory::kBase + 0x100 + (any() % 0xA00 & ~3U);
    }
  }

  void make_state() {
    for (std::uint32_t i = 0; i < 15; ++i)
      interpreter_.state.r[i] = value();
    interpreter_.state.r[13] = kStack;
    interpreter_.state.r[15] = kCode;
    const std::uint32_t condition = any() % 14;
    const std::uint32_t it = one_of(4) ? condition << 4 | (one_of(2) ? 8U : 4U | (any() & 8U)) : 0;
    xpsr_ = (any() & 0xF000'0000U) | kThumbState | (it & 3U) << 25 | (it & 0xFCU) << 8;
    interpreter_.state.set_xpsr(xpsr_);
  }

  std::uint32_t make_instruction() {
    if (one_of(2)) return any() % 0xE800;
    return (0xE800 + any() % 0x1800) << 16 | (any() & 0xFFFFU);
  }

  void put_code(std::uint32_t instruction) {
    for (std::uint8_t& byte : memory_.bytes)
      byte = static_cast<std::uint8_t>(any());
    const bool wide = instruction > 0xFFFF;
    const std::uint32_t first = wide ? instruction >> 16 : instruction;
    ASSERT_TRUE(memory_.write(kCode, first, 2).ok());
    if (wide) {
      ASSERT_TRUE(memory_.write(kCode + 2, instruction & 0xFFFFU, 2).ok());
    }
  }

  void give_to_qemu(Machine& machine) {
    ASSERT_TRUE(machine.write_block(TestMemory::kBase, memory_.bytes).ok());
    for (unsigned i = 0; i < 16; ++i) {
      ASSERT_TRUE(machine.write_register(i, interpreter_.state.r[i]).ok());
    }
    ASSERT_TRUE(machine.write_register(kQemuXpsr, xpsr_).ok());
  }

  /// What differs; empty if nothing does.
  std::string difference(Machine& machine) {
    std::string found;
    for (unsigned i = 0; i < 16; ++i) {
      const auto theirs = machine.read_register(i);
      if (!theirs.ok()) return theirs.error().what;
      if (*theirs == interpreter_.state.r[i]) continue;
      found += fmt::format(" r{}: {:#x}, QEMU {:#x}", i, interpreter_.state.r[i], *theirs);
    }
    const std::uint32_t ours = interpreter_.state.xpsr(xpsr_);
    const auto theirs = machine.read_register(kQemuXpsr);
    // Without the Q and GE flags, which no known instruction sets.
    if (!theirs.ok() || *theirs != ours) {
      found += fmt::format(" xPSR: {:#x}, QEMU {:#x}", ours, theirs.ok() ? *theirs : 0);
    }
    std::vector<std::uint8_t> ram(kRamBytes);
    if (!machine.read_block(TestMemory::kBase, ram).ok() || ram != memory_.bytes) found += " RAM";
    return found;
  }

  Random random_{20240607};
  TestMemory memory_{kRamBytes};
  Interpreter interpreter_{memory_};
  std::uint32_t xpsr_ = 0;
};

TEST_F(AgainstQemuTest, WhatIsDoneIsDoneAlike) {
  const std::string missing = missing_tool({"qemu-system-arm"});
  if (!missing.empty()) GTEST_SKIP() << missing;
  ProbeBench bench("netduino_plus_2", {}, patient_flash());
  ASSERT_EQ(bench.problem(), "");
  ASSERT_TRUE(bench.stop().ok());
  Machine& machine = bench.machine();
  ASSERT_TRUE(machine.reset().ok());
  unsigned compared = 0;
  for (unsigned tries = 0; tries < 20'000 && compared < 500; ++tries) {
    const std::uint32_t instruction = make_instruction();
    make_state();
    put_code(instruction);
    memory_.missed = false;
    const std::vector<std::uint8_t> before = memory_.bytes;
    const State start = interpreter_.state;
    const auto outcome = interpreter_.step();
    ASSERT_TRUE(outcome.ok());
    if (*outcome != Outcome::kDone || memory_.missed) continue;
    const State done = interpreter_.state;
    const std::vector<std::uint8_t> after = std::exchange(memory_.bytes, before);
    interpreter_.state = start;
    give_to_qemu(machine);
    interpreter_.state = done;
    memory_.bytes = after;
    ASSERT_TRUE(machine.step().ok());
    const std::string found = difference(machine);
    EXPECT_EQ(found, "") << fmt::format("instruction {:#x}, xPSR {:#x}", instruction, xpsr_);
    if (!found.empty()) {
      ASSERT_TRUE(machine.reset().ok());  // out of a fault handler
    }
    ++compared;
  }
  EXPECT_EQ(compared, 500U);
}

}  // namespace
}  // namespace hil::emulate::thumb
