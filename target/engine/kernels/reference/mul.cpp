// SPDX-License-Identifier: Apache-2.0
// MUL in int8, with broadcasting.
#include <cstdint>

#include "target/engine/kernels/fixed_point.hpp"
#include "target/engine/kernels/reference/broadcast.hpp"
#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {

void mul(const KernelContext& context) {
  const auto params = context.params<plan::MulParams>();
  for_each_pair<std::int8_t>(context, [&params](std::int8_t a, std::int8_t b) {
    const std::int32_t product = (a - params.zero_point_a) * (b - params.zero_point_b);
    const std::int32_t scaled =
        fixed::rescale(product, params.output.multiplier, params.output.shift);
    return static_cast<std::int8_t>(fixed::clamp(fixed::add(scaled, params.output_zero_point),
                                                 params.activation_min, params.activation_max));
  });
}

}  // namespace hil::engine::reference
