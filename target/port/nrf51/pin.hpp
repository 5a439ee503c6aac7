// SPDX-License-Identifier: Apache-2.0
// Pins of an nRF51 by the names on its data sheet, looked up while compiling.
#pragma once

#include <cstdint>
#include <string_view>

namespace hil::port::nrf51 {

/// Called where a name is wrong, and no constant expression: the compiler stops there.
void refuse(const char* why);

/// 24 of "P0.24".
consteval std::uint32_t pin_of(std::string_view name) {
  if (name.size() < 4 || name.size() > 5 || !name.starts_with("P0.")) refuse("not a pin's name");
  std::uint32_t number = 0;
  for (const char digit : name.substr(3)) {
    if (digit < '0' || digit > '9') refuse("not a pin's number");
    number = number * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  if (number > 31) refuse("there are 32 pins");
  return number;
}

/// As pin_of(); of "", which says that the board has none, any.
consteval std::uint32_t pin_or_none(std::string_view name) {
  return name.empty() ? 0 : pin_of(name);
}

/// The mask of a pin, 0 if the board file names none.
consteval std::uint32_t mask_of(std::string_view name) {
  return name.empty() ? 0 : 1u << pin_of(name);
}

}  // namespace hil::port::nrf51
