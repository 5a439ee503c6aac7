// SPDX-License-Identifier: Apache-2.0
// The walk of an LSTM over batches and time steps, for int8 and float32 arithmetic alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine::reference {

/// Gates in the order of their operands and parameters.
enum LstmGateIndex : std::uint32_t { kInputGate, kForgetGate, kCellGate, kOutputGate };

/// Calls step(x, hidden, cell, y) for every step of every batch, in order of time: @p x has the
/// step's inputs, y gets the next hidden state, cell is brought up to date. Neither memory
/// overlaps.
///
/// What a step writes to y is the hidden state that the next one reads, so that no copy of it is
/// needed while all units of a step are computed from the old one.
template <class Value, class Cell, class Step>
void for_each_step(const KernelContext& context, bool time_major, const Step& step) {
  const plan::TensorRecord x = context.input(0), y = context.output(0);
  const std::ptrdiff_t batches = x.dims[time_major ? 1 : 0], times = x.dims[time_major ? 0 : 1];
  const std::ptrdiff_t depth = x.dims[2], units = y.dims[2];
  const auto* inputs = context.input_data<Value>(0);
  auto* outputs = context.output_data<Value>(0);
  auto* hidden_state = context.output_data<Value>(1);
  auto* cell_state = context.output_data<Cell>(2);
  for (std::ptrdiff_t batch = 0; batch < batches; ++batch) {
    const Value* hidden = hidden_state + batch * units;
    for (std::ptrdiff_t time = 0; time < times; ++time) {
      const std::ptrdiff_t row = time_major ? time * batches + batch : batch * times + time;
      Value* next = outputs + row * units;
      step(inputs + row * depth, hidden, cell_state + batch * units, next);
      hidden = next;
    }
    std::memcpy(hidden_state + batch * units, hidden,
                static_cast<std::size_t>(units) * sizeof(Value));
  }
}

}  // namespace hil::engine::reference
