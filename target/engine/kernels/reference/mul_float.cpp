// SPDX-License-Identifier: Apache-2.0
// MUL in float32, with broadcasting.
#include "target/engine/kernels/reference/broadcast.hpp"
#include "target/engine/kernels/reference/float_output.hpp"
#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {

void mul_float(const KernelContext& context) {
  const auto range = context.params<plan::FloatRangeParams>();
  for_each_pair<float>(context, [range](float a, float b) {
    return clamp_float(a * b, range.activation_min, range.activation_max);
  });
}

}  // namespace hil::engine::reference
