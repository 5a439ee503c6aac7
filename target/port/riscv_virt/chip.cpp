// SPDX-License-Identifier: Apache-2.0
// QEMU's RISC-V machine "virt": interrupts, clock, rest and reset.
#include "target/port/riscv_virt/chip.hpp"

#include "board_generated.h"
#include "target/port/bare/kept.hpp"
#include "target/port/bare/marker.hpp"
#include "target/port/bare/registers.hpp"
#include "target/port/bare/serial_line.hpp"
#include "target/port/port.hpp"
#include "target/port/riscv_virt/machine.hpp"
#include "target/port/riscv_virt/uart.hpp"

namespace hil::port {
namespace {

constexpr std::uint64_t kTicksPerMtime = board::kClockHz / virt::kMtimeHz;
constexpr std::uint64_t kNever = ~std::uint64_t{0};

std::uint64_t mtime() {
  for (;;) {
    const std::uint32_t high = registers::read(virt::kMtime + 4);
    const std::uint32_t low = registers::read(virt::kMtime);
    if (registers::read(virt::kMtime + 4) == high) return (std::uint64_t{high} << 32) | low;
  }
}

/// Never below what it becomes while only one half of it is new (volume II, chapter 3.2.1).
void set_alarm(std::uint64_t at) {
  registers::write(virt::kMtimecmp, ~std::uint32_t{0});
  registers::write(virt::kMtimecmp + 4, static_cast<std::uint32_t>(at >> 32));
  registers::write(virt::kMtimecmp, static_cast<std::uint32_t>(at));
}

[[noreturn]] void restart(frame::ResetCause cause) {
  kept::leave(cause);
  registers::write(virt::kTestDevice, virt::kTestReset);
  for (;;)
    asm volatile("wfi");  // QEMU resets the machine when it gets round to it
}

}  // namespace

namespace chip {

void begin() {
  kept::begin(frame::ResetCause::kUnknown);
  uart::begin();
  registers::write(virt::kPlicPriority + 4 * virt::kUartInterrupt, 1);
  registers::write(virt::kPlicEnable, 1u << virt::kUartInterrupt);
  registers::write(virt::kPlicThreshold, 0);
  HIL_SET_CSR("mie", riscv::kMieExternal);
  HIL_SET_CSR("mstatus", riscv::kMstatusInterrupts);
}

}  // namespace chip

/// The core's cycle counter. With QEMU's -icount shift=0 a cycle is an instruction, and one takes a
/// nanosecond of virtual time: exact counts at a nominal 10^9 in a second, which board.clock_hz
/// says. While the core sleeps it goes on if an alarm is set, and stands if none is.
std::uint64_t ticks() {
  for (;;) {
    std::uint32_t high = 0, low = 0, again = 0;
    HIL_READ_CSR("mcycleh", high);
    HIL_READ_CSR("mcycle", low);
    HIL_READ_CSR("mcycleh", again);
    if (high == again) return (std::uint64_t{high} << 32) | low;
  }
}

std::uint64_t tick_hz() {
  return board::kClockHz;
}

void align_timer() {}

std::size_t unique_id(std::span<std::uint8_t> /*out*/) {
  return 0;
}

void idle(Idle mode) {
  if (mode == Idle::kBusy) return;
  // WFI also wakes on an interrupt that is masked; it is served right after.
  const riscv::MaskedInterrupts masked;
  if (!serial::may_move()) asm volatile("wfi" ::: "memory");
}

/// kStop: there is no deeper sleep.
Idle rest(Idle mode, std::uint64_t until) {
  if (mode == Idle::kBusy) {
    while (ticks() < until && !serial::may_move()) {
    }
    return Idle::kBusy;
  }
  // Masked, an alarm that comes before WFI still ends it.
  const riscv::MaskedInterrupts masked;
  const std::uint64_t now = ticks();
  const std::uint64_t alarm = now < until ? (until - now) / kTicksPerMtime : 0;
  if (alarm == 0 || serial::may_move()) return Idle::kWait;
  set_alarm(mtime() + alarm);
  HIL_SET_CSR("mie", riscv::kMieTimer);
  asm volatile("wfi" ::: "memory");
  HIL_CLEAR_CSR("mie", riscv::kMieTimer);
  set_alarm(kNever);
  // How long an emulator has slept, nobody else can tell exactly.
  leave_marker(kTimeAlone, ticks());
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
    asm volatile("unimp" ::: "memory");  // an illegal instruction for ever
}

}  // namespace hil::port
