// SPDX-License-Identifier: Apache-2.0
// Bits of the debug registers (DDI 0403E, C1.6).
#pragma once

#include <cstdint>

namespace hil::emulate {

enum DhcsrBit : std::uint32_t {
  kDebugEn = 1U << 0,  ///< C_DEBUGEN
  kHaltBit = 1U << 1,  ///< C_HALT
  kStepBit = 1U << 2,  ///< C_STEP
  kControlBits = 0x2F,
  kRegisterReady = 1U << 16,  ///< S_REGRDY
  kHalted = 1U << 17,         ///< S_HALT
  kLockedUp = 1U << 19,       ///< S_LOCKUP
  kRetired = 1U << 24,        ///< S_RETIRE_ST
  kWasReset = 1U << 25,       ///< S_RESET_ST
};

/// Why the core halted.
enum DfsrBit : std::uint32_t { kByRequest = 1U << 0, kByBreakpoint = 1U << 1, kByVector = 1U << 3 };

inline constexpr std::uint32_t kCatchReset = 1U << 0;  ///< DEMCR.VC_CORERESET

}  // namespace hil::emulate
