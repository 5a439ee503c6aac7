// SPDX-License-Identifier: Apache-2.0
// Rest and reset of a Cortex-M.
#include "target/port/bare/kept.hpp"
#include "target/port/bare/serial_line.hpp"
#include "target/port/cortex_m/interrupts.hpp"
#include "target/port/port.hpp"

namespace hil::port {
namespace {

[[noreturn]] void restart(frame::ResetCause cause) {
  kept::leave(cause);
  asm volatile("dsb" ::: "memory");
  registers::write(cortex_m::kAircr, cortex_m::kAircrKey | cortex_m::kAircrSystemReset);
  for (;;)
    asm volatile("dsb" ::: "memory");  // the reset takes a few cycles to come
}

}  // namespace

void idle(Idle mode) {
  if (mode == Idle::kBusy) return;
  // WFI also wakes on an interrupt that is masked; it is served right after. kStop: no chip here
  // wakes on a received byte from a deeper sleep.
  const cortex_m::MaskedInterrupts masked;
  if (!serial::may_move()) asm volatile("dsb\n wfi" ::: "memory");
}

void reset() {
  restart(frame::ResetCause::kSoftware);
}

void fatal() {
  restart(frame::ResetCause::kFault);
}

void fault() {
  for (;;)
    asm volatile("udf #0" ::: "memory");  // permanently undefined (ARMv6-M and ARMv7-M manuals)
}

}  // namespace hil::port
