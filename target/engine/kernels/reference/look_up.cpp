// SPDX-License-Identifier: Apache-2.0
// Operators on single int8 values, by a table that the host has computed for the model.
//
// One kernel of a few instructions per value serves LOGISTIC, TANH, RELU, RELU6, LEAKY_RELU and
// HARD_SWISH: smaller and faster on every core than their fixed-point arithmetic, for 256 bytes of
// constants each, and exact because an int8 value has no more than 256 outcomes.
#include <cstdint>

#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {

void look_up(const KernelContext& context) {
  const auto params = context.params<plan::LookupParams>();
  const auto* table = context.table<std::int8_t>(params.table_offset);
  const auto* x = context.input_data<std::uint8_t>(0);
  auto* y = context.output_data<std::int8_t>(0);
  const std::uint32_t count = plan::element_count(context.output(0));
  for (std::uint32_t i = 0; i < count; ++i)
    y[i] = table[x[i]];
}

}  // namespace hil::engine::reference
