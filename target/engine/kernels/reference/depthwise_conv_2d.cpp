// SPDX-License-Identifier: Apache-2.0
// DEPTHWISE_CONV_2D in int8, with any channel multiplier and dilation.
#include "target/engine/kernels/reference/depthwise_conv_2d.hpp"

#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/requantise.hpp"

namespace hil::engine::reference {
namespace {

struct Int8Depthwise {
  using Value = std::int8_t;
  using Weight = std::int8_t;
  using Sum = std::uint32_t;
  using Params = plan::ConvParams;

  Requantiser requantiser;
  std::int32_t zero_point;

  [[nodiscard]] Sum start(std::int32_t channel) const { return requantiser.start(channel); }
  void add_each(const Value* x, const Weight* w, std::int32_t n, Sum* sums) const {
    for (std::int32_t c = 0; c < n; ++c) {
      const auto value = static_cast<std::int16_t>(x[c] - zero_point);
      sums[c] += static_cast<std::uint32_t>(std::int32_t{value} * w[c]);
    }
  }
  void add_spread(Value x, const Weight* w, std::int32_t n, Sum* sums) const {
    const auto value = static_cast<std::int16_t>(x - zero_point);
    for (std::int32_t m = 0; m < n; ++m)
      sums[m] += static_cast<std::uint32_t>(std::int32_t{value} * w[m]);
  }
  [[nodiscard]] Value finish(Sum sum, std::int32_t channel) const {
    return requantiser.finish(sum, channel);
  }
};

}  // namespace

void depthwise_conv_2d(const KernelContext& context) {
  const auto params = context.params<plan::ConvParams>();
  const Int8Depthwise arithmetic{Requantiser(context, params), params.input_zero_point};
  DepthwiseConv2d<Int8Depthwise>(context, params, arithmetic).run();
}

}  // namespace hil::engine::reference
