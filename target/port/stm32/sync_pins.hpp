// SPDX-License-Identifier: Apache-2.0
// Sync pins of an STM32, by the register that sets and resets pins of a port without reading it.
#pragma once

#include <cstdint>

#include "target/port/bare/registers.hpp"
#include "target/port/port.hpp"
#include "target/port/stm32/pin.hpp"

namespace hil::port::stm32 {

/// What BSRR takes to drive @p pin: low half sets, high half resets (RM0041 section 7.2.5, RM0090
/// section 8.4.7).
constexpr std::uint32_t level(Pin pin, bool high) {
  return 1u << (high ? pin.number : pin.number + 16);
}

/// Drives both pins to the bits of port::sync_pins(), the region's first unless they are of one
/// port. @p bsrr gives the address of the register for a port.
template <class Bsrr>
inline void drive(Pin region, Pin inference, std::uint32_t bits, Bsrr bsrr) {
  const std::uint32_t first = level(region, (bits & pin::kInRegion) != 0);
  const std::uint32_t second = level(inference, (bits & pin::kPerInference) != 0);
  if (region.port == inference.port) {
    registers::write(bsrr(region.port), first | second);
  } else {
    registers::write(bsrr(region.port), first);
    registers::write(bsrr(inference.port), second);
  }
}

}  // namespace hil::port::stm32
