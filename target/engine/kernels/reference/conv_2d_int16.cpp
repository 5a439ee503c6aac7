// SPDX-License-Identifier: Apache-2.0
// CONV_2D of int16 activations with int8 weights, any number of groups.
#include "target/engine/kernels/reference/conv_2d.hpp"
#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/requantise_int16.hpp"

namespace hil::engine::reference {
namespace {

template <class SumType>
struct Int16Conv {
  using Value = std::int16_t;
  using Weight = std::int8_t;
  using Sum = SumType;
  using Params = plan::ConvParams;

  Int16Requantiser<Sum> requantiser;

  [[nodiscard]] Sum start(std::int32_t channel) const { return requantiser.start(channel); }
  void add_block(const Value* x, const Weight* w, std::ptrdiff_t stride, std::ptrdiff_t n,
                 Sum* sums) const {
    dot_block(x, w, stride, n, sums);
  }
  void add_single(const Value* x, const Weight* w, std::ptrdiff_t n, Sum* sum) const {
    dot_single(x, w, n, sum);
  }
  [[nodiscard]] Value finish(Sum sum, std::int32_t channel) const {
    return requantiser.finish(sum, channel);
  }
};

template <class Sum>
void convolve(const KernelContext& context) {
  const auto params = context.params<plan::ConvParams>();
  const Int16Conv<Sum> arithmetic{Int16Requantiser<Sum>(context, params)};
  Conv2d<Int16Conv<Sum>>(context, params, arithmetic).run();
}

}  // namespace

void conv_2d_int16(const KernelContext& context) {
  if (has_wide_bias(context)) return convolve<WideSum>(context);
  convolve<NarrowSum>(context);
}

}  // namespace hil::engine::reference
