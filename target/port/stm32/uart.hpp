// SPDX-License-Identifier: Apache-2.0
// The USART of STM32F1 and F4 for bare/serial_line.cpp; same registers in both (RM0041
// section 23.6, RM0090 section 30.6).
#pragma once

#include <cstdint>

#include "target/port/bare/registers.hpp"
#include HIL_PORT_CHIP  // chip::kUsart

namespace hil::port::uart {

inline constexpr std::uint32_t kStatus = chip::kUsart.base + 0x00;
inline constexpr std::uint32_t kData = chip::kUsart.base + 0x04;
inline constexpr std::uint32_t kBaudRate = chip::kUsart.base + 0x08;
inline constexpr std::uint32_t kControl1 = chip::kUsart.base + 0x0C;

inline constexpr std::uint32_t kReceived = 1u << 5;   ///< RXNE
inline constexpr std::uint32_t kOverrun = 1u << 3;    ///< ORE
inline constexpr std::uint32_t kSendEmpty = 1u << 7;  ///< TXE
inline constexpr std::uint32_t kEnable = 1u << 13;    ///< UE
inline constexpr std::uint32_t kSender = 1u << 3;     ///< TE
inline constexpr std::uint32_t kReceiver = 1u << 2;   ///< RE
// In control register 1, the interrupts have the places that their causes have in the status.

/// Never: the interrupt of the empty data register stays until it is filled, and QEMU's is never
/// full.
inline constexpr bool kMustBePolled = false;

inline constinit std::uint32_t g_bus_hz = 0;

/// 16 samples per bit. The manuals ask for silence meanwhile: the counters take the divisor at
/// once.
inline void set_rate(std::uint32_t baud) {
  registers::write(kBaudRate, (g_bus_hz + baud / 2) / baud);
}

/// Starts the line: 8 bits, no parity, one stop bit.
inline void begin(std::uint32_t bus_hz, std::uint32_t baud) {
  g_bus_hz = bus_hz;
  set_rate(baud);
  registers::write(kControl1, kEnable | kSender | kReceiver | kReceived);
}

/// Reading the data register ends the interrupt. One that is for an overrun alone, of a byte that
/// came between the readings of status and data, has no byte to read and would come for ever.
inline void acknowledge() {
  if ((registers::read(kStatus) & (kReceived | kOverrun)) == kOverrun) {
    static_cast<void>(registers::read(kData));
  }
}

[[nodiscard]] inline bool has_received() {
  return (registers::read(kStatus) & kReceived) != 0;
}
inline bool take(std::uint8_t& byte) {
  if (!has_received()) return false;
  byte = static_cast<std::uint8_t>(registers::read(kData));
  return true;
}
inline bool put(std::uint8_t byte) {
  if ((registers::read(kStatus) & kSendEmpty) == 0) return false;
  registers::write(kData, byte);
  return true;
}

// The handler only clears kSendEmpty in control register 1, and the loop changes the rest: a change
// of the loop's that the handler interrupts costs one needless interrupt at most.
inline void ask_for_bytes() {
  registers::set(kControl1, kSendEmpty);
  // QEMU 7.2 knows no interrupt of the empty register; on a chip this one comes a little early.
  cortex_m::pend_interrupt(chip::kUsart.interrupt);
}
inline void stop_asking_for_bytes() {
  registers::clear(kControl1, kSendEmpty);
}
inline void listen(bool on) {
  registers::change(kControl1, kReceived, on ? kReceived : 0);
}

}  // namespace hil::port::uart
