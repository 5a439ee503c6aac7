// SPDX-License-Identifier: Apache-2.0
// CONV_2D in float32, with float32 or int8 weights.
#include "target/engine/kernels/reference/conv_2d.hpp"
#include "target/engine/kernels/reference/dot_float.hpp"
#include "target/engine/kernels/reference/float_output.hpp"
#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {
namespace {

template <class WeightType>
struct FloatConv {
  using Value = float;
  using Weight = WeightType;
  using Sum = LaneSum;
  using Params = plan::FloatConvParams;

  FloatOutput output;

  [[nodiscard]] Sum start(std::int32_t) const { return {}; }
  void add_block(const Value* x, const Weight* w, std::ptrdiff_t stride, std::ptrdiff_t n,
                 Sum* sums) const {
    dot_block(x, w, stride, n, sums);
  }
  void add_single(const Value* x, const Weight* w, std::ptrdiff_t n, Sum* sum) const {
    dot_single(x, w, n, sum);
  }
  [[nodiscard]] Value finish(const Sum& sum, std::int32_t channel) const {
    return output.finish(sum.total(), channel);
  }
};

template <class Weight>
void run(const KernelContext& context) {
  const auto params = context.params<plan::FloatConvParams>();
  const FloatConv<Weight> arithmetic{FloatOutput(context, params)};
  Conv2d<FloatConv<Weight>>(context, params, arithmetic).run();
}

}  // namespace

void conv_2d_float(const KernelContext& context) {
  if (context.input(1).type == plan::ElementType::kInt8) {
    run<std::int8_t>(context);
  } else {
    run<float>(context);
  }
}

}  // namespace hil::engine::reference
