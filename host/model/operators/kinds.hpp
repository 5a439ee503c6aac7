// SPDX-License-Identifier: Apache-2.0
// What the compiler knows of each kind of operator: one entry per operator, one file per entry.
#pragma once

#include <cstdint>
#include <string>

#include "host/base/result.hpp"
#include "host/model/folding.hpp"
#include "host/model/options.hpp"

namespace hil::model {

/// Whether an output may lie where an input lies.
enum class Reuse : std::uint8_t {
  kNone,
  kView,         ///< with input 0, whose bytes it has
  kElementwise,  ///< with any input of its size that nobody reads later
};

/// One row of the table in kinds.cpp.
struct OperatorKind {
  std::int32_t code;          ///< builtin operator number of the format
  std::uint8_t options_type;  ///< number in the format's union BuiltinOptions; 0: none
  bool options_required;      ///< a file without them is damaged
  std::uint8_t min_inputs;    ///< inputs that must be given, from the first on
  std::uint8_t max_inputs;
  std::uint8_t min_outputs = 1;
  std::uint8_t max_outputs = 1;
  bool has_weights;                ///< input 1 holds weights, whose type may differ
  Reuse reuse = Reuse::kNone;      ///< of its inputs' memory for its output
  std::uint32_t state_inputs = 0;  ///< bit n: input n is a variable tensor the operator writes
  /// Reads the options, a verified table of the kind @ref options_type says. Values are checked
  /// when folding.
  Options (*read_options)(const void* table);
  /// Whether this combination of element types has a kernel. Inputs are present (min_inputs).
  bool (*supports)(const OperatorView&);
  /// Folds shapes, options and quantisation into what the plan carries.
  /// Tensors of state_inputs come back as outputs. Null: the operator never reaches the plan.
  ///   kModel  a shape, option or quantisation that has no meaning or no kernel
  Result<FoldedOperator> (*fold)(const OperatorView&, ConstantPool&);
};

/// The row of that operator number; null if there is none.
const OperatorKind* find_kind(std::int32_t code);

/// Names of all operators in the table: "ADD, AVERAGE_POOL_2D, ...".
std::string supported_operators();

extern const OperatorKind kAddKind;
extern const OperatorKind kAssignVariableKind;
extern const OperatorKind kAveragePool2dKind;
extern const OperatorKind kCallOnceKind;
extern const OperatorKind kConcatenationKind;
extern const OperatorKind kConv2dKind;
extern const OperatorKind kDepthwiseConv2dKind;
extern const OperatorKind kDequantizeKind;
extern const OperatorKind kExpandDimsKind;
extern const OperatorKind kFullyConnectedKind;
extern const OperatorKind kHardSwishKind;
extern const OperatorKind kLeakyReluKind;
extern const OperatorKind kLogisticKind;
extern const OperatorKind kMaxPool2dKind;
extern const OperatorKind kMeanKind;
extern const OperatorKind kMulKind;
extern const OperatorKind kPadKind;
extern const OperatorKind kPadV2Kind;
extern const OperatorKind kQuantizeKind;
extern const OperatorKind kReadVariableKind;
extern const OperatorKind kRelu6Kind;
extern const OperatorKind kReluKind;
extern const OperatorKind kReshapeKind;
extern const OperatorKind kResizeBilinearKind;
extern const OperatorKind kResizeNearestNeighborKind;
extern const OperatorKind kSoftmaxKind;
extern const OperatorKind kSplitKind;
extern const OperatorKind kSqueezeKind;
extern const OperatorKind kStridedSliceKind;
extern const OperatorKind kSubKind;
extern const OperatorKind kSvdfKind;
extern const OperatorKind kTanhKind;
extern const OperatorKind kTransposeKind;
extern const OperatorKind kAbsKind;
extern const OperatorKind kArgMaxKind;
extern const OperatorKind kExpKind;
extern const OperatorKind kLogKind;
extern const OperatorKind kMaximumKind;
extern const OperatorKind kMinimumKind;
extern const OperatorKind kNegKind;
extern const OperatorKind kPackKind;
extern const OperatorKind kReduceMaxKind;
extern const OperatorKind kRsqrtKind;
extern const OperatorKind kSplitVKind;
extern const OperatorKind kSqrtKind;
extern const OperatorKind kSquareKind;
extern const OperatorKind kUnpackKind;
extern const OperatorKind kUnidirectionalSequenceLstmKind;
extern const OperatorKind kVarHandleKind;

}  // namespace hil::model
