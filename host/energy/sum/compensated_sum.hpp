// SPDX-License-Identifier: Apache-2.0
// A sum that loses next to nothing, however many terms it has.
#pragma once

#include <cmath>

namespace hil::energy {

/// Neumaier's sum (Z. angew. Math. Mech. 54 (1974), 39-51): its error is that of one rounding as
/// long as the terms do not cancel by 2^53. Sums of integers below 2^53 are exact.
class CompensatedSum {
 public:
  void add(double term) {
    const double sum = sum_ + term;
    lost_ += std::abs(sum_) >= std::abs(term) ? (sum_ - sum) + term : (term - sum) + sum_;
    sum_ = sum;
  }
  [[nodiscard]] double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0, lost_ = 0;
};

}  // namespace hil::energy
