// SPDX-License-Identifier: Apache-2.0
// Control and status registers of a RISC-V core, and the devices of QEMU's machine "virt".
//
// Registers: The RISC-V Instruction Set Manual, volume II (privileged architecture), chapter 3.
// Addresses: QEMU's documentation of "virt" and the device tree that it makes (-M virt,dumpdtb=F).
#pragma once

#include <cstdint>

namespace hil::port::riscv {

// Bits of mstatus and mie.
inline constexpr std::uint32_t kMstatusInterrupts = 1u << 3;  ///< MIE
inline constexpr std::uint32_t kMieExternal = 1u << 11;       ///< MEIE
inline constexpr std::uint32_t kMieTimer = 1u << 7;           ///< MTIE
// mcause of an interrupt has its highest bit set.
inline constexpr std::uint32_t kExternalInterrupt = 0x8000'000B;

// Debian's assembler takes these instructions only where zicsr is named; named in -march, the
// linker would take the wrong libgcc.
#define HIL_READ_CSR(name, value) \
  asm volatile(".option push\n.option arch, +zicsr\ncsrr %0, " name "\n.option pop" : "=r"(value))
#define HIL_WRITE_CSR(name, value)                                                               \
  asm volatile(".option push\n.option arch, +zicsr\ncsrw " name ", %0\n.option pop" ::"r"(value) \
               : "memory")
#define HIL_SET_CSR(name, bits)                                                                 \
  asm volatile(".option push\n.option arch, +zicsr\ncsrs " name ", %0\n.option pop" ::"r"(bits) \
               : "memory")
#define HIL_CLEAR_CSR(name, bits)                                                               \
  asm volatile(".option push\n.option arch, +zicsr\ncsrc " name ", %0\n.option pop" ::"r"(bits) \
               : "memory")

/// Keeps all interrupts out as long as it lives; those that come are served after it.
class MaskedInterrupts {
 public:
  MaskedInterrupts() { HIL_CLEAR_CSR("mstatus", kMstatusInterrupts); }
  ~MaskedInterrupts() { HIL_SET_CSR("mstatus", kMstatusInterrupts); }
  MaskedInterrupts(const MaskedInterrupts&) = delete;
  MaskedInterrupts& operator=(const MaskedInterrupts&) = delete;
};

}  // namespace hil::port::riscv

namespace hil::port::virt {

// "sifive_test": ends or resets the machine.
inline constexpr std::uint32_t kTestDevice = 0x0010'0000;
inline constexpr std::uint32_t kTestReset = 0x7777;

// Interrupt controller (RISC-V Platform-Level Interrupt Controller Specification 1.0, chapter 3);
// context 0 is the machine mode of core 0.
inline constexpr std::uint32_t kPlicPriority = 0x0C00'0000;  ///< one word per source
inline constexpr std::uint32_t kPlicEnable = 0x0C00'2000;    ///< one bit per source
inline constexpr std::uint32_t kPlicThreshold = 0x0C20'0000;
inline constexpr std::uint32_t kPlicClaim = 0x0C20'0004;

// Timer (RISC-V Advanced Core Local Interruptor Specification 1.0, chapter 2): 64 bits each, and an
// interrupt while mtime is not below mtimecmp. It goes on while the core sleeps.
inline constexpr std::uint32_t kMtimecmp = 0x0200'4000;  ///< of core 0
inline constexpr std::uint32_t kMtime = 0x0200'BFF8;
inline constexpr std::uint32_t kMtimeHz = 10'000'000;  ///< timebase-frequency of the device tree

inline constexpr std::uint32_t kUart = 0x1000'0000;
inline constexpr std::uint32_t kUartInterrupt = 10;

}  // namespace hil::port::virt
