// SPDX-License-Identifier: Apache-2.0
// Clocks of the STM32F1: the core from the PLL, at what the board file says.
#include "target/port/stm32f1/clock.hpp"

#include "board_generated.h"
#include "target/port/bare/registers.hpp"
#include "target/port/stm32f1/registers.hpp"

namespace hil::port::stm32f1 {
namespace {

using registers::clear;
using registers::set;
using registers::wait_for;

constexpr std::uint32_t kMega = 1'000'000;
constexpr std::uint32_t kHsiHz = 8 * kMega;
constexpr std::uint32_t kHsiForPll = kHsiHz / 2;       // RM0041 section 6.2.2
constexpr std::uint32_t kMostApb1 = 36 * kMega;        // RM0008 section 7.3.2
constexpr std::uint32_t kHzPerWaitState = 24 * kMega;  // RM0008 section 3.3.3
constexpr std::uint32_t kApb1Divider = board::kClockHz > kMostApb1 ? 2 : 1;

constexpr Clocks kAfterReset{kHsiHz, kHsiHz, kHsiHz};

/// The bits that multiply @p source_hz up to the core's clock: 2 to 16 times.
constexpr std::uint32_t pll_factor(std::uint32_t source_hz) {
  return (board::kClockHz / source_hz - 2) << kRccCfgrPllFactorShift;
}
constexpr bool reaches_clock(std::uint32_t source_hz) {
  return board::kClockHz % source_hz == 0 && board::kClockHz / source_hz >= 2 &&
         board::kClockHz / source_hz <= 16;
}
static_assert(reaches_clock(board::kHseHz), "the clock is no whole multiple of the crystal's");
static_assert(board::kClockHz <= 72 * kMega, "board.clock_hz of the board file: at most 72 MHz");

bool start_hse() {
  if (board::kHseBypass) set(kRccCr, kRccCrHseBypass);
  set(kRccCr, kRccCrHseOn);
  if (wait_for(kRccCr, kRccCrHseReady, kRccCrHseReady)) return true;
  clear(kRccCr, kRccCrHseOn);
  return false;
}

bool start_pll() {
  if (start_hse()) {
    registers::change(kRccCfgr, kRccCfgrPllMask, kRccCfgrPllFromHse | pll_factor(board::kHseHz));
  } else if (reaches_clock(kHsiForPll)) {
    registers::change(kRccCfgr, kRccCfgrPllMask, pll_factor(kHsiForPll));
  } else {
    return false;
  }
  set(kRccCr, kRccCrPllOn);
  return wait_for(kRccCr, kRccCrPllReady, kRccCrPllReady);
}

}  // namespace

constexpr Clocks kFullSpeed{board::kClockHz, board::kClockHz / kApb1Divider, board::kClockHz};

Clocks set_up_clocks() {
  constexpr std::uint32_t kWaitStates = (board::kClockHz - 1) / kHzPerWaitState;
  if (!start_pll()) return kAfterReset;
  if (kWaitStates != 0) registers::change(kFlashAcr, kFlashAcrLatencyMask, kWaitStates);
  if (kApb1Divider != 1) set(kRccCfgr, kRccCfgrApb1By2);
  registers::change(kRccCfgr, kRccCfgrSwitchMask, kRccCfgrSwitchPll);
  if (wait_for(kRccCfgr, kRccCfgrStatusMask, kRccCfgrStatusPll)) return kFullSpeed;
  registers::change(kRccCfgr, kRccCfgrSwitchMask | kRccCfgrApb1By2, 0);
  return kAfterReset;
}

}  // namespace hil::port::stm32f1
