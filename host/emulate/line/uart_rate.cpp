// SPDX-License-Identifier: Apache-2.0
// uart_rate(): one formula per kind of UART.
#include "host/emulate/line/uart_rate.hpp"

#include <algorithm>
#include <limits>

namespace hil::emulate {
namespace {

constexpr std::uint32_t kLeastDivisor = 16;  // both kinds count 16 samples a bit
/// BAUDRATE after a reset. QEMU 7.2 drops what is written before ENABLE, when most firmware sets
/// the rate, so there this value says nothing.
constexpr std::uint32_t kNrf51Reset = 0x0400'0000;

std::uint32_t divided(std::uint32_t clock_hz, std::uint32_t divisor) {
  return divisor < kLeastDivisor ? 0 : clock_hz / divisor;
}

}  // namespace

std::uint32_t uart_rate(const boards::UartDivisor& divisor, std::uint32_t value) {
  switch (divisor.kind) {
    case boards::DivisorKind::kStm32:
      return divided(divisor.clock_hz, value & 0xFFFF);
    case boards::DivisorKind::kCmsdk:
      return divided(divisor.clock_hz, value & 0xF'FFFF);
    case boards::DivisorKind::kNrf51:
      if (value == kNrf51Reset) return 0;
      return static_cast<std::uint32_t>((std::uint64_t{value} * 16'000'000) >> 32);
    case boards::DivisorKind::kNone:
    case boards::DivisorKind::kUart16550:
      break;
  }
  return 0;
}

bool rates_fit(std::uint32_t host, std::uint32_t device) {
  if (host == 0 || device == 0) return true;
  const std::uint64_t apart = std::max(host, device) - std::min(host, device);
  return apart * 1000 <= std::uint64_t{host} * 25;
}

}  // namespace hil::emulate
