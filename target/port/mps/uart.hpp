// SPDX-License-Identifier: Apache-2.0
// The CMSDK UART for bare/serial_line.cpp (Cortex-M System Design Kit manual, DDI 0479,
// section 4.3).
#pragma once

#include <cstdint>

#include "target/port/bare/registers.hpp"
#include "target/port/cortex_m/interrupts.hpp"
#include "target/port/mps/image.hpp"

namespace hil::port::uart {

inline constexpr std::uint32_t kData = mps::kUart + 0x00;
inline constexpr std::uint32_t kState = mps::kUart + 0x04;
inline constexpr std::uint32_t kControl = mps::kUart + 0x08;
inline constexpr std::uint32_t kInterruptStatus = mps::kUart + 0x0C;
inline constexpr std::uint32_t kBaudDivisor = mps::kUart + 0x10;

inline constexpr std::uint32_t kSendFull = 1u << 0;
inline constexpr std::uint32_t kReceived = 1u << 1;
inline constexpr std::uint32_t kSender = 1u << 0;
inline constexpr std::uint32_t kReceiver = 1u << 1;
inline constexpr std::uint32_t kSendInterrupt = 1u << 2;
inline constexpr std::uint32_t kReceiveInterrupt = 1u << 3;
inline constexpr std::uint32_t kBothStatus = 3;  ///< of send and receive, in kInterruptStatus

/// Never: an interrupt comes whenever the one byte of room is free again.
inline constexpr bool kMustBePolled = false;

constexpr std::uint32_t divisor_of(std::uint32_t baud) {
  return (board::kUartClockHz + baud / 2) / baud;
}
constexpr bool all_divide() {
  for (const std::uint32_t baud : board::kBauds) {
    if (divisor_of(baud) < 16 || divisor_of(baud) >= (1u << 20)) return false;
  }
  return true;
}
static_assert(all_divide(),
              "the divisor's limits: the UART's clock does not give one of the rates");

inline void set_rate(std::uint32_t baud) {
  registers::write(kBaudDivisor, divisor_of(baud));
}

/// Starts the line: 8 bits, no parity, one stop bit; there is no other.
inline void begin() {
  set_rate(board::kBauds[0]);
  registers::write(kControl, kSender | kReceiver | kSendInterrupt | kReceiveInterrupt);
}

inline void acknowledge() {
  registers::write(kInterruptStatus, kBothStatus);
}

[[nodiscard]] inline bool has_received() {
  return (registers::read(kState) & kReceived) != 0;
}
inline bool take(std::uint8_t& byte) {
  if (!has_received()) return false;
  byte = static_cast<std::uint8_t>(registers::read(kData));
  return true;
}
inline bool put(std::uint8_t byte) {
  if ((registers::read(kState) & kSendFull) != 0) return false;
  registers::write(kData, byte);
  return true;
}

/// The device tells when room becomes free, not that there is some: the first time we do.
inline void ask_for_bytes() {
  cortex_m::pend_interrupt(mps::kUartSendInterrupt);
}
inline void stop_asking_for_bytes() {}

/// A byte that comes while the interrupt is off raises none, then or later: we do.
inline void listen(bool on) {
  registers::change(kControl, kReceiveInterrupt, on ? kReceiveInterrupt : 0);
  if (on && has_received()) cortex_m::pend_interrupt(mps::kUartReceiveInterrupt);
}

}  // namespace hil::port::uart
