// SPDX-License-Identifier: Apache-2.0
// MAX_POOL_2D in int8.
#include <cstdint>

#include "target/engine/kernels/fixed_point.hpp"
#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/pool.hpp"

namespace hil::engine::reference {
namespace {

/// Totals stay int8, so that the inner loop compares as many values at once as fit a register.
struct Maximum {
  using Value = std::int8_t;
  using Total = std::int8_t;
  std::int32_t min, max;

  [[nodiscard]] Total start() const { return -128; }
  [[nodiscard]] Total add(Total total, Value value) const { return value > total ? value : total; }
  [[nodiscard]] Value finish(Total total, std::int32_t) const {
    return static_cast<Value>(fixed::clamp(total, min, max));
  }
};

}  // namespace

void max_pool_2d(const KernelContext& context) {
  const auto params = context.params<plan::PoolParams>();
  Pool(context, params, Maximum{params.activation_min, params.activation_max}).run();
}

}  // namespace hil::engine::reference
