// SPDX-License-Identifier: Apache-2.0
// What can be wrong with a plan: a stable small number, its status and its words.
#pragma once

#include <cstdint>

#include "protocol/status.hpp"

namespace hil::plan {

/// What validate() found. Numbers never change meaning; new ones are added at the end.
enum class Fault : std::uint8_t {
  kNone = 0,
  kTruncated = 1,
  kNotAPlan = 2,
  kOtherMajor = 3,
  kCrc = 4,
  kCore = 5,
  kFeatures = 6,
  kArenaSize = 7,
  kSectionTable = 8,
  kSectionBounds = 9,
  kSectionAlignment = 10,
  kSectionOverlap = 11,
  kSectionUnknown = 12,
  kSectionTwice = 13,
  kSectionMissing = 14,
  kSectionPlace = 15,
  kSectionSize = 16,
  kTensorType = 17,
  kTensorRank = 18,
  kTensorDimension = 19,
  kTensorMemory = 20,
  kTensorAlignment = 21,
  kTensorBounds = 22,
  kTensorQuantisation = 23,
  kSubgraphRuns = 24,
  kSubgraphInput = 25,
  kSubgraphOutput = 26,
  kOperatorRecord = 27,
  kOperatorCount = 28,
  kOperatorUnsupported = 29,
  kOperatorArity = 30,
  kOperatorParameters = 31,
  kOperandIndex = 32,
  kOperandType = 33,
  kOperandRank = 34,
  kOperandShape = 35,
  kOutputConstant = 36,
  kOutputOverlap = 37,
  kGeometry = 38,
  kEmptyWindow = 39,
  kGroups = 40,
  kZeroPoint = 41,
  kActivationRange = 42,
  kRescaleBounds = 43,
  kRescaleRange = 44,
  kSoftmaxDepth = 45,
  kWork = 46,
  kWorkLimit = 47,
  kState = 48,
  kNames = 49,
  kAxes = 50,
  kLookupTable = 51,
  kExtent = 52,
  kResizeTable = 53,
  kNotState = 54,
};
inline constexpr std::uint8_t kFaultCount = 55;

/// The status a loader answers with.
constexpr StatusCode status_of(Fault fault) {
  switch (fault) {
    case Fault::kNone:
      return StatusCode::kOk;
    case Fault::kOtherMajor:
    case Fault::kCore:
    case Fault::kFeatures:
    case Fault::kSectionUnknown:
    case Fault::kOperatorUnsupported:
    case Fault::kSoftmaxDepth:
      return StatusCode::kUnsupported;
    case Fault::kArenaSize:
    case Fault::kWorkLimit:
      return StatusCode::kTooLarge;
    case Fault::kCrc:
      return StatusCode::kBadDigest;
    default:
      return StatusCode::kMalformed;
  }
}

namespace detail {
/// In the order of the enumerators.
inline constexpr const char* kFaultTexts[] = {
    "nothing",
    "the plan is shorter than it says",
    "these bytes are not a plan",
    "the plan has another major version",
    "the CRC-32 does not fit the content",
    "the plan is packed for another core",
    "the plan needs a feature that is not built in",
    "the arena and state do not fit the memory",
    "the section table does not fit the plan",
    "a section lies outside the plan",
    "a section is not aligned",
    "a section overlaps the header or another section",
    "an unknown section is marked critical",
    "a section is there twice",
    "a required section is missing",
    "a section wants an unknown place",
    "a section's size is no multiple of its records",
    "a tensor has an unknown element type",
    "a tensor has too many dimensions",
    "a tensor's dimensions are not positive or too large",
    "a tensor is in an unknown memory",
    "a tensor is not aligned",
    "a tensor lies outside its memory",
    "a tensor's scale or zero point is out of range",
    "the subgraphs do not tile the operators and indices",
    "a graph input is not a tensor in the arena",
    "a graph output is not a tensor",
    "an operator record does not fit its section",
    "the number of operators differs from the subgraph's",
    "an operator is not built in",
    "an operator has a wrong number of inputs or outputs",
    "an operator's parameters are too short",
    "an operator refers to a tensor that does not exist",
    "an operand has the wrong element type",
    "an operand has the wrong number of dimensions",
    "the shapes of the operands do not fit each other",
    "an operator writes into a constant",
    "an operator's output overlaps an input",
    "the output size does not follow from stride, filter, dilation and padding",
    "a pooling window may lie outside the image",
    "the channels do not divide into groups",
    "a zero point is out of range",
    "the activation range is empty or out of range",
    "a table of multipliers or shifts lies outside the constants",
    "a multiplier or shift is out of range",
    "a softmax has too many elements",
    "the work stated differs from the work counted",
    "the work exceeds the limit",
    "a state record is wrong",
    "the names are not terminated",
    "an operator goes along a dimension that its input does not have",
    "a lookup table lies outside the constants",
    "elements would be moved from or to a place outside of their tensor",
    "a table of a resize lies outside the constants or points outside its input",
    "an operator keeps its state in a tensor that is not kept between inferences",
};
static_assert(sizeof(kFaultTexts) / sizeof(kFaultTexts[0]) == kFaultCount);
}  // namespace detail

/// Words for people, after "the plan is refused: ".
constexpr const char* text_of(Fault fault) {
  const auto index = static_cast<std::uint8_t>(fault);
  return index < kFaultCount ? detail::kFaultTexts[index] : "unknown fault";
}

}  // namespace hil::plan
