// SPDX-License-Identifier: Apache-2.0
// Clocks of the STM32F4: the core from the PLL, at what the board file says.
#include "target/port/stm32f4/clock.hpp"

#include "board_generated.h"
#include "target/port/bare/registers.hpp"
#include "target/port/stm32f4/registers.hpp"

namespace hil::port::stm32f4 {
namespace {

using registers::clear;
using registers::set;
using registers::wait_for;

constexpr std::uint32_t kMega = 1'000'000;
constexpr std::uint32_t kHsiHz = 16 * kMega;
constexpr std::uint32_t kMostWithoutOverdrive = 168 * kMega;  // RM0390 section 5.1.3
constexpr std::uint32_t kHzPerWaitState = 30 * kMega;         // at 2.7 V and more, RM0090 table 10
constexpr std::uint32_t kMostForUsb = 48 * kMega;

constexpr Clocks kAfterReset{kHsiHz, kHsiHz, kHsiHz, kHsiHz};

// VCO = source / M * N with source / M = 1 MHz; core = VCO / 2 (P).
constexpr std::uint32_t kVcoMhz = 2 * board::kClockHz / kMega;
constexpr std::uint32_t kQ = (kVcoMhz * kMega + kMostForUsb - 1) / kMostForUsb;
constexpr std::uint32_t kPllFactorsMask = 0x0F43'7FFF;
static_assert(board::kClockHz % kMega == 0 && board::kClockHz <= 180 * kMega,
              "board.clock_hz of the board file: whole MHz, at most 180");
static_assert(kVcoMhz >= 100 && kVcoMhz <= 432,
              "board.clock_hz of the board file: 50 to 216 MHz (RM0090 section 7.3.2)");
static_assert(board::kHseHz % kMega == 0 && board::kHseHz <= 50 * kMega,
              "agent.build.hse_hz of the board file: whole MHz, at most 50");

constexpr std::uint32_t pll_factors(std::uint32_t source_hz) {
  return source_hz / kMega | kVcoMhz << 6 | kQ << 24;  // P = 2 is 0
}

bool start_hse() {
  if (board::kHseHz == 0) return false;
  if (board::kHseBypass) set(kRccCr, kRccCrHseBypass);
  set(kRccCr, kRccCrHseOn);
  if (wait_for(kRccCr, kRccCrHseReady, kRccCrHseReady)) return true;
  clear(kRccCr, kRccCrHseOn);
  return false;
}

bool start_pll() {
  const bool hse = start_hse();
  const std::uint32_t factors =
      hse ? pll_factors(board::kHseHz) | kRccPllcfgrSourceHse : pll_factors(kHsiHz);
  registers::change(kRccPllcfgr, kPllFactorsMask, factors);
  set(kRccCr, kRccCrPllOn);
  return wait_for(kRccCr, kRccCrPllReady, kRccCrPllReady);
}

/// The regulator's highest drive, only on chips that run faster than 168 MHz.
bool start_overdrive() {
  if (board::kClockHz <= kMostWithoutOverdrive) return true;
  set(kPwrCr, kPwrCrOverdrive);
  if (!wait_for(kPwrCsr, kPwrCsrOverdriveReady, kPwrCsrOverdriveReady)) return false;
  set(kPwrCr, kPwrCrOverdriveSwitch);
  return wait_for(kPwrCsr, kPwrCsrOverdriveSwitched, kPwrCsrOverdriveSwitched);
}

void slow_flash_down() {
  constexpr std::uint32_t kWaitStates = (board::kClockHz - 1) / kHzPerWaitState;
  registers::change(kFlashAcr, kFlashAcrLatencyMask,
                    kWaitStates | kFlashAcrPrefetch | kFlashAcrCaches);
  wait_for(kFlashAcr, kFlashAcrLatencyMask, kWaitStates);  // RM0090 section 3.5.1: read it back
}

}  // namespace

// APB1 a quarter, so a timer on it half of the core's clock (RM0090 section 7.2); APB2 half.
constexpr Clocks kFullSpeed{board::kClockHz, board::kClockHz / 4, board::kClockHz / 2,
                            board::kClockHz / 2};

Clocks set_up_clocks() {
  set(kRccApb1enr, kRccApb1enrPwr);  // voltage scale 1, for the highest clock, is the reset value
  if (!start_pll() || !start_overdrive()) return kAfterReset;
  slow_flash_down();
  set(kRccCfgr, kRccCfgrApb1By4 | kRccCfgrApb2By2);
  registers::change(kRccCfgr, kRccCfgrSwitchMask, kRccCfgrSwitchPll);
  if (wait_for(kRccCfgr, kRccCfgrStatusMask, kRccCfgrStatusPll)) return kFullSpeed;
  registers::change(kRccCfgr, kRccCfgrSwitchMask | kRccCfgrApb1By4 | kRccCfgrApb2By2, 0);
  return kAfterReset;
}

}  // namespace hil::port::stm32f4
