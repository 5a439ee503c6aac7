// SPDX-License-Identifier: Apache-2.0
// The operators this version knows, each with its arity and its check: one row per operator and
// set of types that share parameters.
#pragma once

#include <span>

#include "protocol/plan/checks/add.hpp"
#include "protocol/plan/checks/conv.hpp"
#include "protocol/plan/checks/extreme.hpp"
#include "protocol/plan/checks/float_pair.hpp"
#include "protocol/plan/checks/float_unary.hpp"
#include "protocol/plan/checks/fully_connected.hpp"
#include "protocol/plan/checks/join.hpp"
#include "protocol/plan/checks/lookup.hpp"
#include "protocol/plan/checks/lstm.hpp"
#include "protocol/plan/checks/mean.hpp"
#include "protocol/plan/checks/mul.hpp"
#include "protocol/plan/checks/pad.hpp"
#include "protocol/plan/checks/pool.hpp"
#include "protocol/plan/checks/quantize.hpp"
#include "protocol/plan/checks/reshape.hpp"
#include "protocol/plan/checks/resize.hpp"
#include "protocol/plan/checks/scope.hpp"
#include "protocol/plan/checks/softmax.hpp"
#include "protocol/plan/checks/strided_view.hpp"
#include "protocol/plan/checks/svdf.hpp"
#include "protocol/plan/checks/unary_int16.hpp"
#include "protocol/plan/type_set.hpp"

