// SPDX-License-Identifier: Apache-2.0
// DEPTHWISE_CONV_2D of int16 activations with int8 weights; its sums always have 64 bits.
#include "target/engine/kernels/reference/depthwise_conv_2d.hpp"
#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/requantise_int16.hpp"

namespace hil::engine::reference {
namespace {

struct Int16Depthwise {
  using Value = std::int16_t;
  using Weight = std::int8_t;
  using Sum = WideSum;
  using Params = plan::ConvParams;

  Int16Requantiser<Sum> requantiser;

  [[nodiscard]] Sum start(std::int32_t channel) const { return requantiser.start(channel); }
  void add_each(const Value* x, const Weight* w, std::int32_t n, Sum* sums) const {
    for (std::int32_t c = 0; c < n; ++c)
      sums[c] += static_cast<Sum>(std::int32_t{x[c]} * w[c]);
  }
  void add_spread(Value x, const Weight* w, std::int32_t n, Sum* sums) const {
    for (std::int32_t m = 0; m < n; ++m)
      sums[m] += static_cast<Sum>(std::int32_t{x} * w[m]);
  }
  [[nodiscard]] Value finish(Sum sum, std::int32_t channel) const {
    return requantiser.finish(sum, channel);
  }
};

}  // namespace

void depthwise_conv_2d_int16(const KernelContext& context) {
  const auto params = context.params<plan::ConvParams>();
  const Int16Depthwise arithmetic{Int16Requantiser<WideSum>(context, params)};
  DepthwiseConv2d<Int16Depthwise>(context, params, arithmetic).run();
}

}  // namespace hil::engine::reference
