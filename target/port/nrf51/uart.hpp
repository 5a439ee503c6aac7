// SPDX-License-Identifier: Apache-2.0
// The UART of the nRF51 for bare/serial_line.cpp (Reference Manual 3.0, chapter 29).
#pragma once

#include <cstdint>

#include "target/port/bare/registers.hpp"
#include "target/port/cortex_m/interrupts.hpp"
#include "target/port/nrf51/registers.hpp"

namespace hil::port::uart {

/// Yes: when the host is slow to read, QEMU says that a byte has gone without an interrupt.
inline constexpr bool kMustBePolled = true;

/// The rate is a fraction of 2^32 of 16 MHz; the chip takes the upper 20 bits.
constexpr std::uint32_t rate_of(std::uint32_t baud) {
  constexpr std::uint64_t kClockHz = 16'000'000;
  const std::uint64_t exact = ((std::uint64_t{baud} << 32) + kClockHz / 2) / kClockHz;
  return static_cast<std::uint32_t>((exact + 0x800) & 0xFFFF'F000);
}
static_assert(rate_of(115'200) == 0x01D7'E000 && rate_of(9'600) == 0x0027'5000,
              "the values that the manual gives for BAUDRATE");

inline void set_rate(std::uint32_t baud) {
  registers::write(nrf51::kUartBaudRate, rate_of(baud));
}

/// Starts the line: 8 bits, no parity, one stop bit, no flow control.
inline void begin(std::uint32_t tx_pin, std::uint32_t rx_pin, std::uint32_t baud) {
  using namespace nrf51;
  registers::write(kUartPinTx, tx_pin);
  registers::write(kUartPinRx, rx_pin);
  set_rate(baud);
  registers::write(kUartEnable, kUartEnabled);
  // QEMU takes it only now, and a virtual line's relay judges the rate by it.
  set_rate(baud);
  registers::write(kUartStartTx, 1);
  registers::write(kUartStartRx, 1);
  registers::write(kUartInterruptSet, kUartInterruptRx);
}

/// put() and take() clear the events that they act on.
inline void acknowledge() {}

[[nodiscard]] inline bool has_received() {
  return registers::read(nrf51::kUartRxReady) != 0;
}
/// The event is cleared first: a byte that comes meanwhile raises it again.
inline bool take(std::uint8_t& byte) {
  if (!has_received()) return false;
  registers::write(nrf51::kUartRxReady, 0);
  byte = static_cast<std::uint8_t>(registers::read(nrf51::kUartReceived));
  return true;
}

/// True while a byte is on its way whose event has not been seen. Only the handler uses it.
inline constinit bool g_is_sending = false;

inline bool put(std::uint8_t byte) {
  if (g_is_sending && registers::read(nrf51::kUartTxReady) == 0) return false;
  registers::write(nrf51::kUartTxReady, 0);
  g_is_sending = true;
  registers::write(nrf51::kUartSend, byte);
  return true;
}

inline void ask_for_bytes() {
  registers::write(nrf51::kUartInterruptSet, nrf51::kUartInterruptTx);
  cortex_m::pend_interrupt(nrf51::kUartIrq);  // nothing may have been sent yet: no event
}
inline void stop_asking_for_bytes() {
  registers::write(nrf51::kUartInterruptClear, nrf51::kUartInterruptTx);
}
inline void listen(bool on) {
  registers::write(on ? nrf51::kUartInterruptSet : nrf51::kUartInterruptClear,
                   nrf51::kUartInterruptRx);
}

}  // namespace hil::port::uart
