// SPDX-License-Identifier: Apache-2.0
// CONV_2D in int8, with groups and dilation.
#include "target/engine/kernels/reference/conv_2d.hpp"

#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/requantise.hpp"

namespace hil::engine::reference {
namespace {

struct Int8Conv {
  using Value = std::int8_t;
  using Weight = std::int8_t;
  using Sum = std::uint32_t;
  using Params = plan::ConvParams;

  Requantiser requantiser;
  std::int32_t zero_point;

  [[nodiscard]] Sum start(std::int32_t channel) const { return requantiser.start(channel); }
  void add_block(const Value* x, const Weight* w, std::ptrdiff_t stride, std::ptrdiff_t n,
                 Sum* sums) const {
    dot_block(x, w, stride, n, zero_point, sums);
  }
  void add_single(const Value* x, const Weight* w, std::ptrdiff_t n, Sum* sum) const {
    dot_single(x, w, n, zero_point, sum);
  }
  [[nodiscard]] Value finish(Sum sum, std::int32_t channel) const {
    return requantiser.finish(sum, channel);
  }
};

}  // namespace

void conv_2d(const KernelContext& context) {
  const auto params = context.params<plan::ConvParams>();
  const Int8Conv arithmetic{Requantiser(context, params), params.input_zero_point};
  Conv2d<Int8Conv>(context, params, arithmetic).run();
}

}  // namespace hil::engine::reference
