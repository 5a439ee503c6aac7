// SPDX-License-Identifier: Apache-2.0
// MetadataReader: lines into factors, and which of them can be believed.
#include "host/energy/ppk2/calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "host/base/digest.hpp"

namespace hil::energy::ppk2 {
namespace {

constexpr std::array<std::string_view, 7> kNames{"R", "GS", "GI", "O", "S", "I", "UG"};
/// Source: facts/energy.md 3.3.
constexpr std::array<double, kRanges> kUsualR{1031.64, 101.65, 10.15, 0.94, 0.043};
/// What each range is used up to, ampere: well above where the unit switches.
constexpr std::array<double, kRanges> kUpTo{100e-6, 1e-3, 10e-3, 100e-3, 1};
constexpr std::string_view kEnd = "END";
/// The largest ADC value, codes times 4.
constexpr double kFullScale = 65532;

/// A finite number, nothing for anything else ("-nan", "", "1e999").
std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && blank(text.back()))
    text.remove_suffix(1);
  return text;
}

Error impossible(std::string_view name, std::size_t range, double value, const std::string& usual) {
  return Error{Blame::kLab,
               fmt::format("the PPK2's calibration can't be right: {}{} is {:.6g}, {}", name, range,
                           value, usual),
               "have the maker's program show the unit's calibration; a unit with a wrong "
               "calibration block has to be calibrated again"};
}

/// Bounds that units with a block of their own keep (the real one's factors are at most 31 % from
/// the defaults) and neighbouring ranges, ten times apart, do not.
Status check_range(const RangeFactors& range, std::size_t n) {
  const double usual = kUsualR.at(n);
  if (range.r < usual / 2 || range.r > usual * 2) {
    return impossible("R", n, range.r, fmt::format("where PPK2s have about {:.4g}", usual));
  }
  if (range.gi < 0.5 || range.gi > 2) {
    return impossible("GI", n, range.gi, "where PPK2s have about 1");
  }
  if (std::abs(range.o) > kFullScale / 20) {
    return impossible("O", n, range.o, "which is more than a twentieth of all codes");
  }
  // A default of 1 is 100 % at 1 A: that is what the maker takes, so it passes.
  if (std::abs(range.gs) * kUpTo.at(n) > 1) {
    return impossible("GS", n, range.gs, "which more than doubles its largest current");
  }
  for (const auto& [name, value] : {std::pair{"S", range.s * 5}, std::pair{"I", range.i}}) {
    if (std::abs(value) > kUpTo.at(n) / 10) {
      return impossible(name, n, value, "which is more than a tenth of its largest current");
    }
  }
  return {};
}

/// All user gains are 1 if one is more than 10 % off. Source: facts/energy.md 3.3.
void check_user_gains(Calibration& calibration) {
  const auto off = [](const RangeFactors& range) { return std::abs(range.ug - 1) > 0.1; };
  const auto wrong = std::find_if(calibration.ranges.begin(), calibration.ranges.end(), off);
  if (wrong == calibration.ranges.end()) return;
  calibration.findings.push_back(
      fmt::format("user gain UG{} is {:.4g}, more than 10 % off: all user gains count as 1",
                  wrong - calibration.ranges.begin(), wrong->ug));
  for (RangeFactors& range : calibration.ranges)
    range.ug = 1;
}

std::string digest_of(const std::array<RangeFactors, kRanges>& ranges) {
  std::string text;
  for (const RangeFactors& range : ranges) {
    for (const double value : {range.r, range.gs, range.gi, range.o, range.s, range.i, range.ug})
      text += fmt::format("{:.9g};", value);
  }
  const auto digest = sha256_of({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  return hex_of(std::span(digest).first(8));
}

}  // namespace

Result<std::size_t> MetadataReader::take(std::span<const std::uint8_t> bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && !done_) {
    const char c = static_cast<char>(bytes[taken++]);
    if (++bytes_ > kMostBytes) {
      return Error{Blame::kLab, "what answers on this port is no PPK2: its metadata has no end",
                   "name the port of the PPK2's first serial interface; hilbench meters lists it"};
    }
    if (c == '\n') {
      take_line(trimmed(line_));
      line_.clear();
    } else if (line_.size() <= kMostLine) {
      line_.push_back(c);
    }
  }
  return taken;
}

bool MetadataReader::ends() const {
  return !done_ && trimmed(line_) == kEnd;
}

void MetadataReader::take_line(std::string_view line) {
  if (line == kEnd) {
    done_ = true;
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || line.size() > kMostLine) return;
  const std::string_view key = trimmed(line.substr(0, colon));
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (key == "VDD") {
    vdd_mv_ = number_of(value);
  } else if (key == "mode") {
    mode_ = number_of(value);
  } else if (key == "HW") {
    if (const auto number = number_of(value); number && *number >= 0 && *number < 1e9) {
      hardware_ = fmt::format("{:.0f}", *number);
    }
  } else {
    take_factor(key, value);
    return;
  }
  ++known_;
}

void MetadataReader::take_factor(std::string_view key, std::string_view value) {
  if (key.size() < 2 || key.back() < '0' || key.back() > '4') return;
  const auto range = static_cast<std::size_t>(key.back() - '0');
  const auto name = std::find(kNames.begin(), kNames.end(), key.substr(0, key.size() - 1));
  if (name == kNames.end()) return;
  ++known_;
  values_.at(static_cast<std::size_t>(name - kNames.begin())).at(range) = number_of(value);
}

Result<Calibration> MetadataReader::calibration() const {
  Calibration result;
  for (std::size_t n = 0; n < kRanges; ++n) {
    RangeFactors& range = result.ranges.at(n);
    range.r = kUsualR.at(n);
    const std::array<double*, kFactors> places{&range.r, &range.gs, &range.gi, &range.o,
                                               &range.s, &range.i,  &range.ug};
    for (std::size_t factor = 0; factor < kFactors; ++factor) {
      const auto& value = values_.at(factor).at(n);
      double& place = *places.at(factor);
      if (value && *value != 0) {
        place = *value;
        continue;
      }
      // A 0 says "none" (a real unit has GS0: 0), and is what the offsets are by default.
      if (value && factor != kR && factor != kGi) continue;
      range.assumed = range.assumed || factor == kR || factor == kGi;
      result.findings.push_back(fmt::format("{}{} is {}: the maker's default {:.6g} stands",
                                            kNames.at(factor), n,
                                            value ? "0" : "missing or no number", place));
    }
    HIL_TRY(check_range(range, n));
  }
  check_user_gains(result);
  if (vdd_mv_ && *vdd_mv_ > 0 && *vdd_mv_ < 20'000) result.vdd_v = *vdd_mv_ / 1000;
  if (mode_ == 1 || mode_ == 2) result.mode = static_cast<int>(*mode_);
  result.hardware = hardware_;
  result.digest = digest_of(result.ranges);
  return result;
}

}  // namespace hil::energy::ppk2
