// SPDX-License-Identifier: Apache-2.0
// Where the FPGA images put the devices that the agent uses, and which interrupts these raise.
//
// AN385, AN386 and AN500: application notes DAI 0385, 0386 and 0500, memory map and interrupt map.
// AN547: DAI 0547; its devices are seen at their secure addresses, for the core starts secure.
#pragma once

#include <cstdint>
#include <string_view>

#include "board_generated.h"

namespace hil::port::mps {

/// AN547 is the one image with this core; it has the subsystem SSE-300 around it, and other timers.
inline constexpr bool kSse300 = std::string_view(board::kCore) == "cortex-m55";

static_assert(std::string_view(board::kUart) == "UART0",
              "the only one that is wired to the outside on all of these boards");
inline constexpr std::uint32_t kUart = kSse300 ? 0x5930'3000 : 0x4000'4000;
inline constexpr std::uint32_t kUartReceiveInterrupt = kSse300 ? 33 : 0;
inline constexpr std::uint32_t kUartSendInterrupt = kUartReceiveInterrupt + 1;

/// Called where a name is wrong, and no constant expression: the compiler stops there.
void refuse(const char* why);

/// The I2C bus on the plug of a shield: "SHIELD0", "SHIELD1"; 0 of "", which says that there is
/// none. Any other name does not compile.
consteval std::uint32_t i2c_base_of(std::string_view name) {
  if (name.empty()) return 0;
  if (name == "SHIELD0") return kSse300 ? 0x5920'5000 : 0x4002'9000;
  if (name != "SHIELD1") refuse("the image has no such I2C bus");
  return kSse300 ? 0x5920'6000 : 0x4002'A000;
}

// AN385, AN386, AN500: the first of two CMSDK timers, 32 bits, fed with the system's clock.
inline constexpr std::uint32_t kTimer = 0x4000'0000;
inline constexpr std::uint32_t kTimerInterrupt = 8;

// AN547: the system counter, 64 bits; its two frames (SSE-300 manual DAI 101773, section 5.6).
inline constexpr std::uint32_t kCounterControl = 0x5810'0000;
inline constexpr std::uint32_t kCounterStatus = 0x5810'1000;

}  // namespace hil::port::mps
