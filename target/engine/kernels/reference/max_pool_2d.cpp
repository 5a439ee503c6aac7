// SPDX-License-Identifier: Apache-2.0
// MAX_POOL_2D in int8.
#include <cstdint>
#include <limits>

#include "target/engine/kernels/fixed_point.hpp"
#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/pool.hpp"

namespace hil::engine::reference {
namespace {

/// Totals stay of the values' type, so that the inner loop compares as many values at once as fit a
/// register.
template <class ValueType>
struct Maximum {
  using Value = ValueType;
  using Total = ValueType;
  std::int32_t min, max;

  [[nodiscard]] Total start() const { return std::numeric_limits<Value>::min(); }
  [[nodiscard]] Total add(Total total, Value value) const { return value > total ? value : total; }
  [[nodiscard]] Value finish(Total total, std::int32_t) const {
    return static_cast<Value>(fixed::clamp(total, min, max));
  }
};

}  // namespace

void max_pool_2d(const KernelContext& context) {
  const auto params = context.params<plan::PoolParams>();
  Pool(context, params, Maximum<std::int8_t>{params.activation_min, params.activation_max}).run();
}

void max_pool_2d_int16(const KernelContext& context) {
  const auto params = context.params<plan::PoolParams>();
  Pool(context, params, Maximum<std::int16_t>{params.activation_min, params.activation_max}).run();
}

}  // namespace hil::engine::reference
