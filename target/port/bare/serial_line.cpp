// SPDX-License-Identifier: Apache-2.0
// The agent's serial line on a board without an operating system: rings on both sides of a UART.
#include "target/port/bare/serial_line.hpp"

#include "board_generated.h"
#include "target/port/bare/interrupt_ring.hpp"
#include "target/port/port.hpp"
#include HIL_PORT_UART  // namespace uart, see target/port/README.md

namespace hil::port {
namespace {

constexpr std::uint64_t kBitsPerByte = 10;  // with start and stop bit

constinit InterruptRing<board::kReceiveRingBytes> g_received;
constinit InterruptRing<board::kSendRingBytes> g_to_send;
constinit bool g_refused = false;  ///< the last write() was not taken whole
constinit std::uint32_t g_baud = board::kBauds[0];

}  // namespace

namespace serial {

void on_interrupt() {
  uart::acknowledge();
  std::uint8_t byte = 0;
  // All of them: QEMU's USART of STM32 lowers its interrupt at every byte taken.
  while (uart::take(byte))
    g_received.push(byte);  // a full ring loses it; the frame is sent again
  while (!g_to_send.empty() && uart::put(g_to_send.front()))
    g_to_send.pop();
  if (g_to_send.empty()) uart::stop_asking_for_bytes();
}

bool may_move() {
  if (!g_received.empty() || (g_refused && !g_to_send.full())) return true;
  if (!uart::kMustBePolled || g_to_send.empty()) return false;
  uart::ask_for_bytes();
  return true;
}

}  // namespace serial

std::size_t read(std::span<std::uint8_t> buffer) {
  std::size_t count = 0;
  for (; count < buffer.size() && !g_received.empty(); ++count) {
    buffer[count] = g_received.front();
    g_received.pop();
  }
  return count;
}

std::size_t write(std::span<const std::uint8_t> bytes) {
  std::size_t count = 0;
  while (count < bytes.size() && g_to_send.push(bytes[count]))
    ++count;
  g_refused = count < bytes.size();
  if (!g_to_send.empty()) uart::ask_for_bytes();
  return count;
}

void pause_input() {
  uart::listen(false);
}

std::size_t resume_input() {
  const std::size_t waiting = uart::has_received() ? 1 : 0;
  uart::listen(true);
  return waiting;
}

std::span<const std::uint32_t> bauds() {
  return board::kBauds;
}

void set_rate(std::uint32_t baud) {
  g_baud = baud != 0 ? baud : board::kBauds[0];
  uart::set_rate(g_baud);
}

std::uint64_t byte_ticks() {
  return kBitsPerByte * tick_hz() / g_baud;
}

}  // namespace hil::port
