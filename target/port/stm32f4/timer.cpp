// SPDX-License-Identifier: Apache-2.0
// port::ticks() from TIM2, the 32-bit timer of the STM32F4, in 64 bits.
#include "target/port/stm32f4/timer.hpp"

#include <algorithm>

#include "target/port/bare/half_periods.hpp"
#include "target/port/cortex_m/systick.hpp"
#include "target/port/port.hpp"
#include "target/port/stm32f4/registers.hpp"

namespace hil::port {
namespace {

// QEMU feeds TIM2 with 1 GHz of virtual time, of which an instruction takes 8 ns (icount shift 3):
// divided by 8, one tick is one instruction.
constexpr std::uint32_t kQemuTimerHz = 1'000'000'000;
constexpr std::uint32_t kQemuDivider = 8;

constinit HalfPeriods g_halves;
constinit std::uint32_t g_hz = 0;
constinit std::uint32_t g_core_hz = 0;

std::uint32_t counter() {
  return registers::read(stm32f4::kTim2Cnt);
}

}  // namespace

namespace stm32f4 {

void begin_timer(const Clocks& clocks, bool emulated) {
  g_core_hz = clocks.core;
  const std::uint32_t divider = emulated ? kQemuDivider : 1;
  g_hz = emulated ? kQemuTimerHz / kQemuDivider : clocks.timer;
  registers::set(kRccApb1enr, kRccApb1enrTim2);
  registers::write(kTim2Psc, divider - 1);
  registers::write(kTim2Arr, 0xFFFF'FFFF);
  registers::write(kTim2Egr, kTim2EgrUpdate);  // takes the prescaler, starts from 0
  registers::write(kTim2Cr1, kTim2Cr1Enable);
  // Not TIM2's own overflow interrupt: QEMU 7.2 interrupts at the limit, but counts on beyond it,
  // so that nothing says when the next one comes. The core's clock by 8 ends a round of SysTick
  // every 0.8 s at 168 MHz; TIM2's half period is 17 s and more.
  cortex_m::systick::begin(0);
}

void set_alarm(std::uint64_t ticks) {
  const std::uint64_t second = std::min<std::uint64_t>(ticks, g_hz);
  cortex_m::systick::set_alarm(second * g_core_hz / g_hz);
}

void clear_alarm() {
  cortex_m::systick::stop();
  g_halves.look(counter());
  cortex_m::systick::begin(0);
}

void look_at_timer() {
  g_halves.look(counter());
}

}  // namespace stm32f4

std::uint64_t ticks() {
  return g_halves.extend(counter);
}

std::uint64_t tick_hz() {
  return g_hz;
}

/// A tick is an instruction on QEMU. What has a phase is the interrupt above: a window now begins
/// with a round of its own.
void align_timer() {
  cortex_m::systick::restart();
}

}  // namespace hil::port
