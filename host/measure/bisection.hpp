// SPDX-License-Identifier: Apache-2.0
// The search for the first of several operators in a row that differs; pure arithmetic.
#pragma once

#include <algorithm>
#include <cstdint>

namespace hil::measure {

/// Operators first, first + stride, ... (count of them).
struct Positions {
  std::uint32_t first = 0, stride = 1, count = 0;

  [[nodiscard]] std::uint32_t at(std::uint32_t i) const { return first + i * stride; }
};

/// Everything behind the first operator that differs is taken to differ as well. Looking at c
/// positions at a time takes ceil(log(n + 1) / log(c + 1)) looks of n operators: for one at a time
/// floor(log2 n) + 1, for n at a time one.
class Bisection {
 public:
  explicit Bisection(std::uint32_t operators) : high_(operators) {}

  [[nodiscard]] bool done() const { return low_ == high_; }
  /// Once done(): the first operator that differs; the number of operators if none does.
  [[nodiscard]] std::uint32_t found() const { return low_; }

  /// Where to look next, at @p most positions (at least 1); only until done().
  [[nodiscard]] Positions next(std::uint32_t most) const {
    const std::uint32_t open = high_ - low_;
    const std::uint32_t stride = open / (std::min(std::max(most, 1u), open) + 1) + 1;
    return {low_ + stride - 1, stride, open / stride};
  }

  /// What was seen at one of these positions, in ascending order; those behind the first that
  /// differs say nothing more.
  void note(std::uint32_t position, bool differs) {
    if (position < low_ || position >= high_) return;
    if (differs) {
      high_ = position;
    } else {
      low_ = position + 1;
    }
  }

 private:
  std::uint32_t low_ = 0;
  std::uint32_t high_;  ///< the first one that differs is one of [low_, high_]
};

}  // namespace hil::measure
