// SPDX-License-Identifier: Apache-2.0
// Whether what is stated of many seeded runs holds: coverage, bias, spread, inflation.
#pragma once

#include <cmath>
#include <cstdio>

#include "host/results/energy.hpp"

namespace hil::energy::testing {

/// One figure over many runs.
class Coverage {
 public:
  void add(const results::EnergyFigure& figure, double truth) {
    const double error = (figure.value - truth) / truth;
    const double u = figure.parts.combined() / truth;
    ++runs_;
    within1_ += std::abs(error) <= u ? 1 : 0;
    within2_ += std::abs(error) <= 2 * u ? 1 : 0;
    sum_ += error;
    squares_ += error * error;
    stated_ += u;
  }
  [[nodiscard]] int runs() const { return runs_; }
  [[nodiscard]] double k1() const { return 100.0 * within1_ / runs_; }
  [[nodiscard]] double k2() const { return 100.0 * within2_ / runs_; }
  [[nodiscard]] double bias() const { return sum_ / runs_; }
  [[nodiscard]] double spread() const {
    return std::sqrt((squares_ - sum_ * sum_ / runs_) / (runs_ - 1));
  }
  /// Mean stated standard uncertainty over what errors really are.
  [[nodiscard]] double inflation() const { return stated_ / runs_ / (spread() + std::abs(bias())); }
  void print(const char* scenario, const char* figure) const {
    std::printf(
        "%-22s %-10s k=1 %5.1f %%  k=2 %5.1f %%  bias %+.4f %%  spread %.4f %%  "
        "stated/actual %.2f\n",
        scenario, figure, k1(), k2(), 100 * bias(), 100 * spread(), inflation());
  }

 private:
  int runs_ = 0, within1_ = 0, within2_ = 0;
  double sum_ = 0, squares_ = 0, stated_ = 0;
};

}  // namespace hil::energy::testing
