// SPDX-License-Identifier: Apache-2.0
// What a PPK2 says of itself: the factors that turn its codes into amperes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace hil::energy::ppk2 {

inline constexpr std::size_t kRanges = 5;

/// Factors of one range, by the names they have in the metadata; conversion.hpp has the formula.
/// The values here are what the maker's program takes where a unit has none (facts/energy.md 3.3).
struct RangeFactors {
  double r = 1;  ///< shunt, ohm
  double gs = 1, gi = 1;
  double o = 0;          ///< ADC codes times 4
  double s = 0, i = 0;   ///< ampere per volt of supply; ampere
  double ug = 1;         ///< user's gain
  bool assumed = false;  ///< a factor that makes the gain (R, GI) is not the unit's own
};

struct Calibration {
  std::array<RangeFactors, kRanges> ranges;
  std::optional<double> vdd_v{};  ///< supply that it is set to, volts
  std::optional<int> mode{};      ///< 1: ampere meter, 2: source meter
  std::string hardware;           ///< number behind "HW"; empty: it said none
  /// Factors that are missing, no numbers or not taken, each as one sentence; empty: all are its
  /// own.
  std::vector<std::string> findings;
  std::string digest;  ///< of all factors: the first 16 digits of a SHA-256
};

/// Takes the metadata's text as it comes, in any pieces: `key: value` lines, the last one "END".
/// What is no such line, or has an unknown key, is passed over.
class MetadataReader {
 public:
  /// A real unit's text has 900 bytes.
  static constexpr std::size_t kMostBytes = 8192;

  /// Takes bytes up to and with the line END.
  /// @returns how many of @p bytes it took: all, unless it is done()
  ///   kLab  kMostBytes without END: this is no PPK2
  Result<std::size_t> take(std::span<const std::uint8_t> bytes);

  [[nodiscard]] bool done() const { return done_; }
  /// "END" has come and the end of its line has not: some text may end so.
  [[nodiscard]] bool ends() const;
  /// Any line of a PPK2's metadata has come.
  [[nodiscard]] bool any() const { return known_ > 0; }

  /// The factors, with the maker's defaults for those that are 0, missing, or no finite numbers,
  /// and all user gains 1 if one is more than 10 % off.
  ///   kLab  a factor that no PPK2 can have: of another range, or of another unit
  [[nodiscard]] Result<Calibration> calibration() const;

 private:
  static constexpr std::size_t kMostLine = 80;
  enum Factor : std::size_t { kR, kGs, kGi, kO, kS, kI, kUg, kFactors };
  using Values = std::array<std::array<std::optional<double>, kRanges>, kFactors>;

  void take_line(std::string_view line);
  void take_factor(std::string_view key, std::string_view value);

  std::string line_;
  std::size_t bytes_ = 0;
  std::size_t known_ = 0;
  bool done_ = false;
  Values values_{};
  std::optional<double> vdd_mv_{}, mode_{};
  std::string hardware_;
};

}  // namespace hil::energy::ppk2
