// SPDX-License-Identifier: Apache-2.0
// Which taps of a sliding window lie inside the image, so that inner loops need no bounds test.
#pragma once

#include <cstdint>

namespace hil::engine::reference {

/// Taps [begin, end) of one axis; the rest lie in the padding.
struct Taps {
  std::int32_t begin, end;
  [[nodiscard]] std::int32_t count() const { return end - begin; }
};

/// Smallest k >= 0 with k * step >= distance.
constexpr std::int32_t steps_to_reach(std::int32_t distance, std::int32_t step) {
  if (distance <= 0) return 0;
  return step == 1 ? distance : (distance + step - 1) / step;
}

/// Tap k of @p filter lies at @p origin + k * @p dilation of an axis of @p size elements.
constexpr Taps taps_inside(std::int32_t origin, std::int32_t dilation, std::int32_t filter,
                           std::int32_t size) {
  const std::int32_t first = steps_to_reach(-origin, dilation);
  const std::int32_t past = steps_to_reach(size - origin, dilation);
  const std::int32_t end = past < filter ? past : filter;
  return Taps{first < end ? first : end, end};
}

}  // namespace hil::engine::reference
