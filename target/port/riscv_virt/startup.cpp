// SPDX-License-Identifier: Apache-2.0
// The first instructions of a bare RISC-V image, and its traps: interrupts and faults.
#include "target/agent/crash_note.hpp"
#include "target/agent/text.hpp"
#include "target/port/bare/image.hpp"
#include "target/port/bare/registers.hpp"
#include "target/port/bare/serial_line.hpp"
#include "target/port/bare/start.hpp"
#include "target/port/port.hpp"
#include "target/port/riscv_virt/machine.hpp"

namespace hil::port::riscv {
namespace {

// Exception codes of mcause (volume II, table 3.6).
const char* name_of(std::uint32_t cause) {
  switch (cause) {
    case 0:
      return "fetch misaligned";
    case 1:
      return "fetch fault";
    case 2:
      return "illegal";
    case 3:
      return "breakpoint";
    case 4:
      return "load misaligned";
    case 5:
      return "load fault";
    case 6:
      return "store misaligned";
    case 7:
      return "store fault";
    default:
      return "trap";
  }
}

// The note has room for 64 characters.
constexpr std::size_t kTextBytes = 64;

constexpr std::uint32_t kStoreFault = 7;
constexpr std::uint32_t kLargestFrame = 4096;  // what one function may take of the stack at once

std::uint32_t stack_begin() {
  return reinterpret_cast<std::uintptr_t>(hil_stack_begin);
}

/// Nothing may write below the stack, where the code lies: neither an overflow nor anything else.
/// Entries 0 and 1 of physical memory protection (volume II, section 3.7): from 0x80000000 to the
/// stack, readable, executable, locked, which binds machine mode, too.
void guard_code() {
  constexpr std::uint32_t kMemory = 0x8000'0000;
  constexpr std::uint32_t kReadExecute = 5, kUpToAddress = 1u << 3, kLocked = 1u << 7;
  HIL_WRITE_CSR("pmpaddr0", kMemory >> 2);
  HIL_WRITE_CSR("pmpaddr1", stack_begin() >> 2);
  HIL_WRITE_CSR("pmpcfg0", (kReadExecute | kUpToAddress | kLocked) << 8);
}

bool is_overflow(std::uint32_t cause, std::uint32_t address) {
  return cause == kStoreFault && address < stack_begin() &&
         address >= stack_begin() - kLargestFrame;
}

}  // namespace
}  // namespace hil::port::riscv

/// Starts with a stack of its own where the loop's began, so that an overflow of it can be noted.
/// @param return_address of the function that was interrupted, or of its last call
extern "C" [[noreturn, gnu::used]] void hil_fault(std::uint32_t return_address) {
  using namespace hil::port;
  std::uint32_t cause = 0, place = 0, value = 0;
  HIL_READ_CSR("mcause", cause);
  HIL_READ_CSR("mepc", place);
  HIL_READ_CSR("mtval", value);
  char bytes[riscv::kTextBytes];
  hil::agent::TextWriter text(bytes);
  text.put(riscv::is_overflow(cause, value) ? "stack overflow" : riscv::name_of(cause));
  text.put(" ").put_hex(cause).put("@").put_hex(value);
  text.put(" pc ").put_hex(place).put(" ra ").put_hex(return_address);
  hil::agent::crash::write(bytes);
  fatal();
}

/// An interrupt of a device. Only the UART's are let through.
extern "C" [[gnu::used, gnu::interrupt("machine")]] void hil_interrupt() {
  using namespace hil::port;
  const std::uint32_t source = registers::read(virt::kPlicClaim);
  if (source == virt::kUartInterrupt) serial::on_interrupt();
  registers::write(virt::kPlicClaim, source);
}

/// mtvec points here: a negative mcause is an interrupt's.
extern "C" [[gnu::naked, gnu::used, gnu::aligned(4)]] void hil_trap() {
  asm volatile(
      ".option push\n"
      ".option arch, +zicsr\n"
      "csrw mscratch, t0\n"
      "csrr t0, mcause\n"
      "bgez t0, 1f\n"
      "csrr t0, mscratch\n"
      "j hil_interrupt\n"
      "1: mv a0, ra\n"
      "la sp, hil_stack_end\n"
      "j hil_fault\n"
      ".option pop\n");
}

/// QEMU's boot code jumps to the first byte of the image.
extern "C" [[gnu::naked, noreturn, gnu::section(".vectors")]] void hil_reset() {
  asm volatile(
      ".option push\n"
      ".option arch, +zicsr\n"
      "csrw mie, zero\n"
      "la sp, hil_stack_end\n"
      "la t0, hil_trap\n"
      "csrw mtvec, t0\n"
      "j hil_start\n"
      ".option pop\n");
}

extern "C" [[noreturn, gnu::used]] void hil_start() {
  hil::port::riscv::guard_code();
  hil::port::start();
}
