// SPDX-License-Identifier: Apache-2.0
// AVERAGE_POOL_2D in float32.
#include <cstdint>

#include "target/engine/kernels/reference/float_output.hpp"
#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/pool.hpp"

namespace hil::engine::reference {
namespace {

struct Average {
  using Value = float;
  using Total = float;
  float min, max;

  [[nodiscard]] Total start() const { return 0; }
  [[nodiscard]] Total add(Total total, Value value) const { return total + value; }
  [[nodiscard]] Value finish(Total total, std::int32_t taps) const {
    return clamp_float(total / static_cast<float>(taps), min, max);
  }
};

}  // namespace

void average_pool_2d_float(const KernelContext& context) {
  const auto params = context.params<plan::FloatPoolParams>();
  Pool(context, params, Average{params.activation_min, params.activation_max}).run();
}

}  // namespace hil::engine::reference
