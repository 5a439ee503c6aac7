// SPDX-License-Identifier: Apache-2.0
// What a per-operator check sees of the plan, and how it answers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "protocol/plan/fault.hpp"
#include "protocol/plan/view.hpp"

namespace hil::plan::checks {

/// The answer of a check: what is wrong (and with which tensor), or how much work the operator is.
struct Finding {
  Fault fault = Fault::kNone;
  std::uint16_t tensor = kNoTensor;
  std::uint64_t macs = 0;   ///< multiply-accumulates as Header::work counts them
  std::uint64_t steps = 0;  ///< bound of the kernel's inner steps, at least its output elements
};

/// One operator with its operands looked up. Tensors are valid by themselves: the tensor table and
/// the operand indices have been checked before any operator check runs.
struct OperatorScope {
  const PlanView& plan;
  const OperatorView& op;

  [[nodiscard]] TensorRecord input(std::uint32_t i) const { return plan.tensor(op.input(i)); }
  [[nodiscard]] TensorRecord output(std::uint32_t i) const { return plan.tensor(op.output(i)); }
  [[nodiscard]] bool has_input(std::uint32_t i) const { return op.input(i) != kNoTensor; }

  [[nodiscard]] Finding bad_input(Fault fault, std::uint32_t i) const {
    return Finding{.fault = fault, .tensor = op.input(i)};
  }
  [[nodiscard]] Finding bad_output(Fault fault, std::uint32_t i) const {
    return Finding{.fault = fault, .tensor = op.output(i)};
  }
  /// Element type and number of dimensions of input @p i.
  [[nodiscard]] Finding expect_input(std::uint32_t i, ElementType type, std::uint32_t rank) const {
    const TensorRecord tensor = input(i);
    if (tensor.type != type) return bad_input(Fault::kOperandType, i);
    return tensor.rank == rank ? Finding{} : bad_input(Fault::kOperandRank, i);
  }
  [[nodiscard]] Finding expect_output(std::uint32_t i, ElementType type, std::uint32_t rank) const {
    const TensorRecord tensor = output(i);
    if (tensor.type != type) return bad_output(Fault::kOperandType, i);
    return tensor.rank == rank ? Finding{} : bad_output(Fault::kOperandRank, i);
  }
  /// Input @p i, if given, is a bias of @p channels elements.
  [[nodiscard]] Finding expect_bias(std::uint32_t i, std::uint32_t channels,
                                    ElementType type = ElementType::kInt32) const {
    if (!has_input(i)) return {};
    const TensorRecord bias = input(i);
    if (bias.type != type) return bad_input(Fault::kOperandType, i);
    return element_count(bias) == channels ? Finding{} : bad_input(Fault::kOperandShape, i);
  }
};

constexpr bool failed(const Finding& finding) {
  return finding.fault != Fault::kNone;
}

constexpr bool is_int8_zero_point(std::int32_t value) {
  return value >= -128 && value <= 127;
}

/// int8 or int16: what integer arithmetic is done with.
constexpr bool is_short_integer(ElementType type) {
  return type == ElementType::kInt8 || type == ElementType::kInt16;
}

/// Any zero point of int8; of int16 only 0, as operators with products have it.
constexpr bool is_product_zero_point(ElementType type, std::int32_t value) {
  return type == ElementType::kInt8 ? is_int8_zero_point(value) : value == 0;
}

/// min <= max, both values of @p type: int8 or int16.
constexpr Fault check_activation(std::int32_t min, std::int32_t max,
                                 ElementType type = ElementType::kInt8) {
  const std::int32_t largest = type == ElementType::kInt16 ? 32767 : 127;
  const bool good = min >= -largest - 1 && min <= max && max <= largest;
  return good ? Fault::kNone : Fault::kActivationRange;
}

/// min <= max, both numbers.
constexpr Fault check_activation(const FloatRangeParams& range) {
  return range.activation_min <= range.activation_max ? Fault::kNone : Fault::kActivationRange;
}

constexpr Fault check_rescale(const Rescale& rescale, std::int32_t min_shift,
                              std::int32_t max_shift) {
  const bool good =
      rescale.multiplier >= 0 && rescale.shift >= min_shift && rescale.shift <= max_shift;
  return good ? Fault::kNone : Fault::kRescaleRange;
}

/// The tables of one multiplier and one shift per output channel lie in the constants, aligned.
inline Fault check_rescale_bounds(const PlanView& plan, std::uint32_t multiplier_offset,
                                  std::uint32_t shift_offset, std::uint32_t channels) {
  const std::size_t multiplier_bytes = std::size_t{channels} * sizeof(std::int32_t);
  const bool good = multiplier_offset % 4 == 0 &&
                    plan.constant(multiplier_offset, multiplier_bytes).size() == multiplier_bytes &&
                    plan.constant(shift_offset, channels).size() == channels;
  return good ? Fault::kNone : Fault::kRescaleBounds;
}

/// Every entry of those tables is one the kernels can apply. Takes time in the number of channels.
inline Fault check_rescale_entries(const PlanView& plan, std::uint32_t multiplier_offset,
                                   std::uint32_t shift_offset, std::uint32_t channels,
                                   std::int32_t max_shift = kMaxShift) {
  const auto multipliers = plan.constant(multiplier_offset, std::size_t{channels} * 4);
  const auto shifts = plan.constant(shift_offset, channels);
  for (std::uint32_t c = 0; c < channels; ++c) {
    const Rescale rescale{load_at<std::int32_t>(multipliers, std::size_t{c} * 4),
                          load_at<std::int8_t>(shifts, c)};
    if (check_rescale(rescale, kMinShift, max_shift) != Fault::kNone) return Fault::kRescaleRange;
  }
  return Fault::kNone;
}

/// One axis of a sliding window, in elements.
struct Axis {
  std::int32_t input, output, filter;
  std::uint16_t stride, dilation, pad_before, pad_after;
};

/// output = (input + pads - extent) / stride + 1 with extent = (filter - 1) * dilation + 1.
constexpr Fault check_axis(const Axis& axis) {
  if (axis.stride == 0 || axis.dilation == 0 || axis.filter < 1) return Fault::kGeometry;
  const std::int64_t extent = std::int64_t{axis.filter - 1} * axis.dilation + 1;
  const std::int64_t padded = std::int64_t{axis.input} + axis.pad_before + axis.pad_after;
  if (padded < extent) return Fault::kGeometry;
  return (padded - extent) / axis.stride + 1 == axis.output ? Fault::kNone : Fault::kGeometry;
}

}  // namespace hil::plan::checks
