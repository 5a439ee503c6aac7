// SPDX-License-Identifier: Apache-2.0
// port::ticks() from SysTick, for chips without a 32-bit timer. It counts every cycle of the core,
// asleep or not, where DWT's cycle counter stops with the core's clock.
#include "target/port/cortex_m/systick_clock.hpp"

#include "target/port/cortex_m/interrupts.hpp"
#include "target/port/cortex_m/systick.hpp"
#include "target/port/port.hpp"

namespace hil::port {
namespace {

constexpr unsigned kRoundBits = 24;

constinit std::uint64_t g_base = 0;             ///< ticks before the rounds counted
constinit volatile std::uint32_t g_rounds = 0;  ///< by the interrupt
constinit std::uint32_t g_hz = 0;

}  // namespace

namespace cortex_m {

void begin_systick_clock(std::uint32_t core_hz) {
  g_hz = core_hz;
  systick::begin(kSysTickCoreClock);
}

void count_systick_round() {
  g_rounds = g_rounds + 1u;
}

}  // namespace cortex_m

std::uint64_t ticks() {
  for (;;) {
    const std::uint32_t rounds = g_rounds;
    const std::uint32_t elapsed = cortex_m::systick::elapsed();
    // Else a round ended between the two readings, or its interrupt is still to come.
    if (rounds == g_rounds && !cortex_m::systick::ended()) {
      return g_base + (std::uint64_t{rounds} << kRoundBits) + elapsed;
    }
    // Masked, the interrupt cannot come: count the round for it.
    const cortex_m::MaskedInterrupts masked;
    if (cortex_m::systick::ended()) {
      registers::write(cortex_m::kIcsr, cortex_m::kIcsrSysTickClear);
      cortex_m::count_systick_round();
    }
  }
}

std::uint64_t tick_hz() {
  return g_hz;
}

void align_timer() {
  const std::uint64_t now = ticks();
  const cortex_m::MaskedInterrupts masked;
  g_base = now;
  g_rounds = 0;
  cortex_m::systick::restart();
}

}  // namespace hil::port
