// SPDX-License-Identifier: Apache-2.0
// Sets of element types: what the rows of operator tables and the capabilities of engines name.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "protocol/plan/format.hpp"
#include "protocol/plan/view.hpp"

namespace hil::plan {

/// Bit n stands for the element type of number n.
using TypeSet = std::uint8_t;

/// The set of @p type alone; empty for numbers from 8 on.
constexpr TypeSet set_of(ElementType type) {
  const auto number = static_cast<unsigned>(type);
  return number < 8 ? static_cast<TypeSet>(1u << number) : TypeSet{0};
}

inline constexpr TypeSet kNoOperand = 1u << 0;  ///< of operators without a first input
inline constexpr TypeSet kInt8Only = 1u << 1;
inline constexpr TypeSet kInt16Only = 1u << 2;
inline constexpr TypeSet kInt32Only = 1u << 3;
inline constexpr TypeSet kFloat32Only = 1u << 4;
inline constexpr TypeSet kInt64Only = 1u << 5;
inline constexpr TypeSet kUint8Only = 1u << 6;
inline constexpr TypeSet kEveryType = kInt8Only | kInt16Only | kInt32Only | kFloat32Only;
inline constexpr TypeSet kShortIntegers = kInt8Only | kInt16Only;
inline constexpr TypeSet kIntegers = kShortIntegers | kInt32Only;
inline constexpr TypeSet kBytes =
    kEveryType | kUint8Only;  ///< of operators that copy whole tensors
static_assert(kInt8Only == set_of(ElementType::kInt8) &&
              kInt16Only == set_of(ElementType::kInt16) &&
              kInt32Only == set_of(ElementType::kInt32) &&
              kFloat32Only == set_of(ElementType::kFloat32) &&
              kInt64Only == set_of(ElementType::kInt64) &&
              kUint8Only == set_of(ElementType::kUint8));

/// The set of one that the rows for @p op are found by: the type of its first input, or kNoOperand
/// if that is absent or does not exist.
inline TypeSet key_of(const PlanView& plan, const OperatorView& op) {
  return set_of(plan.tensor(op.input(0)).type);
}

/// Which operators are built in, each for which types of its first input.
struct OperatorTypes {
  std::array<TypeSet, 256> types{};  ///< by opcode

  constexpr void add(Opcode opcode, TypeSet set) {
    const auto number = static_cast<std::size_t>(opcode);
    if (number < types.size()) types[number] = static_cast<TypeSet>(types[number] | set);
  }
  /// Whether @p opcode is there for at least one type of @p set; never from opcode 256 on.
  [[nodiscard]] constexpr bool has(Opcode opcode, TypeSet set) const {
    const auto number = static_cast<std::size_t>(opcode);
    return number < types.size() && (types[number] & set) != 0;
  }
};

}  // namespace hil::plan
