// SPDX-License-Identifier: Apache-2.0
// Folding that ADD, SUB and MUL share: shapes, zero points, activation range.
#pragma once

#include <fmt/format.h>

#include "host/base/result.hpp"
#include "host/model/folding.hpp"
#include "host/model/quantise.hpp"

namespace hil::model {

/// The quantisation of both inputs and the output, and what the fused activation leaves of it.
struct PairQuantisation {
  Quantisation a, b, out;
  Range range;
};

/// Reads the one option that ADD, SUB and MUL have; @p Table is its type in the schema.
template <class Table>
Options read_pair_options(const void* table) {
  const auto& from = *static_cast<const Table*>(table);
  return AddOptions{static_cast<Activation>(from.fused_activation_function())};
}

/// Inputs and output have one element type of those with a kernel: int8, int16 or float32.
bool supports_pair(const OperatorView& view);

/// That type is float32.
bool is_float_pair(const OperatorView& view);

/// The shapes follow numpy's rule: aligned at the right, dimensions equal or 1.
///   kModel  they do not
Status check_broadcast(const OperatorView& view);

/// Of an int8 or int16 operator with AddOptions.
///   kModel  quantisation is missing, or the fused activation cannot be applied
Result<PairQuantisation> pair_quantisation(const OperatorView& view);

/// The operator with both inputs, output 0 and the bytes of @p params.
FoldedOperator folded_pair(const OperatorView& view, plan::Opcode opcode,
                           std::vector<std::uint8_t> params);

/// Zero points and range into @p params: AddParams or MulParams.
template <class Params>
void set_quantisation(const PairQuantisation& quantisation, Params& params) {
  params.zero_point_a = quantisation.a.zero_point;
  params.zero_point_b = quantisation.b.zero_point;
  params.output_zero_point = quantisation.out.zero_point;
  params.activation_min = quantisation.range.min;
  params.activation_max = quantisation.range.max;
}

/// A float32 operator with AddOptions: shapes and activation range.
///   kModel  shapes do not fit, or the fused activation cannot be applied
Result<FoldedOperator> fold_float_pair(const OperatorView& view, plan::Opcode opcode);

/// Factors of ADD and SUB in the arithmetic of @p Real: double for ADD, float for SUB. Both inputs
/// are scaled up by 2^20 (int16: 2^15) and brought to twice the larger scale.
/// Source: Prepare of ADD and SUB of TensorFlow Lite Micro.
///   kModel  the output's scale is so small that the last factor reaches 1
template <class Real>
Status fold_common_scale(const OperatorView& view, const PairQuantisation& quantisation,
                         plan::AddParams& params) {
  const int left_shift = view.output_is(0, TensorType::kInt16) ? 15 : 20;
  const Real a = quantisation.a.scale, b = quantisation.b.scale, out = quantisation.out.scale;
  const Real twice_max = 2 * (a > b ? a : b);
  params.a = rescale_of(static_cast<double>(a / twice_max));
  params.b = rescale_of(static_cast<double>(b / twice_max));
  const auto factor = static_cast<double>(twice_max / (static_cast<Real>(1 << left_shift) * out));
  if (!(factor < 1.0) || rescale_of(factor).shift > 0) {
    return view.refuse("has an output scale too small for its inputs",
                       fmt::format("the larger input scale may be at most 2^{} times the output's",
                                   left_shift - 1));
  }
  params.output = rescale_of(factor);
  return {};
}

}  // namespace hil::model
