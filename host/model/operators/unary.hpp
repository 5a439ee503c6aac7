// SPDX-License-Identifier: Apache-2.0
// Folding that operators on single values share; in int8 each becomes a table of its 256 results.
//
// Why a table: the host computes it once with the reference's own arithmetic, so it is exact by
// construction; the board needs one kernel of a few instructions per value for all of these
// operators instead of a kilobyte of fixed-point code, which matters on a part with 8 KB of RAM and
// little flash. It costs 256 bytes of constants per operator.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "host/base/result.hpp"
#include "host/model/folding.hpp"
#include "host/model/options.hpp"

namespace hil::model {

/// The output for one input value, both quantised; clamped to int8 by whoever calls it.
using UnaryValue = std::function<std::int32_t(std::int32_t)>;

/// Input 0 and output 0 are int8, or float32.
bool supports_unary(const OperatorView& view);

/// The same, or int16.
bool supports_wide_unary(const OperatorView& view);

/// Whether input 0 is int16; supports_wide_unary() holds.
bool is_int16_unary(const OperatorView& view);

/// Whether input 0 is float32; supports_unary() holds.
bool is_float_unary(const OperatorView& view);

/// Input and output have the same shape.
///   kModel  they have not
Status check_unary_shape(const OperatorView& view);

/// An int8 operator whose table is @p value of -128..127, clamped to int8.
FoldedOperator folded_table(const OperatorView& view, ConstantPool& pool, plan::Opcode opcode,
                            const UnaryValue& value);

/// An int16 or float32 operator with the bytes of its parameters, if it has any.
///   kModel  input and output have different shapes
Result<FoldedOperator> fold_parameters(const OperatorView& view, plan::Opcode opcode,
                                       std::vector<std::uint8_t> params = {});

/// Of operators whose options table, if any, says nothing.
Options read_no_options(const void* table);

}  // namespace hil::model
