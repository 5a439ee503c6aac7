// SPDX-License-Identifier: Apache-2.0
// UNIDIRECTIONAL_SEQUENCE_LSTM in float32, with float32 or int8 weights.
#include <cmath>
#include <cstdint>

#include "target/engine/kernels/reference/float_output.hpp"
#include "target/engine/kernels/reference/logistic_float.hpp"
#include "target/engine/kernels/reference/lstm.hpp"
#include "target/engine/kernels/reference/weight_rows.hpp"

namespace hil::engine::reference {
namespace {

using plan::checks::kLstmBiases;
using plan::checks::kLstmRecurrent;
using plan::checks::kLstmWeights;

/// One operator's operands and parameters.
class FloatLstm {
 public:
  explicit FloatLstm(const KernelContext& context)
      : params_(context.params<plan::FloatLstmParams>()), units_(context.output(0).dims[2]) {
    for (std::uint32_t gate = 0; gate < plan::kLstmGates; ++gate) {
      weights_[gate] = WeightRows(context, kLstmWeights + gate, params_.input_scales[gate]);
      recurrent_[gate] = WeightRows(context, kLstmRecurrent + gate, params_.recurrent_scales[gate]);
      biases_[gate] = context.input_data<float>(kLstmBiases + gate);
    }
  }

  [[nodiscard]] bool time_major() const { return params_.time_major != 0; }

  /// As for_each_step() calls it.
  void operator()(const float* x, const float* hidden, float* cell, float* y) const {
    for (std::int32_t unit = 0; unit < units_; ++unit) {
      const auto gate = [&](std::uint32_t index) {
        return weights_[index].dot(x, unit) + biases_[index][unit] +
               recurrent_[index].dot(hidden, unit);
      };
      const float kept = logistic_of(gate(kForgetGate)) * cell[unit];
      const float added = logistic_of(gate(kInputGate)) * std::tanh(gate(kCellGate));
      cell[unit] = clamp_float(kept + added, params_.cell_min, params_.cell_max);
      y[unit] = std::tanh(cell[unit]) * logistic_of(gate(kOutputGate));
    }
  }

 private:
  plan::FloatLstmParams params_;
  std::int32_t units_;
  WeightRows weights_[plan::kLstmGates], recurrent_[plan::kLstmGates];
  const float* biases_[plan::kLstmGates];
};

}  // namespace

void lstm_float(const KernelContext& context) {
  const FloatLstm step(context);
  for_each_step<float, float>(context, step.time_major(), step);
}

}  // namespace hil::engine::reference
