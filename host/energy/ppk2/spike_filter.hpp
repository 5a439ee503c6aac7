// SPDX-License-Identifier: Apache-2.0
// The spike filter of the PPK2's maker, for pictures: it moves charge over edges (-2 % of a window
// of 1 ms), so nothing that is integrated may go through it.
#pragma once

namespace hil::energy::ppk2 {

/// Where the range changes and on the two samples behind, a running average stands for the sample.
/// Rule and constants: facts/energy.md 3.6, which has them from the maker's program. Starts anew
/// with each recording.
class SpikeFilter {
 public:
  /// The next sample: @p amps measured in @p range (0 to 4).
  /// @returns ampere to be shown
  float filter(unsigned range, float amps);

 private:
  bool started_ = false;
  unsigned range_ = 0;
  int since_switch_ = 0;  ///< samples, 0 at the first one in a new range
  int smooth_ = 0;        ///< samples to come that are averages
  double average_ = 0;    ///< quick, for ranges 0 to 3
  double average_4_ = 0;  ///< slow, for range 4
};

}  // namespace hil::energy::ppk2
