// SPDX-License-Identifier: Apache-2.0
// port::ticks() from TIMER0, the one timer of the nRF51 with 32 bits, in 64.
#include "target/port/nrf51/timer.hpp"

#include <algorithm>

#include "target/port/bare/half_periods.hpp"
#include "target/port/cortex_m/interrupts.hpp"
#include "target/port/nrf51/registers.hpp"
#include "target/port/port.hpp"

namespace hil::port {
namespace {

constexpr std::uint32_t kHz = 16'000'000;

// Compare registers: two that interrupt in the middle of each half period, and one each for the
// loop and the handler to capture the counter in.
constexpr std::uint32_t kFirstHalf = 0;
constexpr std::uint32_t kSecondHalf = 1;
constexpr std::uint32_t kForLoop = 2;
constexpr std::uint32_t kForHandler = 3;

constexpr std::uint32_t kFirstHalfAt = 0x4000'0000;

constinit HalfPeriods g_halves;
constinit std::uint64_t g_base = 0;  ///< ticks before the counter was cleared

std::uint32_t capture(std::uint32_t where) {
  registers::write(nrf51::kTimerCapture + 4 * where, 1);
  return registers::read(nrf51::kTimerCompare + 4 * where);
}

}  // namespace

namespace nrf51 {

void begin_timer() {
  registers::write(kTimerBitMode, kTimer32Bits);
  registers::write(kTimerPrescaler, 0);
  registers::write(kTimerCompare + 4 * kFirstHalf, kFirstHalfAt);
  registers::write(kTimerCompare + 4 * kSecondHalf, 0xC000'0000);
  registers::write(kTimerInterruptSet,
                   kTimerInterruptCompare << kFirstHalf | kTimerInterruptCompare << kSecondHalf);
  registers::write(kTimerClear, 1);
  registers::write(kTimerStart, 1);
}

/// The first half's compare register; while it waits, the other one still sees every half period.
void set_alarm(std::uint64_t ticks) {
  // Less than a quarter of the counter, and not so near that it is past before it is written.
  constexpr std::uint64_t kMost = 0x3FFF'FFFF, kLeast = 64;
  const auto in = static_cast<std::uint32_t>(std::clamp(ticks, kLeast, kMost));
  registers::write(kTimerCompare + 4 * kFirstHalf, capture(kForLoop) + in);
}

void clear_alarm() {
  registers::write(kTimerCompare + 4 * kFirstHalf, kFirstHalfAt);
  look_at_timer();
}

void look_at_timer() {
  registers::write(kTimerCompared + 4 * kFirstHalf, 0);
  registers::write(kTimerCompared + 4 * kSecondHalf, 0);
  g_halves.look(capture(kForHandler));
}

}  // namespace nrf51

std::uint64_t ticks() {
  return g_base + g_halves.extend([] { return capture(kForLoop); });
}

std::uint64_t tick_hz() {
  return kHz;
}

void align_timer() {
  const cortex_m::MaskedInterrupts masked;
  g_base = ticks();
  g_halves.clear();
  registers::write(nrf51::kTimerClear, 1);
}

}  // namespace hil::port
