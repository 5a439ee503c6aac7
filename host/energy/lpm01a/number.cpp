// SPDX-License-Identifier: Apache-2.0
// Numbers: digits, a unit prefix or a power of ten.
#include "host/energy/lpm01a/number.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>

namespace hil::energy::lpm01a {
namespace {

constexpr std::size_t kMostDigits = 12;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Digits at the start of @p text, with one point among them if @p point_allowed.
std::size_t digits_at(std::string_view text, bool point_allowed) {
  std::size_t size = 0;
  bool point = !point_allowed;
  while (size < text.size() &&
         (is_digit(text[size]) || (text[size] == '.' && !point && size > 0))) {
    point = point || text[size] == '.';
    ++size;
  }
  return size;
}

double value_of_digits(std::string_view digits) {
  double value = 0, divisor = 1;
  bool behind_point = false;
  for (const char c : digits) {
    if (c == '.') {
      behind_point = true;
      continue;
    }
    value = value * 10 + (c - '0');
    if (behind_point) divisor *= 10;
  }
  return value / divisor;
}

/// @p value times ten to the @p exponent; dividing by an exact power keeps the last bit right.
double scaled(double value, int exponent) {
  return exponent < 0 ? value / std::pow(10.0, -exponent) : value * std::pow(10.0, exponent);
}

/// "-07" or "+3" as an exponent; @p least digits.
std::optional<int> parse_exponent(std::string_view text, std::size_t least) {
  if (text.size() < 1 + least || text.size() > 3 || (text[0] != '-' && text[0] != '+')) return {};
  if (digits_at(text.substr(1), false) != text.size() - 1) return {};
  int exponent = 0;
  for (const char c : text.substr(1))
    exponent = exponent * 10 + (c - '0');
  return text[0] == '-' ? -exponent : exponent;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  const std::size_t size = digits_at(text, true);
  if (size == 0 || size > kMostDigits || text[size - 1] == '.') return {};
  const double value = value_of_digits(text.substr(0, size));
  const std::string_view rest = text.substr(size);
  if (rest.empty()) return value;
  if (rest == "u") return scaled(value, -6);
  if (rest == "m") return scaled(value, -3);
  if (rest == "k") return scaled(value, 3);
  const auto exponent = parse_exponent(rest, 1);
  if (!exponent) return {};
  return scaled(value, *exponent);
}

std::optional<double> parse_sample(std::string_view text) {
  constexpr std::size_t kSize = 7, kMantissa = 4;
  if (text.size() != kSize || digits_at(text, false) != kMantissa) return {};
  const auto exponent = parse_exponent(text.substr(kMantissa), 2);
  if (!exponent) return {};
  return scaled(value_of_digits(text.substr(0, kMantissa)), *exponent);
}

std::string millivolts(double volts) {
  return fmt::format("{}m", std::lround(volts * 1000));
}

}  // namespace hil::energy::lpm01a
