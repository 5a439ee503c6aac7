// SPDX-License-Identifier: Apache-2.0
// The families of operators, each with its models.
#pragma once

#include <vector>

#include "host/conform/operator_models.hpp"

namespace hil::conform {

using Models = std::vector<OperatorModel>;

/// CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED.
Models weight_models();
/// ADD, SUB, MUL, MAXIMUM, MINIMUM.
Models pair_models();
/// Pooling, MEAN, REDUCE_MAX, ARG_MAX, resizing.
Models window_models();
/// Operators on single values, SOFTMAX, QUANTIZE, DEQUANTIZE.
Models value_models();
/// Operators that move elements without computing.
Models move_models();
/// SVDF, UNIDIRECTIONAL_SEQUENCE_LSTM.
Models recurrent_models();
/// READ_VARIABLE, ASSIGN_VARIABLE, CALL_ONCE, VAR_HANDLE.
Models variable_models();

}  // namespace hil::conform
