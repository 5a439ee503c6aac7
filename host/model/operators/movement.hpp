// SPDX-License-Identifier: Apache-2.0
// What operators share that move elements without computing: types, strides, constant operands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/model/folding.hpp"

namespace hil::model {

/// Whether input @p input and all outputs are of one type that plans carry.
bool moves_one_type(const OperatorView& view, std::size_t input = 0);

/// The same for operators that copy all bytes: also uint8.
bool moves_bytes(const OperatorView& view);

/// Elements between neighbours of each dimension, row-major. @p shape has been checked.
std::vector<std::int32_t> strides_of(std::span<const std::int32_t> shape);

/// Product of dimensions [first, end) of @p shape.
std::int64_t elements_between(std::span<const std::int32_t> shape, std::size_t first,
                              std::size_t end);

/// The values of constant input @p input; @p name is what messages call it ("paddings").
///   kModel  not constant, neither int32 nor int64, or not @p count values
Result<std::vector<std::int64_t>> constant_integers(const OperatorView& view, std::size_t input,
                                                    const std::string& name, std::size_t count);

/// @p axis of @p rank dimensions, counted from the end if negative.
///   kModel  there is no such dimension
Result<std::size_t> axis_of(const OperatorView& view, std::int64_t axis, std::size_t rank);

/// Whether both have the same scales and zero points; none given is zero point 0.
bool same_quantisation(const Tensor& a, const Tensor& b);

/// An operator of one output per entry of the file, with @p inputs and @p params.
template <class Params>
FoldedOperator folded_move(const OperatorView& view, plan::Opcode opcode,
                           std::vector<std::int32_t> inputs, const Params& params) {
  FoldedOperator folded;
  folded.opcode = opcode;
  folded.inputs = std::move(inputs);
  folded.outputs.assign(view.op().outputs.begin(), view.op().outputs.end());
  folded.params = bytes_of(params);
  return folded;
}

}  // namespace hil::model
