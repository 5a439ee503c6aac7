// SPDX-License-Identifier: Apache-2.0
// Rounding to an uncertainty.
#include "host/report/uncertain_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "host/report/text.hpp"

namespace hil::report {
namespace {

constexpr double kLeastShare = 1e-5;

/// The factor and the prefix that make a number of at least 1 of @p value, down to millionths.
std::pair<double, const char*> prefix_of(double value) {
  const double size = std::abs(value);
  if (size >= 1 || size == 0) return {1, ""};
  if (size >= 1e-3) return {1e3, "m"};
  return {1e6, "u"};
}

}  // namespace

RoundedValue rounded(double value, double expanded) {
  if (!std::isfinite(value) || !std::isfinite(expanded) || expanded <= 0) {
    return {number_text(value), number_text(expanded)};
  }
  const auto decimals_of = [](double number) {
    return 1 - static_cast<int>(std::floor(std::log10(number)));
  };
  int decimals = decimals_of(expanded);
  const double step = std::pow(10.0, -decimals);
  decimals = decimals_of(std::round(expanded / step) * step * (1 + 1e-12));  // 0.996 is 1.0
  if (decimals > 12) return {number_text(value), number_text(expanded)};
  if (decimals >= 0) return {fixed_text(value, decimals), fixed_text(expanded, decimals)};
  const double tens = std::pow(10.0, -decimals);
  return {fixed_text(std::round(value / tens) * tens, 0),
          fixed_text(std::round(expanded / tens) * tens, 0)};
}

std::string significant(double number, int digits) {
  if (!std::isfinite(number) || number == 0) return number_text(number);
  const int before = static_cast<int>(std::floor(std::log10(std::abs(number)))) + 1;
  if (before > 15 || before < -15) return number_text(number);
  std::string text = fixed_text(number, std::max(0, digits - before));
  if (text.find('.') == std::string::npos) return text;
  while (text.back() == '0')
    text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string scaled(double value, const char* unit, int digits) {
  const auto [factor, prefix] = prefix_of(value);
  return fmt::format("{} {}{}", significant(value * factor, digits), prefix, unit);
}

std::string scaled_within(double value, double expanded, const char* unit) {
  if (!std::isfinite(expanded) || expanded <= 0) return scaled(value, unit);
  const auto [factor, prefix] = prefix_of(value);
  const RoundedValue text = rounded(value * factor, expanded * factor);
  return fmt::format("{} +- {} {}{}", text.value, text.expanded, prefix, unit);
}

std::string share_text(double share) {
  if (!std::isfinite(share)) return "-";
  if (share > 0 && share < kLeastShare) return "less than 0.001 %";
  return rounded(100 * share, 100 * share).expanded + " %";
}

double relative_uncertainty(const results::EnergyFigure& figure) {
  const double relative = 2 * figure.parts.combined() / std::abs(figure.value);
  return std::isfinite(relative) ? relative : 0;
}

double relative_uncertainty(const results::Energy& energy) {
  if (energy.charge_uc) return relative_uncertainty(*energy.charge_uc);
  return energy.gross_uj ? relative_uncertainty(*energy.gross_uj) : 0;
}

std::string digits_within(double value, double relative) {
  if (relative <= 0 || value == 0) return significant(value);
  return rounded(value, relative * std::abs(value)).value;
}

}  // namespace hil::report
