// SPDX-License-Identifier: Apache-2.0
// UNIDIRECTIONAL_SEQUENCE_LSTM: int8 with a cell state of int16, float32 and hybrid.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "host/model/operators/kinds.hpp"
#include "host/model/operators/recurrent.hpp"
#include "host/model/quantise.hpp"
#include "tflite_generated.h"

namespace hil::model {
namespace {

/// Of the file; gates are in the order input, forget, cell, output.
enum Input : std::size_t {
  kX = 0,
  kWeights = 1,
  kRecurrent = 5,
  kPeephole = 9,
  kBiases = 12,
  kProjection = 16,
  kHidden = 18,
  kCell = 19,
  kNormalisation = 20,
  kInputs = 24
};
constexpr std::size_t kGates = plan::kLstmGates;
constexpr int kGateBits = 12;         // fractional bits of what goes into the gates' curves
constexpr double kProduct = 0x1p-30;  // unit of the product of two gates
constexpr double kInt16Max = 32767;

Options read_options(const void* table) {
  const auto& from = *static_cast<const tflite::UnidirectionalSequenceLSTMOptions*>(table);
  LstmOptions options;
  options.activation = static_cast<Activation>(from.fused_activation_function());
  options.cell_clip = from.cell_clip();
  options.time_major = from.time_major();
  options.diagonal_recurrent = from.diagonal_recurrent_tensors();
  return options;
}

bool is_float(const OperatorView& view) {
  return view.input_is(kX, TensorType::kFloat32);
}

/// Operands that are not given have any type: fold() names them.
bool supports(const OperatorView& view) {
  const bool floats = is_float(view);
  const TensorType type = floats ? TensorType::kFloat32 : TensorType::kInt8;
  bool good = view.input_is(kX, type) && view.input_is(kHidden, type) && view.output_is(0, type) &&
              view.input_is(kCell, floats ? type : TensorType::kInt16);
  for (std::size_t i = kWeights; i < kPeephole; ++i)
    good = good && (floats ? is_float_weights(view, i) : view.input_is(i, type));
  for (std::size_t i = kBiases; i < kBiases + kGates; ++i)
    good = good && view.input_is(i, floats ? type : TensorType::kInt32);
  return good;
}

/// None of the inputs from @p first on, @p count of them, is given.
Status check_absent(const OperatorView& view, std::size_t first, std::size_t count,
                    const char* what) {
  for (std::size_t i = first; i < first + count; ++i) {
    if (view.input(i) == nullptr) continue;
    return view.refuse(fmt::format("has {} (input {}), which have no kernel here", what, i));
  }
  return {};
}

Status check_variant(const OperatorView& view) {
  HIL_TRY(check_absent(view, kPeephole, 3, "peephole weights"));
  HIL_TRY(check_absent(view, kProjection, 2, "projection weights"));
  HIL_TRY(check_absent(view, kNormalisation, kGates, "layer normalisation weights"));
  const auto options = view.options<LstmOptions>();
  if (options.activation != Activation::kTanh) {
    return view.refuse(
        fmt::format("has a fused activation of number {}, only 4 (TANH) has a kernel",
                    static_cast<int>(options.activation)));
  }
  if (options.diagonal_recurrent) {
    return view.refuse("has diagonal recurrent weights, which have no kernel here");
  }
  if (std::isnan(options.cell_clip))
    return view.refuse("clips its cell state at NaN", "give cell_clip a number, 0 for none");
  return {};
}

Status check_shapes(const OperatorView& view) {
  const auto x = view.input(kX)->shape;
  const auto out = view.output(0)->shape;
  if (x.size() != 3 || out.size() != 3 || out[0] != x[0] || out[1] != x[1]) {
    return view.refuse(
        "needs an input and an output of three dimensions, alike but for the last one");
  }
  const std::int32_t units = out[2], batch = x[view.options<LstmOptions>().time_major ? 1 : 0];
  for (std::size_t gate = 0; gate < kGates; ++gate) {
    HIL_TRY(check_operand(view, kWeights + gate, "weights", {units, x[2]}));
    HIL_TRY(check_operand(view, kRecurrent + gate, "recurrent weights", {units, units}));
    HIL_TRY(check_operand(view, kBiases + gate, "a bias", {units}));
  }
  HIL_TRY(check_operand(view, kHidden, "a hidden state", {batch, units}));
  HIL_TRY(check_operand(view, kCell, "a cell state", {batch, units}));
  if (view.input_index(kHidden) != view.input_index(kCell)) return {};
  return view.refuse("keeps its hidden state and its cell state in one tensor",
                     "give each state a variable of its own");
}

/// p of the cell state's scale 2^p.
Result<int> cell_exponent(const OperatorView& view) {
  HIL_ASSIGN(const Quantisation cell, view.quantisation(*view.input(kCell)));
  int exponent = 0;
  const bool is_power = std::frexp(cell.scale, &exponent) == 0.5F;
  const int shift = kGateBits + exponent - 1;
  if (!is_power || cell.zero_point != 0 || shift < plan::kMinCellShift ||
      shift > plan::kMaxCellShift) {
    return view.refuse(
        fmt::format("has a cell state of scale {:g} and zero point {}, not of a scale that is a "
                    "power of two from 2^{} to 2^{} and zero point 0",
                    cell.scale, cell.zero_point, plan::kMinCellShift - kGateBits,
                    plan::kMaxCellShift - kGateBits),
        "quantise the model with the TensorFlow Lite converter");
  }
  return exponent - 1;
}

/// A gate's sums become units of 2^-12. The product of scales is float32.
Result<plan::Rescale> gate_rescale(const OperatorView& view, float scale, std::size_t weights) {
  HIL_ASSIGN(const float weight_scale, int8_weight_scale(view, weights));
  const float product = scale * weight_scale;
  return checked_rescale(view, std::ldexp(static_cast<double>(product), kGateBits));
}

/// Where the cell state is clipped, in its own steps; a clip of 0 or less is none.
void set_cell_range(float clip, int exponent, plan::LstmParams& params) {
  params.cell_min = std::numeric_limits<std::int16_t>::min();
  params.cell_max = std::numeric_limits<std::int16_t>::max();
  if (!(clip > 0)) return;
  const double steps = std::ldexp(static_cast<double>(clip), -exponent);
  params.cell_max = static_cast<std::int32_t>(std::min(steps, kInt16Max));
  params.cell_min = -params.cell_max;
}

/// Source: PrepareLSTM and its like of the UNIDIRECTIONAL_SEQUENCE_LSTM kernel of TensorFlow Lite
/// Micro.
Result<std::vector<std::uint8_t>> fold_int8_params(const OperatorView& view) {
  HIL_ASSIGN(const Quantisation in, view.quantisation(*view.input(kX)));
  HIL_ASSIGN(const Quantisation hidden, view.quantisation(*view.input(kHidden)));
  HIL_ASSIGN(const int exponent, cell_exponent(view));
  const auto options = view.options<LstmOptions>();
  plan::LstmParams params{};
  params.time_major = options.time_major ? 1 : 0;
  params.input_zero_point = in.zero_point;
  params.hidden_zero_point = hidden.zero_point;
  set_cell_range(options.cell_clip, exponent, params);
  params.cell_shift = kGateBits + exponent;
  HIL_ASSIGN(params.cell, checked_rescale(view, std::ldexp(kProduct, -exponent)));
  HIL_ASSIGN(params.hidden, checked_rescale(view, kProduct / static_cast<double>(hidden.scale)));
  for (std::size_t gate = 0; gate < kGates; ++gate) {
    HIL_ASSIGN(params.gates[gate].input, gate_rescale(view, in.scale, kWeights + gate));
    HIL_ASSIGN(params.gates[gate].recurrent, gate_rescale(view, hidden.scale, kRecurrent + gate));
  }
  return bytes_of(params);
}

Result<std::vector<std::uint8_t>> fold_float_params(const OperatorView& view) {
  const auto options = view.options<LstmOptions>();
  constexpr float kLargest = std::numeric_limits<float>::max();
  plan::FloatLstmParams params{};
  params.time_major = options.time_major ? 1 : 0;
  params.cell_max = options.cell_clip > 0 ? std::min(options.cell_clip, kLargest) : kLargest;
  params.cell_min = -params.cell_max;
  for (std::size_t gate = 0; gate < kGates; ++gate) {
    HIL_ASSIGN(params.input_scales[gate], float_weight_scale(view, kWeights + gate));
    HIL_ASSIGN(params.recurrent_scales[gate], float_weight_scale(view, kRecurrent + gate));
  }
  return bytes_of(params);
}

Result<FoldedOperator> fold(const OperatorView& view, ConstantPool&) {
  HIL_TRY(check_variant(view));
  HIL_TRY(check_shapes(view));
  FoldedOperator folded;
  HIL_ASSIGN(folded.params, is_float(view) ? fold_float_params(view) : fold_int8_params(view));
  folded.opcode = plan::Opcode::kUnidirectionalSequenceLstm;
  folded.inputs = {view.input_index(kX)};
  for (const std::size_t first : {kWeights, kRecurrent, kBiases}) {
    for (std::size_t gate = 0; gate < kGates; ++gate)
      folded.inputs.push_back(view.input_index(first + gate));
  }
  folded.outputs = {view.op().outputs[0], view.input_index(kHidden), view.input_index(kCell)};
  const auto weights = view.input(kWeights)->shape;
  folded.macs = static_cast<std::uint64_t>(*view.output(0)->element_count()) * kGates *
                (static_cast<std::uint64_t>(weights[0]) + static_cast<std::uint64_t>(weights[1]));
  return folded;
}

}  // namespace

const OperatorKind kUnidirectionalSequenceLstmKind = {
    .code = 44,
    .options_type = tflite::BuiltinOptions_UnidirectionalSequenceLSTMOptions,
    .options_required = true,
    .min_inputs = 1,  // others may be absent in variants that fold() names
    .max_inputs = kInputs,
    .has_weights = true,
    .state_inputs = 1U << kHidden | 1U << kCell,
    .read_options = read_options,
    .supports = supports,
    .fold = fold,
};

}  // namespace hil::model
