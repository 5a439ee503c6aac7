// SPDX-License-Identifier: Apache-2.0
// Wraps the I2C bus of the agent's port (by the linker's --wrap): an INA228 at 0x41 that sees 0.5 A
// at 3.3 V, all the time.
#include <array>
#include <chrono>
#include <cstdint>
#include <span>

#include "target/port/port.hpp"

namespace {

constexpr std::uint8_t kAddress = 0x41;
constexpr double kAmps = 0.5, kVolts = 3.3;
constexpr double kShunt_ohm = 0.015;

std::array<std::uint16_t, 256> registers{};

bool fine() {
  return (registers[0x00] & 0x10) != 0;
}

/// What SHUNT_CAL makes of a code (data sheet SLYS021, 8.1.2).
double amps_per_code() {
  return registers[0x02] / (13107.2e6 * kShunt_ohm * (fine() ? 4 : 1));
}

/// DIAG_ALRT: latched, memory sound, and the shunt above its limit if it is.
std::uint16_t alerts() {
  const double limit_v = registers[0x0C] * (fine() ? 1.25e-6 : 5e-6);
  const unsigned above = kAmps * kShunt_ohm > limit_v ? 0x40 : 0;
  return static_cast<std::uint16_t>((registers[0x0B] & 0x8000) | above | 1u);
}

double seconds_since_reset(bool reset) {
  static auto since = std::chrono::steady_clock::now();
  if (reset) since = std::chrono::steady_clock::now();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

std::uint64_t value_of(std::uint8_t number) {
  static double seconds = 0;  // CHARGE is of the moment that ENERGY was read at
  if (number == 0x09) seconds = seconds_since_reset(false);
  switch (number) {
    case 0x05:
      return static_cast<std::uint64_t>(kVolts / 195.3125e-6) << 4;
    case 0x09:
      return static_cast<std::uint64_t>(kAmps * kVolts * seconds / (51.2 * amps_per_code()));
    case 0x0A:
      return static_cast<std::uint64_t>(kAmps * seconds / amps_per_code());
    case 0x0B:
      return alerts();
    case 0x3E:
      return 0x5449;
    case 0x3F:
      return 0x2281;
    default:
      return registers[number];
  }
}

}  // namespace

// The mangled name of hil::port::i2c(), as --wrap wants it.
extern "C" hil::port::Transfer
__wrap__ZN3hil4port3i2cEhSt4spanIKhLm18446744073709551615EES1_IhLm18446744073709551615EE(
    std::uint8_t address, std::span<const std::uint8_t> out, std::span<std::uint8_t> in) {
  using hil::port::Transfer;
  if (address != kAddress || out.empty()) return Transfer::kNoAnswer;
  if (out.size() == 3) {
    const auto value = static_cast<std::uint16_t>(out[1] << 8 | out[2]);
    if (out[0] == 0 && (value & 0x4000) != 0) seconds_since_reset(true);
    registers[out[0]] = static_cast<std::uint16_t>(out[0] == 0 ? value & ~0xC000 : value);
  }
  std::uint64_t value = value_of(out[0]);
  for (std::size_t i = in.size(); i-- > 0; value >>= 8)
    in[i] = static_cast<std::uint8_t>(value);
  return Transfer::kDone;
}
