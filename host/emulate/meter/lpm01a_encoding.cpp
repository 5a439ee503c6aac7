// SPDX-License-Identifier: Apache-2.0
// Samples and metadata of an LPM01A (UM2269 rev 6).
#include "host/emulate/meter/lpm01a_encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace hil::emulate {
namespace {

/// Seconds have three digits in text.
constexpr std::uint64_t kSecondsWrap = 1000;

char byte(std::uint64_t value) {
  return static_cast<char>(static_cast<unsigned char>(value & 0xFF));
}

}  // namespace

std::string ascii_sample(double value) {
  int exponent = value > 0 ? static_cast<int>(std::floor(std::log10(value))) - 3 : -99;
  if (exponent < -98) return "0000-10\r\n";
  auto digits = std::llround(value * std::pow(10.0, -exponent));
  if (digits > 9999) {
    digits = 1000;
    ++exponent;
  }
  return fmt::format("{:04}{}{:02}\r\n", digits, exponent < 0 ? '-' : '+', std::abs(exponent));
}

std::string ascii_stamp(const Lpm01aStamp& stamp) {
  const std::uint64_t seconds = stamp.milliseconds / 1000;
  std::string text = fmt::format("\r\nTimeStamp:{}{:03}s {:03}ms, buff {:02}%\r\n\r\n",
                                 seconds < kSecondsWrap ? ' ' : '>', seconds % kSecondsWrap,
                                 stamp.milliseconds % 1000, std::min(stamp.buffer_percent, 99U));
  text.push_back('\0');
  return text;
}

std::string binary_sample(double value) {
  constexpr double kMost = 0x0FFF;
  int power = 14;
  while (power > 0 && std::round(std::ldexp(value, 4 * power)) > kMost)
    --power;
  const double mantissa = std::min(std::round(std::ldexp(value, 4 * power)), kMost);
  const auto word = static_cast<std::uint64_t>(power << 12 | static_cast<int>(mantissa));
  return {byte(word >> 8), byte(word)};
}

std::string binary_metadata(std::uint8_t type, std::string_view payload) {
  std::string bytes = {byte(0xF0), byte(type)};
  bytes += payload;
  bytes += byte(0xFF);
  bytes += byte(0xFF);
  return bytes;
}

std::string binary_stamp(const Lpm01aStamp& stamp) {
  const std::uint64_t overflow = stamp.milliseconds > 0x7FFF'FFFF ? 0x8000'0000 : 0;
  const std::uint64_t bits = (stamp.milliseconds & 0x7FFF'FFFF) | overflow;
  const std::string payload = {byte(bits >> 24), byte(bits >> 16), byte(bits >> 8), byte(bits),
                               byte(stamp.buffer_percent)};
  return binary_metadata(0xF3, payload);
}

}  // namespace hil::emulate
