// SPDX-License-Identifier: Apache-2.0
// The vector table of a Cortex-M, and its reset handler.
#include <algorithm>
#include <array>
#include <iterator>

#include "target/port/bare/image.hpp"
#include "target/port/bare/start.hpp"
#include "target/port/cortex_m/faults.hpp"
#include "target/port/cortex_m/interrupts.hpp"
#include HIL_PORT_CHIP  // chip::kVectors

extern "C" [[noreturn]] void hil_reset();

namespace hil::port::cortex_m {
namespace {

/// What the core reads: first the stack pointer, then addresses of handlers.
union Word {
  const void* address;
  void (*handler)();
};

constexpr std::size_t count_words() {
  std::uint32_t last = kFirstDevice - 1;
  for (const Vector& vector : chip::kVectors)
    last = std::max(last, vector.exception);
  return last + 1;
}

/// Everything that the chip does not name ends in the fault handler, with its number in the note.
constexpr auto make_table() {
  std::array<Word, count_words()> table{};
  for (Word& word : table)
    word.handler = fault_entry;
  table[0].address = hil_stack_end;
  table[1].handler = hil_reset;
  for (const Vector& vector : chip::kVectors)
    table[vector.exception].handler = vector.handler;
  return table;
}

[[gnu::section(".vectors"), gnu::used]] constinit const std::array<Word, count_words()> g_vectors =
    make_table();

#if __ARM_ARCH >= 7
void set_up_core() {
  registers::write(kVtor, reinterpret_cast<std::uintptr_t>(&g_vectors));
  registers::set(kShcsr, kShcsrFaults);
#ifdef __ARM_FP
  registers::set(kCpacr, kCpacrFpu);
  asm volatile("dsb\n isb" ::: "memory");
#endif
}
#else
void set_up_core() {}
#endif

}  // namespace
}  // namespace hil::port::cortex_m

/// A debugger may come here with any stack pointer and with interrupts masked.
extern "C" [[gnu::naked, noreturn]] void hil_reset() {
  asm volatile(
      "ldr r0, =hil_stack_end\n"
      "msr msp, r0\n"
      "cpsie i\n"
      "bl hil_start\n");
}

extern "C" [[noreturn, gnu::used]] void hil_start() {
  hil::port::cortex_m::set_up_core();
  hil::port::start();
}
