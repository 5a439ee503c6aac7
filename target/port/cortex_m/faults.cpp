// SPDX-License-Identifier: Apache-2.0
// What becomes of a fault on a Cortex-M: a crash note, and a reset.
#include "target/port/cortex_m/faults.hpp"

#include "target/agent/crash_note.hpp"
#include "target/agent/text.hpp"
#include "target/port/bare/image.hpp"
#include "target/port/bare/registers.hpp"
#include "target/port/cortex_m/core_registers.hpp"
#include "target/port/port.hpp"

namespace hil::port::cortex_m {
namespace {

/// What the core puts on the stack when it takes an exception.
struct Frame {
  std::uint32_t r0, r1, r2, r3, r12, lr, pc, xpsr;
};

// The note has room for 64 characters, so names are short.
constexpr std::size_t kTextBytes = 64;

const char* name_of(std::uint32_t exception) {
  switch (exception) {
    case kHardFault:
      return "HardFault";
    case kMemoryFault:
      return "MemFault";
    case kBusFault:
      return "BusFault";
    case kUsageFault:
      return "UsageFault";
    default:
      return "interrupt ";
  }
}

void put_status(agent::TextWriter& text) {
#if __ARM_ARCH >= 7
  const std::uint32_t status = registers::read(kCfsr);
  text.put(" ").put_hex(status);
  if ((status & kCfsrBusAddressValid) != 0) text.put("@").put_hex(registers::read(kBfar));
  if ((status & kCfsrMemoryAddressValid) != 0) text.put("@").put_hex(registers::read(kMmfar));
  // 2^30 only says that it was another fault first, which the status above tells.
  const std::uint32_t hard = registers::read(kHfsr) & ~(1u << 30);
  if (hard != 0) text.put(" h").put_hex(hard);
#else
  static_cast<void>(text);  // ARMv6-M has no such registers
#endif
}

/// A stack that overflowed left the frame nowhere.
bool is_on_stack(const Frame* frame) {
  const auto at = reinterpret_cast<std::uintptr_t>(frame);
  return at % 4 == 0 && at >= reinterpret_cast<std::uintptr_t>(hil_stack_begin) &&
         at + sizeof(Frame) <= reinterpret_cast<std::uintptr_t>(hil_stack_end);
}

void put_place(agent::TextWriter& text, const Frame* frame) {
  if (!is_on_stack(frame)) {
    text.put(" stack overflow");
    return;
  }
  text.put(" pc ").put_hex(frame->pc).put(" lr ").put_hex(frame->lr);
}

}  // namespace

/// Gives what the core has stacked to hil_fault(). A stack that is (nearly) used up is begun anew
/// at its upper end: nothing returns to it, and the frame at its lower end stays readable.
[[gnu::naked]] void fault_entry() {
  asm volatile(
      "mrs r0, msp\n"
      "ldr r1, =hil_stack_begin + 512\n"
      "cmp r0, r1\n"
      "bhs 1f\n"
      "ldr r1, =hil_stack_end\n"
      "msr msp, r1\n"
      "1: bl hil_fault\n");
}

}  // namespace hil::port::cortex_m

extern "C" [[noreturn, gnu::used]] void hil_fault(const hil::port::cortex_m::Frame* frame) {
  using namespace hil::port;
  std::uint32_t exception = 0;
  asm volatile("mrs %0, ipsr" : "=r"(exception));
  char bytes[cortex_m::kTextBytes];
  hil::agent::TextWriter text(bytes);
  text.put(cortex_m::name_of(exception));
  if (exception >= cortex_m::kFirstDevice) text.put(exception - cortex_m::kFirstDevice);
  cortex_m::put_status(text);
  cortex_m::put_place(text, frame);
  hil::agent::crash::write(bytes);
  fatal();
}
