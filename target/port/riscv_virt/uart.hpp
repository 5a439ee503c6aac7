// SPDX-License-Identifier: Apache-2.0
// The 16550 of QEMU's machine "virt" for bare/serial_line.cpp (PC16550D data sheet, section 8).
#pragma once

#include <cstdint>

#include "board_generated.h"
#include "target/port/riscv_virt/machine.hpp"

namespace hil::port::uart {

// Each register is one byte wide, and a wider access would touch its neighbours.
inline std::uint8_t read(std::uint32_t offset) {
  return *reinterpret_cast<volatile std::uint8_t*>(std::uintptr_t{virt::kUart} + offset);
}
inline void write(std::uint32_t offset, std::uint8_t value) {
  *reinterpret_cast<volatile std::uint8_t*>(std::uintptr_t{virt::kUart} + offset) = value;
}

inline constexpr std::uint32_t kData = 0;               ///< RBR, THR; DLL behind kDivisorAccess
inline constexpr std::uint32_t kInterruptEnable = 1;    ///< IER; DLM behind kDivisorAccess
inline constexpr std::uint32_t kInterruptIdentity = 2;  ///< IIR; written, it is FCR
inline constexpr std::uint32_t kLineControl = 3;        ///< LCR
inline constexpr std::uint32_t kLineStatus = 5;         ///< LSR

inline constexpr std::uint8_t kReceiveInterrupt = 1u << 0;
inline constexpr std::uint8_t kSendInterrupt = 1u << 1;
inline constexpr std::uint8_t kEightBits = 3;
inline constexpr std::uint8_t kDivisorAccess = 1u << 7;
inline constexpr std::uint8_t kReceived = 1u << 0;
inline constexpr std::uint8_t kSendEmpty = 1u << 5;
/// Queues on, both empty; an interrupt when 14 bytes have come, or any and none since for the time
/// of four. QEMU hands over as many at once as are missing to that.
inline constexpr std::uint8_t kQueues = 0xC7;

/// Never: the interrupt of the empty send queue stays until it is filled.
inline constexpr bool kMustBePolled = false;

constexpr std::uint32_t divisor_of(std::uint32_t baud) {
  return (board::kUartClockHz + 8 * baud) / (16 * baud);
}
constexpr bool all_divide() {
  for (const std::uint32_t baud : board::kBauds) {
    if (divisor_of(baud) < 1 || divisor_of(baud) > 0xFFFF) return false;
  }
  return true;
}
static_assert(all_divide(), "the UART's clock does not give one of the rates");

/// 8 bits, no parity, one stop bit. The divisor lies behind data and interrupt register, which the
/// handler must not touch meanwhile: no interrupts until that is over, and then as before.
inline void set_rate(std::uint32_t baud) {
  const std::uint8_t interrupts = read(kInterruptEnable);
  write(kInterruptEnable, 0);
  write(kLineControl, kDivisorAccess | kEightBits);
  write(kData, static_cast<std::uint8_t>(divisor_of(baud)));
  write(kInterruptEnable, static_cast<std::uint8_t>(divisor_of(baud) >> 8));
  write(kLineControl, kEightBits);
  write(kInterruptEnable, interrupts);
}

/// Starts the line.
inline void begin() {
  set_rate(board::kBauds[0]);
  write(kInterruptIdentity, kQueues);
  // QEMU 7.2 takes no byte ever again if one had come before the queues were emptied: reading it,
  // or nothing, sets that right.
  static_cast<void>(read(kData));
  write(kInterruptEnable, kReceiveInterrupt);
}

/// Reading the identity ends the interrupt of the empty send queue.
inline void acknowledge() {
  static_cast<void>(read(kInterruptIdentity));
}

[[nodiscard]] inline bool has_received() {
  return (read(kLineStatus) & kReceived) != 0;
}
inline bool take(std::uint8_t& byte) {
  if (!has_received()) return false;
  byte = read(kData);
  return true;
}
inline bool put(std::uint8_t byte) {
  if ((read(kLineStatus) & kSendEmpty) == 0) return false;
  write(kData, byte);
  return true;
}

/// The handler only clears kSendInterrupt, and the loop changes the rest: a change of the loop's
/// that the handler interrupts costs one needless interrupt at most.
inline void change_interrupts(std::uint8_t mask, std::uint8_t bits) {
  write(kInterruptEnable, static_cast<std::uint8_t>((read(kInterruptEnable) & ~mask) | bits));
}
inline void ask_for_bytes() {
  change_interrupts(kSendInterrupt, kSendInterrupt);
}
inline void stop_asking_for_bytes() {
  change_interrupts(kSendInterrupt, 0);
}
inline void listen(bool on) {
  change_interrupts(kReceiveInterrupt, on ? kReceiveInterrupt : 0);
}

}  // namespace hil::port::uart
