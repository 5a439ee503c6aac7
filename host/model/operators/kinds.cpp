// SPDX-License-Identifier: Apache-2.0
// The table of supported operators; adding one is a file beside this and a line here.
#include "host/model/operators/kinds.hpp"

#include <algorithm>
#include <array>

#include "host/model/operator_names.hpp"

namespace hil::model {
namespace {

constexpr std::array kKinds = {
    &kAddKind,
    &kAveragePool2dKind,
    &kConv2dKind,
    &kDepthwiseConv2dKind,
    &kFullyConnectedKind,
    &kReshapeKind,
    &kSoftmaxKind,
    &kSubKind,
    &kMulKind,
    &kMaxPool2dKind,
    &kMeanKind,
    &kLogisticKind,
    &kTanhKind,
    &kReluKind,
    &kRelu6Kind,
    &kLeakyReluKind,
    &kHardSwishKind,
    &kConcatenationKind,
    &kDequantizeKind,
    &kExpandDimsKind,
    &kPadKind,
    &kPadV2Kind,
    &kQuantizeKind,
    &kResizeBilinearKind,
    &kResizeNearestNeighborKind,
    &kSplitKind,
    &kSqueezeKind,
    &kStridedSliceKind,
    &kTransposeKind,
    &kAbsKind,
    &kArgMaxKind,
    &kExpKind,
    &kLogKind,
    &kMaximumKind,
    &kMinimumKind,
    &kNegKind,
    &kPackKind,
    &kReduceMaxKind,
    &kRsqrtKind,
    &kSplitVKind,
    &kSqrtKind,
    &kSquareKind,
    &kUnpackKind,
    &kSvdfKind,
    &kUnidirectionalSequenceLstmKind,
    &kVarHandleKind,
    &kReadVariableKind,
    &kAssignVariableKind,
    &kCallOnceKind,
};

}  // namespace

const OperatorKind* find_kind(std::int32_t code) {
  const auto* found = std::find_if(kKinds.begin(), kKinds.end(),
                                   [code](const OperatorKind* kind) { return kind->code == code; });
  return found == kKinds.end() ? nullptr : *found;
}

std::string supported_operators() {
  std::string names;
  for (const OperatorKind* kind : kKinds) {
    names += (names.empty() ? "" : ", ") + operator_name(kind->code);
  }
  return names;
}

}  // namespace hil::model
