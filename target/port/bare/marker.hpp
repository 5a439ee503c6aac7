// SPDX-License-Identifier: Apache-2.0
// Says levels of the sync pins and the time to QEMU's power plugin, by loads that change nothing.
//
// The sequence, agreed with host/emulate/plugin/power_meter.cpp:
//
//   magic; ldrb [base + 0]; ldrb [base + pins]; 8 x ldrb [base + byte k of ticks], lowest first
//
// magic is `mov r9, r9` (Thumb, 0x46C9) or `slti zero, zero, 0x489` (RISC-V, 0x48902013), which no
// compiler emits; the address of each load minus that of the first one is what it says. Between the
// loads stand instructions that load nothing, and all are within 128 bytes behind the magic one.
// tests/target/port/marker_test.cpp fails if one side reads what the other does not say.
#pragma once

#include <cstdint>

#include "target/port/bare/image.hpp"

namespace hil::port {

/// In place of pins: they stay as they are, and only the time is said.
inline constexpr std::uint32_t kTimeAlone = 1u << 6;

/// Leaves the marker. Never executed on silicon, where it would do no harm either.
inline void leave_marker(std::uint32_t pins, std::uint64_t ticks) {
  // 256 readable bytes: the stack, which the board file's schema gives no less.
  const std::uint8_t* base = hil_stack_begin;
  auto low = static_cast<std::uint32_t>(ticks);
  auto high = static_cast<std::uint32_t>(ticks >> 32);
  pins &= 0xFF;
  std::uint32_t byte = 0;
#if defined(__arm__)
  // Instructions of ARMv6-M, so that one sequence serves all cores.
  asm volatile(
      ".syntax unified\n"
      "mov r9, r9\n"
      "ldrb %[byte], [%[base], #0]\n"
      "ldrb %[byte], [%[base], %[pins]]\n"
      "uxtb %[byte], %[low]\n"
      "ldrb %[byte], [%[base], %[byte]]\n"
      ".rept 3\n"
      "lsrs %[low], %[low], #8\n"
      "uxtb %[byte], %[low]\n"
      "ldrb %[byte], [%[base], %[byte]]\n"
      ".endr\n"
      "uxtb %[byte], %[high]\n"
      "ldrb %[byte], [%[base], %[byte]]\n"
      ".rept 3\n"
      "lsrs %[high], %[high], #8\n"
      "uxtb %[byte], %[high]\n"
      "ldrb %[byte], [%[base], %[byte]]\n"
      ".endr\n"
      : [byte] "=&l"(byte), [low] "+l"(low), [high] "+l"(high)
      : [base] "l"(base), [pins] "l"(pins)
      : "cc", "memory");
#elif defined(__riscv)
  asm volatile(
      "slti zero, zero, 0x489\n"
      "lbu %[byte], 0(%[base])\n"
      "add %[byte], %[base], %[pins]\n"
      "lbu %[byte], 0(%[byte])\n"
      "andi %[byte], %[low], 255\n"
      "add %[byte], %[base], %[byte]\n"
      "lbu %[byte], 0(%[byte])\n"
      ".rept 3\n"
      "srli %[low], %[low], 8\n"
      "andi %[byte], %[low], 255\n"
      "add %[byte], %[base], %[byte]\n"
      "lbu %[byte], 0(%[byte])\n"
      ".endr\n"
      "andi %[byte], %[high], 255\n"
      "add %[byte], %[base], %[byte]\n"
      "lbu %[byte], 0(%[byte])\n"
      ".rept 3\n"
      "srli %[high], %[high], 8\n"
      "andi %[byte], %[high], 255\n"
      "add %[byte], %[base], %[byte]\n"
      "lbu %[byte], 0(%[byte])\n"
      ".endr\n"
      : [byte] "=&r"(byte), [low] "+r"(low), [high] "+r"(high)
      : [base] "r"(base), [pins] "r"(pins)
      : "memory");
#else  // a test of the host, which has nobody to say it to
  static_cast<void>(pins);
  static_cast<void>(base);
  static_cast<void>(low);
  static_cast<void>(high);
#endif
  static_cast<void>(byte);
}

}  // namespace hil::port
