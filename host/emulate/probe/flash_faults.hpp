// SPDX-License-Identifier: Apache-2.0
// What can be wrong with a flash memory: given at start, to see what the host makes of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace hil::emulate {

/// A bit of flash that has one value whatever is erased or programmed.
struct StuckBit {
  std::uint32_t address = 0;  ///< of its byte
  std::uint8_t bit = 0;       ///< 0 to 7
  bool value = false;
};

struct FlashFaults {
  /// Sectors (STM32F4) or pages (STM32F1, nRF51), counted from 0, that refuse erasing and
  /// programming and can't be unprotected.
  std::vector<std::uint32_t> protected_sectors;
  std::vector<StuckBit> stuck_bits;
  /// How long the controller says it is busy; only the STM32 controllers do.
  std::chrono::microseconds sector_erase_time{0};
  std::chrono::microseconds program_time{0};  ///< of one unit of programming
};

}  // namespace hil::emulate
