// SPDX-License-Identifier: Apache-2.0
// MAX_POOL_2D in float32.
#include <cstdint>
#include <limits>

#include "target/engine/kernels/reference/float_output.hpp"
#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/pool.hpp"

namespace hil::engine::reference {
namespace {

struct Maximum {
  using Value = float;
  using Total = float;
  float min, max;

  [[nodiscard]] Total start() const { return std::numeric_limits<float>::lowest(); }
  [[nodiscard]] Total add(Total total, Value value) const { return value > total ? value : total; }
  [[nodiscard]] Value finish(Total total, std::int32_t) const {
    return clamp_float(total, min, max);
  }
};

}  // namespace

void max_pool_2d_float(const KernelContext& context) {
  const auto params = context.params<plan::FloatPoolParams>();
  Pool(context, params, Maximum{params.activation_min, params.activation_max}).run();
}

}  // namespace hil::engine::reference
