// SPDX-License-Identifier: Apache-2.0
// Rest and reset of a Cortex-M.
#include "target/port/bare/kept.hpp"
#include "target/port/bare/marker.hpp"
#include "target/port/bare/serial_line.hpp"
#include "target/port/cortex_m/interrupts.hpp"
#include "target/port/port.hpp"
#include HIL_PORT_CHIP  // the alarm of namespace chip

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

/// kStop: no chip here has a clock that wakes it from a deeper sleep and goes on counting ticks().
Idle rest(Idle mode, std::uint64_t until) {
  if (mode == Idle::kBusy || !chip::kAlarms) {
    while (ticks() < until && !serial::may_move()) {
    }
    return Idle::kBusy;
  }
  // Masked, an alarm that comes before WFI still ends it.
  const cortex_m::MaskedInterrupts masked;
  const std::uint64_t now = ticks();
  if (now >= until || serial::may_move()) return Idle::kWait;
  chip::set_alarm(until - now);
  asm volatile("dsb\n wfi" ::: "memory");
  chip::clear_alarm();
  // How long an emulator has slept, nobody else can tell exactly.
  if (chip::emulated()) leave_marker(kTimeAlone, ticks());
  return Idle::kWait;
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
