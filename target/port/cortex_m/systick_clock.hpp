// SPDX-License-Identifier: Apache-2.0
// port::ticks() from SysTick, for chips without a 32-bit timer.
#pragma once

#include <cstdint>

namespace hil::port::cortex_m {

/// Starts the clock, which counts at @p core_hz. Its interrupt is exception kSysTick.
void begin_systick_clock(std::uint32_t core_hz);

/// Handler of that exception: one more round of 2^24 ticks.
void count_systick_round();

}  // namespace hil::port::cortex_m
