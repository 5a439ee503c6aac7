// SPDX-License-Identifier: Apache-2.0
// Pins and serial devices of an STM32 by the names in its manual, looked up while compiling.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hil::port::stm32 {

/// Called where a name is wrong, and no constant expression: the compiler stops there.
void refuse(const char* why);

/// Pin n of GPIO port A (0), B (1), ...
struct Pin {
  std::uint32_t port;
  std::uint32_t number;
};

/// Of "PA9". Anything else does not compile.
consteval Pin pin_of(std::string_view name) {
  if (name.size() < 3 || name.size() > 4 || name[0] != 'P') refuse("not a pin's name");
  if (name[1] < 'A' || name[1] > 'H') refuse("no such port");
  std::uint32_t number = 0;
  for (const char digit : name.substr(2)) {
    if (digit < '0' || digit > '9') refuse("not a pin's number");
    number = number * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  if (number > 15) refuse("a port has 16 pins");
  return {static_cast<std::uint32_t>(name[1] - 'A'), number};
}

/// As pin_of(); of "", which says that the board has none, any.
consteval Pin pin_or_none(std::string_view name) {
  return name.empty() ? Pin{} : pin_of(name);
}

/// A USART of a chip family.
struct Usart {
  std::string_view name;     ///< as the manual says it
  std::uint32_t base;        ///< of its registers
  std::uint32_t interrupt;   ///< number of the device interrupt
  bool on_apb2;              ///< the faster of the two buses; else APB1
  std::uint32_t enable_bit;  ///< in RCC_APB1ENR or RCC_APB2ENR
};

/// The device of @p table with that name. Any other name does not compile.
template <std::size_t kCount>
consteval Usart usart_of(const Usart (&table)[kCount], std::string_view name) {
  for (const Usart& usart : table) {
    if (usart.name == name) return usart;
  }
  refuse("the chip has no such serial device");
  return {};
}

}  // namespace hil::port::stm32
