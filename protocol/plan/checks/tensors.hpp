// SPDX-License-Identifier: Apache-2.0
// Checks of the tensor table and the state records.
#pragma once

#include <bit>
#include <cstdint>

#include "protocol/plan/fault.hpp"
#include "protocol/plan/view.hpp"

namespace hil::plan::checks {

/// Finite and not negative, told by its bits (no libm on the target).
constexpr bool is_scale(float scale) {
  const auto bits = std::bit_cast<std::uint32_t>(scale);
  return bits < 0x7F80'0000u || bits == 0x8000'0000u;
}

constexpr bool is_zero_point(ElementType type, std::int32_t value) {
  switch (type) {
    case ElementType::kInt8:
      return value >= -128 && value <= 127;
    case ElementType::kInt16:
      return value >= -32768 && value <= 32767;
    case ElementType::kUint8:
      return value >= 0 && value <= 255;
    case ElementType::kInt32:
    case ElementType::kInt64:
    case ElementType::kFloat32:
      return value == 0;
  }
  return false;
}

/// Size in bytes of the memory a tensor lies in; 0 for an unknown one.
inline std::uint64_t memory_bytes(const PlanView& plan, Memory memory) {
  switch (memory) {
    case Memory::kArena:
      return plan.header().arena_bytes;
    case Memory::kConstant:
      return plan.section(SectionType::kConstants).size();
    case Memory::kState:
      return plan.header().state_bytes;
  }
  return 0;
}

inline Fault check_tensor(const PlanView& plan, const TensorRecord& tensor) {
  if (element_bytes(tensor.type) == 0) return Fault::kTensorType;
  if (tensor.rank > kMaxRank) return Fault::kTensorRank;
  if (element_count(tensor) == 0) return Fault::kTensorDimension;
  if (tensor.memory > Memory::kState) return Fault::kTensorMemory;
  const std::uint32_t alignment = tensor.memory == Memory::kArena ? kAlignment : 4;
  if (tensor.offset % alignment != 0) return Fault::kTensorAlignment;
  if (tensor.offset + tensor_bytes(tensor) > memory_bytes(plan, tensor.memory)) {
    return Fault::kTensorBounds;
  }
  const bool quantisation = is_scale(tensor.scale) && is_zero_point(tensor.type, tensor.zero_point);
  return quantisation ? Fault::kNone : Fault::kTensorQuantisation;
}

/// The content a state tensor starts with lies in the constants.
inline bool has_content(const PlanView& plan, const StateRecord& state, std::uint64_t bytes) {
  if (state.content == 0) return state.content_offset == 0;
  // The sum fits 64 bits: an offset of 32 bits, and a tensor of less than 2^35 bytes.
  return state.content == 1 &&
         state.content_offset + bytes <= plan.section(SectionType::kConstants).size();
}

/// Records name state tensors in ascending order (each once); together they fit the state memory,
/// which bounds the time of a reset.
inline Fault check_state(const PlanView& plan, std::uint16_t& tensor) {
  const Header& header = plan.header();
  if (header.state_bytes != 0 && (header.features & kFeatureState) == 0) return Fault::kState;
  std::uint64_t total = 0;
  std::uint32_t next = 0;
  for (std::uint32_t i = 0; i < plan.state_count(); ++i) {
    tensor = plan.state(i).tensor;
    const TensorRecord record = plan.tensor(tensor);
    if (tensor < next || tensor >= plan.tensor_count() || record.memory != Memory::kState) {
      return Fault::kState;
    }
    next = std::uint32_t{tensor} + 1;
    total += tensor_bytes(record);
    if (total > header.state_bytes || !has_content(plan, plan.state(i), tensor_bytes(record))) {
      return Fault::kState;
    }
  }
  tensor = kNoTensor;
  return Fault::kNone;
}

}  // namespace hil::plan::checks
