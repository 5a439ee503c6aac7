// SPDX-License-Identifier: Apache-2.0
// Cores by the part number in their CPUID register.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hil::flash {

/// Address of CPUID, which every Cortex-M has (Armv7-M Architecture Reference Manual, B3.2.3).
constexpr std::uint32_t kCpuidAddress = 0xE000'ED00;

struct CorePart {
  std::uint16_t part = 0;  ///< CPUID bits 15 to 4
  const char* name = "";   ///< "Cortex-M4"
};

/// The cores that run code built for @p core (as board files name it: "cortex-m4f"); empty if
/// nothing is known of it, as of cores other than Cortex-M. Armv6-M code runs on every later one,
/// so a board with a larger core can stand in for a smaller (MPS2 with M0 code).
std::span<const CorePart> cores_that_run(std::string_view core);

/// "Cortex-M3", or "a core with part number 0x123".
std::string core_name(std::uint32_t part);

}  // namespace hil::flash
