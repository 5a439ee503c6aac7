// SPDX-License-Identifier: Apache-2.0
// DEPTHWISE_CONV_2D in float32, with float32 or int8 weights.
#include "target/engine/kernels/reference/depthwise_conv_2d.hpp"
#include "target/engine/kernels/reference/float_output.hpp"
#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {
namespace {

template <class WeightType>
struct FloatDepthwise {
  using Value = float;
  using Weight = WeightType;
  using Sum = float;
  using Params = plan::FloatConvParams;

  FloatOutput output;

  [[nodiscard]] Sum start(std::int32_t) const { return 0; }
  void add_each(const Value* x, const Weight* w, std::int32_t n, Sum* sums) const {
    for (std::int32_t c = 0; c < n; ++c)
      sums[c] += x[c] * static_cast<float>(w[c]);
  }
  void add_spread(Value x, const Weight* w, std::int32_t n, Sum* sums) const {
    for (std::int32_t m = 0; m < n; ++m)
      sums[m] += x * static_cast<float>(w[m]);
  }
  [[nodiscard]] Value finish(Sum sum, std::int32_t channel) const {
    return output.finish(sum, channel);
  }
};

template <class Weight>
void run(const KernelContext& context) {
  const auto params = context.params<plan::FloatConvParams>();
  const FloatDepthwise<Weight> arithmetic{FloatOutput(context, params)};
  DepthwiseConv2d<FloatDepthwise<Weight>>(context, params, arithmetic).run();
}

}  // namespace

void depthwise_conv_2d_float(const KernelContext& context) {
  if (context.input(1).type == plan::ElementType::kInt8) {
    run<std::int8_t>(context);
  } else {
    run<float>(context);
  }
}

}  // namespace hil::engine::reference
