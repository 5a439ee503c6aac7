// SPDX-License-Identifier: Apache-2.0
// Median, deviation and the two penalties.
#include "host/energy/sum/repetition.hpp"

#include <algorithm>
#include <cmath>

#include "host/energy/sum/compensated_sum.hpp"

namespace hil::energy {

double median_of(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return values[middle - 1] + (values[middle] - values[middle - 1]) / 2;
}

double deviation_of(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  const auto count = static_cast<double>(values.size());
  CompensatedSum sum;
  for (const double value : values)
    sum.add(value);
  const double mean = sum.value() / count;
  CompensatedSum squares;
  for (const double value : values)
    squares.add((value - mean) * (value - mean));
  return std::sqrt(squares.value() / (count - 1));
}

double median_penalty(std::size_t count) {
  constexpr double kHalfPi = 1.5707963267948966;
  const auto n = static_cast<double>(std::max<std::size_t>(1, count));
  return std::sqrt(kHalfPi * n / (n + kHalfPi - 1));
}

double student_penalty(std::size_t count) {
  if (count < 2) return 1;
  if (count == 2) return 3.58;
  if (count == 3) return 1.73;
  const auto freedom = static_cast<double>(count - 1);
  return 1 + 0.95 / freedom + 0.6 / (freedom * freedom);
}

double repetition_uncertainty(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  return deviation_of(values) / std::sqrt(static_cast<double>(values.size())) *
         median_penalty(values.size()) * student_penalty(values.size());
}

}  // namespace hil::energy
