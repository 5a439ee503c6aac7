// SPDX-License-Identifier: Apache-2.0
// Checks of UNIDIRECTIONAL_SEQUENCE_LSTM.
#pragma once

#include "protocol/plan/checks/float_weights.hpp"
#include "protocol/plan/checks/scope.hpp"
#include "protocol/plan/checks/state.hpp"
#include "protocol/plan/checks/tensors.hpp"

namespace hil::plan::checks {

/// Positions of the operands; those of the gates follow each other.
inline constexpr std::uint32_t kLstmWeights = 1;
inline constexpr std::uint32_t kLstmRecurrent = kLstmWeights + kLstmGates;
inline constexpr std::uint32_t kLstmBiases = kLstmRecurrent + kLstmGates;
inline constexpr std::uint32_t kLstmInputs = kLstmBiases + kLstmGates;

/// Weights at input @p i are [@p units, @p depth]; int8, or in float32 operators either type.
inline Finding check_lstm_weights(const OperatorScope& scope, std::uint32_t i, bool is_float,
                                  std::int32_t units, std::int32_t depth) {
  const ElementType type = is_float ? float_weights_type(scope, i) : ElementType::kInt8;
  const Finding found = scope.expect_input(i, type, 2);
  if (failed(found)) return found;
  const TensorRecord weights = scope.input(i);
  const bool fits = weights.dims[0] == units && weights.dims[1] == depth;
  return fits ? Finding{} : scope.bad_input(Fault::kOperandShape, i);
}

inline Finding check_lstm_gate(const OperatorScope& scope, std::uint32_t gate, bool is_float,
                               std::int32_t units, std::int32_t depth) {
  Finding found = check_lstm_weights(scope, kLstmWeights + gate, is_float, units, depth);
  if (failed(found)) return found;
  found = check_lstm_weights(scope, kLstmRecurrent + gate, is_float, units, units);
  if (failed(found)) return found;
  return scope.expect_bias(kLstmBiases + gate, static_cast<std::uint32_t>(units),
                           is_float ? ElementType::kFloat32 : ElementType::kInt32);
}

/// Types, ranks and shapes of all operands; the work if they fit.
inline Finding check_lstm_shapes(const OperatorScope& scope, bool is_float, bool time_major) {
  const ElementType type = is_float ? ElementType::kFloat32 : ElementType::kInt8;
  Finding found = scope.expect_input(0, type, 3);
  if (!failed(found)) found = scope.expect_output(0, type, 3);
  if (failed(found)) return found;
  const TensorRecord x = scope.input(0), y = scope.output(0);
  if (y.dims[0] != x.dims[0] || y.dims[1] != x.dims[1]) {
    return scope.bad_output(Fault::kOperandShape, 0);
  }
  const std::int32_t units = y.dims[2], batch = x.dims[time_major ? 1 : 0];
  for (std::uint32_t gate = 0; gate < kLstmGates; ++gate) {
    found = check_lstm_gate(scope, gate, is_float, units, x.dims[2]);
    if (failed(found)) return found;
  }
  const auto width = static_cast<std::uint64_t>(units);
  found = expect_state(scope, 1, type, batch, width);
  if (failed(found)) return found;
  found = expect_state(scope, 2, is_float ? type : ElementType::kInt16, batch, width);
  if (failed(found)) return found;
  // Fewer than 2^31 outputs of fewer than 2^28 products each: no overflow.
  const std::uint64_t macs =
      std::uint64_t{element_count(y)} * kLstmGates * static_cast<std::uint64_t>(x.dims[2] + units);
  return Finding{.macs = macs, .steps = macs};
}

inline Fault check_lstm_rescales(const LstmParams& params) {
  Fault fault = check_rescale(params.cell, kMinShift, kMaxShift);
  if (fault == Fault::kNone) fault = check_rescale(params.hidden, kMinShift, kMaxShift);
  for (const LstmGateRescales& gate : params.gates) {
    if (fault == Fault::kNone) fault = check_rescale(gate.input, kMinShift, kMaxShift);
    if (fault == Fault::kNone) fault = check_rescale(gate.recurrent, kMinShift, kMaxShift);
  }
  const bool shift = params.cell_shift >= kMinCellShift && params.cell_shift <= kMaxCellShift;
  return shift ? fault : Fault::kRescaleRange;
}

/// Of int8.
inline Finding check_lstm(const OperatorScope& scope) {
  const auto params = scope.op.params<LstmParams>();
  const Finding work = check_lstm_shapes(scope, false, params.time_major != 0);
  if (failed(work)) return work;
  if (!is_int8_zero_point(params.input_zero_point) ||
      !is_int8_zero_point(params.hidden_zero_point)) {
    return Finding{.fault = Fault::kZeroPoint};
  }
  if (params.cell_min < -32768 || params.cell_min > params.cell_max || params.cell_max > 32767) {
    return Finding{.fault = Fault::kActivationRange};
  }
  const Fault fault = check_lstm_rescales(params);
  return fault == Fault::kNone ? work : Finding{.fault = fault};
}

inline Finding check_lstm_float(const OperatorScope& scope) {
  const auto params = scope.op.params<FloatLstmParams>();
  const Finding work = check_lstm_shapes(scope, true, params.time_major != 0);
  if (failed(work)) return work;
  const Fault fault = check_activation({params.cell_min, params.cell_max});
  if (fault != Fault::kNone) return Finding{.fault = fault};
  for (std::uint32_t gate = 0; gate < kLstmGates; ++gate) {
    if (!is_scale(params.input_scales[gate]) || !is_scale(params.recurrent_scales[gate])) {
      return Finding{.fault = Fault::kRescaleRange};
    }
  }
  return work;
}

}  // namespace hil::plan::checks
