// SPDX-License-Identifier: Apache-2.0
// What folding SVDF and UNIDIRECTIONAL_SEQUENCE_LSTM shares: shapes and scales of weights.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "host/base/result.hpp"
#include "host/model/folding.hpp"

namespace hil::model {

/// Input @p i is float32 or, as hybrid weights, int8.
bool is_float_weights(const OperatorView& view, std::size_t i);

/// Input @p i is given and has the shape @p shape; @p role names it in the error: "a state".
///   kModel  it has not
Status check_operand(const OperatorView& view, std::size_t i, const char* role,
                     std::initializer_list<std::int32_t> shape);

/// The one scale of the weights at input @p i.
///   kModel  no scale or several, or a zero point that is not 0
Result<float> int8_weight_scale(const OperatorView& view, std::size_t i);

/// The same for a float32 operator; 1 for weights that are float32.
Result<float> float_weight_scale(const OperatorView& view, std::size_t i);

}  // namespace hil::model
