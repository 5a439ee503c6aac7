// SPDX-License-Identifier: Apache-2.0
// DEQUANTIZE: int8 or int16 to float32.
#include <cstdint>

#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {
namespace {

/// The difference has at most 17 bits, so its product with the scale is exact in double, where the
/// reference computes it, and float32 rounds it to the same value at once.
template <class In>
void dequantise(const KernelContext& context) {
  const plan::TensorRecord input = context.input(0);
  const auto* x = context.input_data<In>(0);
  auto* y = context.output_data<float>(0);
  const std::uint32_t count = plan::element_count(input);
  for (std::uint32_t i = 0; i < count; ++i)
    y[i] = input.scale * static_cast<float>(x[i] - input.zero_point);
}

}  // namespace

void dequantize(const KernelContext& context) {
  switch (context.input(0).type) {
    case plan::ElementType::kInt8:
      return dequantise<std::int8_t>(context);
    case plan::ElementType::kUint8:
      return dequantise<std::uint8_t>(context);
    default:
      return dequantise<std::int16_t>(context);
  }
}

}  // namespace hil::engine::reference
