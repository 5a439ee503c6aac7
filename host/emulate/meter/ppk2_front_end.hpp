// SPDX-License-Identifier: Apache-2.0
// The analog half of an emulated PPK2: from a true current to range, ADC code, and sample word.
#pragma once

#include <array>
#include <cstdint>

namespace hil::emulate {

/// Factors of the conversion from ADC code to ampere, by range, as a PPK2's metadata names them.
struct Ppk2Factors {
  std::array<double, 5> r{}, gs{}, gi{}, o{}, s{}, i{};
};
/// Those of a real unit (facts/energy.md 3.3). GS0 is 1, which a 0 in the metadata stands for.
const Ppk2Factors& real_ppk2_factors();

/// Picks the range with hysteresis: up at 50 uA, 500 uA, 5 mA and 60 mA, down at 0.8 of that.
class Ppk2FrontEnd {
 public:
  explicit Ppk2FrontEnd(const Ppk2Factors& factors) : factors_(factors) {}

  /// Volts of the supply, which the true zero of each range depends on.
  void set_volts(double volts) { volts_ = volts; }
  /// 0 to 4: stays there whatever the current is; anything else: free.
  void hold_range(int range) { held_ = range; }
  [[nodiscard]] unsigned range() const { return range_; }

  /// The nearest code for @p amps in the range it falls in, clipped to 0 and 16383.
  std::uint16_t sample(double amps);

 private:
  void choose_range(double amps);

  Ppk2Factors factors_;
  double volts_ = 3;
  int held_ = -1;
  unsigned range_ = 0;
};

}  // namespace hil::emulate
