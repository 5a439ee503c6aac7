// SPDX-License-Identifier: Apache-2.0
// Operators on single float32 values: LOGISTIC, TANH, RELU, RELU6, LEAKY_RELU and HARD_SWISH.
#include <cmath>
#include <cstdint>

#include "target/engine/kernels/reference/float_output.hpp"
#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/reference/logistic_float.hpp"

namespace hil::engine::reference {
namespace {

template <class Function>
void for_each_value(const KernelContext& context, const Function& function) {
  const auto* x = context.input_data<float>(0);
  auto* y = context.output_data<float>(0);
  const std::uint32_t count = plan::element_count(context.output(0));
  for (std::uint32_t i = 0; i < count; ++i)
    y[i] = function(x[i]);
}

}  // namespace

void logistic_float(const KernelContext& context) {
  for_each_value(context, logistic_of);
}

void tanh_float(const KernelContext& context) {
  for_each_value(context, [](float x) { return std::tanh(x); });
}

void relu_float(const KernelContext& context) {
  for_each_value(context, [](float x) { return x < 0.0F ? 0.0F : x; });
}

void relu6_float(const KernelContext& context) {
  for_each_value(context, [](float x) { return clamp_float(x, 0.0F, 6.0F); });
}

void leaky_relu_float(const KernelContext& context) {
  const auto params = context.params<plan::FloatLeakyReluParams>();
  for_each_value(context, [params](float x) { return x > 0.0F ? x : x * params.alpha; });
}

void hard_swish_float(const KernelContext& context) {
  for_each_value(context, [](float x) { return x * clamp_float(x + 3.0F, 0.0F, 6.0F) / 6.0F; });
}

void abs_float(const KernelContext& context) {
  for_each_value(context, [](float x) { return std::fabs(x); });
}

void neg_float(const KernelContext& context) {
  for_each_value(context, [](float x) { return -x; });
}

void exp_float(const KernelContext& context) {
  for_each_value(context, [](float x) { return std::exp(x); });
}

void log_float(const KernelContext& context) {
  for_each_value(context, [](float x) { return std::log(x); });
}

void sqrt_float(const KernelContext& context) {
  for_each_value(context, [](float x) { return std::sqrt(x); });
}

void rsqrt_float(const KernelContext& context) {
  for_each_value(context, [](float x) { return 1.0F / std::sqrt(x); });
}

void square_float(const KernelContext& context) {
  for_each_value(context, [](float x) { return x * x; });
}

}  // namespace hil::engine::reference
