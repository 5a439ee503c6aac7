// SPDX-License-Identifier: Apache-2.0
// UNIDIRECTIONAL_SEQUENCE_LSTM in int8, with its cell state in int16.
#include "target/engine/kernels/reference/lstm.hpp"

#include <cstddef>
#include <cstdint>

#include "target/engine/kernels/fixed_point.hpp"
#include "target/engine/kernels/reference/dot.hpp"
#include "target/engine/kernels/reference/sigmoid16.hpp"

namespace hil::engine::reference {
namespace {

using plan::checks::kLstmBiases;
using plan::checks::kLstmRecurrent;
using plan::checks::kLstmWeights;

constexpr plan::Rescale kForgetRescale{1 << 30, -14};  ///< 2^-15: a gate's unit
constexpr std::int32_t kGateShift = 0;                 ///< gates come in units of 2^-12

std::int32_t saturate16(std::int32_t x) {
  return fixed::clamp(x, -32768, 32767);
}

std::int32_t rescaled16(std::uint32_t sum, const plan::Rescale& rescale) {
  return saturate16(
      fixed::rescale(static_cast<std::int32_t>(sum), rescale.multiplier, rescale.shift));
}

/// sums[k] += the products of @p x with row first + k of @p weights, for k < count <= kBlock.
void dot_rows(const std::int8_t* x, const std::int8_t* weights, std::int32_t depth,
              std::int32_t zero_point, std::int32_t first, std::int32_t count,
              std::uint32_t* sums) {
  const std::int8_t* rows = weights + std::ptrdiff_t{first} * depth;
  if (count == kBlock) {
    dot_block(x, rows, depth, depth, zero_point, sums);
    return;
  }
  for (std::int32_t k = 0; k < count; ++k)
    dot_single(x, rows + std::ptrdiff_t{k} * depth, depth, zero_point, sums + k);
}

/// One operator's operands and parameters.
class Lstm {
 public:
  explicit Lstm(const KernelContext& context)
      : params_(context.params<plan::LstmParams>()),
        depth_(context.input(0).dims[2]),
        units_(context.output(0).dims[2]) {
    for (std::uint32_t gate = 0; gate < plan::kLstmGates; ++gate) {
      weights_[gate] = context.input_data<std::int8_t>(kLstmWeights + gate);
      recurrent_[gate] = context.input_data<std::int8_t>(kLstmRecurrent + gate);
      biases_[gate] = context.input_data<std::int32_t>(kLstmBiases + gate);
    }
  }

  [[nodiscard]] bool time_major() const { return params_.time_major != 0; }

  /// As for_each_step() calls it.
  void operator()(const std::int8_t* x, const std::int8_t* hidden, std::int16_t* cell,
                  std::int8_t* y) const {
    for (std::int32_t first = 0; first < units_; first += kBlock) {
      const std::int32_t left = units_ - first, count = left < kBlock ? left : kBlock;
      std::int32_t gates[plan::kLstmGates][kBlock];
      for (std::uint32_t gate = 0; gate < plan::kLstmGates; ++gate)
        compute_gate(gate, x, hidden, first, count, gates[gate]);
      for (std::int32_t k = 0; k < count; ++k) {
        y[first + k] = update(gates[kInputGate][k], gates[kForgetGate][k], gates[kCellGate][k],
                              gates[kOutputGate][k], cell[first + k]);
      }
    }
  }

 private:
  /// values[k] = what goes into the curve of the gate of unit first + k, in units of 2^-12.
  void compute_gate(std::uint32_t gate, const std::int8_t* x, const std::int8_t* hidden,
                    std::int32_t first, std::int32_t count, std::int32_t* values) const {
    std::uint32_t from_x[kBlock] = {}, from_hidden[kBlock] = {};
    for (std::int32_t k = 0; k < count; ++k)
      from_x[k] = static_cast<std::uint32_t>(biases_[gate][first + k]);
    dot_rows(x, weights_[gate], depth_, params_.input_zero_point, first, count, from_x);
    dot_rows(hidden, recurrent_[gate], units_, params_.hidden_zero_point, first, count,
             from_hidden);
    const plan::LstmGateRescales& rescales = params_.gates[gate];
    for (std::int32_t k = 0; k < count; ++k) {
      values[k] = saturate16(rescaled16(from_x[k], rescales.input) +
                             rescaled16(from_hidden[k], rescales.recurrent));
    }
  }

  /// One unit: brings @p cell up to date and returns the next hidden state. Gates have 15
  /// fractional bits.
  [[nodiscard]] std::int8_t update(std::int32_t input, std::int32_t forget, std::int32_t candidate,
                                   std::int32_t output, std::int16_t& cell) const {
    const std::int32_t kept = sigmoid16(forget) * std::int32_t{cell};
    const std::int32_t added = sigmoid16(input) * std::int32_t{tanh16(candidate, kGateShift)};
    const std::int32_t sum =
        saturate16(rescaled16(static_cast<std::uint32_t>(kept), kForgetRescale) +
                   rescaled16(static_cast<std::uint32_t>(added), params_.cell));
    cell = static_cast<std::int16_t>(fixed::clamp(sum, params_.cell_min, params_.cell_max));
    const std::int32_t shown = tanh16(cell, params_.cell_shift) * std::int32_t{sigmoid16(output)};
    const std::int32_t scaled =
        fixed::rescale(shown, params_.hidden.multiplier, params_.hidden.shift);
    return static_cast<std::int8_t>(
        fixed::clamp(fixed::add(scaled, params_.hidden_zero_point), -128, 127));
  }

  plan::LstmParams params_;
  std::int32_t depth_, units_;
  const std::int8_t* weights_[plan::kLstmGates];
  const std::int8_t* recurrent_[plan::kLstmGates];
  const std::int32_t* biases_[plan::kLstmGates];
};

}  // namespace

void lstm(const KernelContext& context) {
  const Lstm step(context);
  for_each_step<std::int8_t, std::int16_t>(context, step.time_major(), step);
}

}  // namespace hil::engine::reference
