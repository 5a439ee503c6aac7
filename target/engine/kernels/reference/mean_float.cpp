// SPDX-License-Identifier: Apache-2.0
// MEAN in float32, over any dimensions.
#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/reduce.hpp"

namespace hil::engine::reference {

void mean_float(const KernelContext& context) {
  const auto params = context.params<plan::FloatMeanParams>();
  const auto count = static_cast<float>(elements_per_output(context));
  Reduction<float, float>(context, params.axes).run([count](float sum) { return sum / count; });
}

}  // namespace hil::engine::reference
