// SPDX-License-Identifier: Apache-2.0
// AVERAGE_POOL_2D in int8.
#include <cstdint>

#include "target/engine/kernels/fixed_point.hpp"
#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/pool.hpp"

namespace hil::engine::reference {
namespace {

/// Sums modulo 2^32; the average has halves rounded away from zero.
template <class ValueType>
struct Average {
  using Value = ValueType;
  using Total = std::uint32_t;
  std::int32_t min, max;

  [[nodiscard]] Total start() const { return 0; }
  [[nodiscard]] Total add(Total total, Value value) const {
    return total + static_cast<std::uint32_t>(value);
  }
  [[nodiscard]] Value finish(Total total, std::int32_t taps) const {
    const auto sum = static_cast<std::int32_t>(total);
    const std::int32_t half = taps / 2;
    const std::int32_t mean = (sum > 0 ? fixed::add(sum, half) : fixed::subtract(sum, half)) / taps;
    return static_cast<Value>(fixed::clamp(mean, min, max));
  }
};

}  // namespace

void average_pool_2d(const KernelContext& context) {
  const auto params = context.params<plan::PoolParams>();
  Pool(context, params, Average<std::int8_t>{params.activation_min, params.activation_max}).run();
}

void average_pool_2d_int16(const KernelContext& context) {
  const auto params = context.params<plan::PoolParams>();
  Pool(context, params, Average<std::int16_t>{params.activation_min, params.activation_max}).run();
}

}  // namespace hil::engine::reference