namespace hil::plan::checks {

/// OperatorRule::outputs of operators with 1 to kMaxOutputs outputs.
inline constexpr std::uint8_t kSeveralOutputs = 0xFF;

struct OperatorRule {
  Opcode opcode;
  TypeSet types;  ///< of input 0 (kNoOperand: without one); no two rows of an opcode share one
  std::uint8_t min_inputs, max_inputs;
  std::uint8_t outputs;          ///< exactly as many, or kSeveralOutputs
  std::uint8_t optional_inputs;  ///< bit n: input n may be kNoTensor
  bool in_place;                 ///< the output may lie exactly where an input of its size lies
  std::uint16_t params_bytes;
  Finding (*check)(const OperatorScope&);  ///< nullptr: left out of this build, see Limits::rules
  /// Checks of tables in the constants, once the work is known to be bounded; may be nullptr.
  Fault (*check_entries)(const OperatorScope&);
};

inline constexpr OperatorRule kOperatorRules[] = {
    {Opcode::kAdd, kShortIntegers, 2, 2, 1, 0, true, sizeof(AddParams), check_add, nullptr},
    {Opcode::kAveragePool2d, kShortIntegers, 1, 1, 1, 0, false, sizeof(PoolParams), check_pool_2d,
     nullptr},
    {Opcode::kConv2d, kShortIntegers, 3, 3, 1, 4, false, sizeof(ConvParams), check_conv_2d,
     check_conv_2d_entries},
    {Opcode::kDepthwiseConv2d, kShortIntegers, 3, 3, 1, 4, false, sizeof(ConvParams),
     check_depthwise_conv_2d, check_depthwise_entries},
    {Opcode::kFullyConnected, kShortIntegers, 3, 3, 1, 4, false, sizeof(FullyConnectedParams),
     check_fully_connected, check_fully_connected_entries},
    {Opcode::kAdd, kFloat32Only, 2, 2, 1, 0, true, sizeof(FloatRangeParams), check_float_pair,
     nullptr},
    {Opcode::kAveragePool2d, kFloat32Only, 1, 1, 1, 0, false, sizeof(FloatPoolParams),
     check_pool_2d_float, nullptr},
    {Opcode::kConv2d, kFloat32Only, 3, 3, 1, 4, false, sizeof(FloatConvParams), check_conv_2d_float,
     check_float_conv_entries},
    {Opcode::kDepthwiseConv2d, kFloat32Only, 3, 3, 1, 4, false, sizeof(FloatConvParams),
     check_depthwise_conv_2d_float, check_float_conv_entries},
    {Opcode::kFullyConnected, kFloat32Only, 3, 3, 1, 4, false, sizeof(FloatFullyConnectedParams),
     check_fully_connected_float, check_fully_connected_float_entries},
    {Opcode::kSoftmax, kFloat32Only, 1, 1, 1, 0, false, sizeof(FloatSoftmaxParams),
     check_softmax_float, nullptr},
    {Opcode::kReshape, kBytes, 1, 1, 1, 0, true, 0, check_reshape, nullptr},
    {Opcode::kSoftmax, kInt8Only, 1, 1, 1, 0, false, sizeof(SoftmaxParams), check_softmax, nullptr},
    {Opcode::kSoftmax, kInt16Only, 1, 1, 1, 0, false, sizeof(Softmax16Params), check_softmax_int16,
     check_softmax_int16_entries},
    {Opcode::kSub, kShortIntegers, 2, 2, 1, 0, true, sizeof(AddParams), check_add, nullptr},
    {Opcode::kMul, kShortIntegers, 2, 2, 1, 0, true, sizeof(MulParams), check_mul, nullptr},
    {Opcode::kMaxPool2d, kShortIntegers, 1, 1, 1, 0, false, sizeof(PoolParams), check_pool_2d,
     nullptr},
    {Opcode::kMean, kShortIntegers, 1, 1, 1, 0, false, sizeof(MeanParams), check_mean, nullptr},
    {Opcode::kLogistic, kInt8Only, 1, 1, 1, 0, true, sizeof(LookupParams), check_lookup, nullptr},
    {Opcode::kTanh, kInt8Only, 1, 1, 1, 0, true, sizeof(LookupParams), check_lookup, nullptr},
    {Opcode::kRelu, kInt8Only, 1, 1, 1, 0, true, sizeof(LookupParams), check_lookup, nullptr},
    {Opcode::kRelu6, kInt8Only, 1, 1, 1, 0, true, sizeof(LookupParams), check_lookup, nullptr},
    {Opcode::kLeakyRelu, kInt8Only, 1, 1, 1, 0, true, sizeof(LookupParams), check_lookup, nullptr},
    {Opcode::kHardSwish, kInt8Only, 1, 1, 1, 0, true, sizeof(LookupParams), check_lookup, nullptr},
    {Opcode::kLogistic, kInt16Only, 1, 1, 1, 0, true, sizeof(Sigmoid16Params), check_sigmoid_int16,
     nullptr},
    {Opcode::kTanh, kInt16Only, 1, 1, 1, 0, true, sizeof(Sigmoid16Params), check_sigmoid_int16,
     nullptr},
    {Opcode::kRelu, kInt16Only, 1, 1, 1, 0, true, sizeof(Linear16Params), check_linear_int16,
     nullptr},
    {Opcode::kRelu6, kInt16Only, 1, 1, 1, 0, true, sizeof(Linear16Params), check_linear_int16,
     nullptr},
    {Opcode::kLeakyRelu, kInt16Only, 1, 1, 1, 0, true, sizeof(Linear16Params), check_linear_int16,
     nullptr},
    {Opcode::kSub, kFloat32Only, 2, 2, 1, 0, true, sizeof(FloatRangeParams), check_float_pair,
     nullptr},
    {Opcode::kMul, kFloat32Only, 2, 2, 1, 0, true, sizeof(FloatRangeParams), check_float_pair,
     nullptr},
    {Opcode::kMaxPool2d, kFloat32Only, 1, 1, 1, 0, false, sizeof(FloatPoolParams),
     check_pool_2d_float, nullptr},
    {Opcode::kMean, kFloat32Only, 1, 1, 1, 0, false, sizeof(FloatMeanParams), check_mean_float,
     nullptr},
    {Opcode::kLogistic, kFloat32Only, 1, 1, 1, 0, true, 0, check_float_unary, nullptr},
    {Opcode::kTanh, kFloat32Only, 1, 1, 1, 0, true, 0, check_float_unary, nullptr},
    {Opcode::kRelu, kFloat32Only, 1, 1, 1, 0, true, 0, check_float_unary, nullptr},
    {Opcode::kRelu6, kFloat32Only, 1, 1, 1, 0, true, 0, check_float_unary, nullptr},
    {Opcode::kHardSwish, kFloat32Only, 1, 1, 1, 0, true, 0, check_float_unary, nullptr},
    {Opcode::kLeakyRelu, kFloat32Only, 1, 1, 1, 0, true, sizeof(FloatLeakyReluParams),
     check_float_unary, nullptr},
    {Opcode::kSqueeze, kBytes, 1, 1, 1, 0, true, 0, check_reshape, nullptr},
    {Opcode::kExpandDims, kBytes, 1, 1, 1, 0, true, 0, check_reshape, nullptr},
    {Opcode::kReadVariable, kEveryType, 1, 1, 1, 0, false, 0, check_read_variable, nullptr},
    {Opcode::kAssignVariable, kEveryType, 1, 1, 1, 0, false, 0, check_assign_variable, nullptr},
    {Opcode::kPad, kEveryType, 1, 1, 1, 0, false, sizeof(PadParams), check_pad, nullptr},
    {Opcode::kPadV2, kEveryType, 1, 1, 1, 0, false, sizeof(PadParams), check_pad, nullptr},
    {Opcode::kTranspose, kEveryType, 1, 1, 1, 0, false, sizeof(StridedViewParams),
     check_strided_view, nullptr},
    {Opcode::kStridedSlice, kEveryType, 1, 1, 1, 0, false, sizeof(StridedViewParams),
     check_strided_view, nullptr},
    {Opcode::kConcatenation, kEveryType, 1, 255, 1, 0, false, sizeof(JoinParams),
     check_concatenation, nullptr},
    {Opcode::kSplit, kEveryType, 1, 1, kSeveralOutputs, 0, false, sizeof(JoinParams), check_split,
     nullptr},
    {Opcode::kPack, kEveryType, 1, 255, 1, 0, false, sizeof(JoinParams), check_concatenation,
     nullptr},
    {Opcode::kSplitV, kEveryType, 1, 1, kSeveralOutputs, 0, false, sizeof(JoinParams), check_split,
     nullptr},
    {Opcode::kUnpack, kEveryType, 1, 1, kSeveralOutputs, 0, false, sizeof(JoinParams), check_split,
     nullptr},
    {Opcode::kMaximum, kEveryType, 2, 2, 1, 0, true, 0, check_extreme_pair, nullptr},
    {Opcode::kMinimum, kEveryType, 2, 2, 1, 0, true, 0, check_extreme_pair, nullptr},
    {Opcode::kReduceMax, kInt8Only | kFloat32Only, 1, 1, 1, 0, false, sizeof(ReduceMaxParams),
     check_reduce_max, nullptr},
    {Opcode::kArgMax, kInt8Only | kFloat32Only, 1, 1, 1, 0, false, sizeof(ArgMaxParams),
     check_arg_max, nullptr},
    {Opcode::kAbs, kFloat32Only, 1, 1, 1, 0, true, 0, check_float_unary, nullptr},
    {Opcode::kNeg, kFloat32Only, 1, 1, 1, 0, true, 0, check_float_unary, nullptr},
    {Opcode::kExp, kFloat32Only, 1, 1, 1, 0, true, 0, check_float_unary, nullptr},
    {Opcode::kLog, kFloat32Only, 1, 1, 1, 0, true, 0, check_float_unary, nullptr},
    {Opcode::kSqrt, kFloat32Only, 1, 1, 1, 0, true, 0, check_float_unary, nullptr},
    {Opcode::kRsqrt, kFloat32Only, 1, 1, 1, 0, true, 0, check_float_unary, nullptr},
    {Opcode::kSquare, kFloat32Only, 1, 1, 1, 0, true, 0, check_float_unary, nullptr},
    {Opcode::kResizeNearestNeighbor, kEveryType, 1, 1, 1, 0, false, sizeof(ResizeParams),
     check_resize_nearest, check_resize_entries<std::uint16_t>},
    {Opcode::kResizeBilinear, kInt8Only | kFloat32Only, 1, 1, 1, 0, false, sizeof(ResizeParams),
     check_resize_bilinear, check_resize_entries<ResizeTap>},
    {Opcode::kQuantize, kFloat32Only, 1, 1, 1, 0, false, 0, check_quantize_float, nullptr},
    {Opcode::kQuantize, kIntegers | kUint8Only, 1, 1, 1, 0, true, sizeof(RequantiseParams),
     check_requantise, nullptr},
    {Opcode::kDequantize, kShortIntegers | kUint8Only, 1, 1, 1, 0, false, 0, check_dequantize,
     nullptr},
    {Opcode::kSvdf, kInt8Only, 4, 4, 2, 8, false, sizeof(SvdfParams), check_svdf, nullptr},
    {Opcode::kSvdf, kFloat32Only, 4, 4, 2, 8, false, sizeof(FloatSvdfParams), check_svdf_float,
     nullptr},
    {Opcode::kUnidirectionalSequenceLstm, kInt8Only, kLstmInputs, kLstmInputs, 3, 0, false,
     sizeof(LstmParams), check_lstm, nullptr},
    {Opcode::kUnidirectionalSequenceLstm, kFloat32Only, kLstmInputs, kLstmInputs, 3, 0, false,
     sizeof(FloatLstmParams), check_lstm_float, nullptr},
};

/// The row of @p rules of @p opcode for one type of @p set; nullptr if there is none.
constexpr const OperatorRule* find_rule(std::span<const OperatorRule> rules, Opcode opcode,
                                        TypeSet set) {
  for (const OperatorRule& rule : rules) {
    if (rule.opcode == opcode && (rule.types & set) != 0) return &rule;
  }
  return nullptr;
}

}  // namespace hil::plan::checks
