// SPDX-License-Identifier: Apache-2.0
// What the validator is told about the engine and its memory.
#pragma once

#include <array>
#include <cstdint>

#include "protocol/plan/format.hpp"

namespace hil::plan {

/// What the engine that will run a plan has.
struct Limits {
  std::uint64_t arena_bytes = 0;                ///< RAM for activations and state
  std::uint32_t features = 0;                   ///< Feature bits built in
  std::array<std::uint64_t, 4> operators = {};  ///< bit n of the 256: opcode n is built in
  /// Most steps one run may take, counted as MACs, pooling taps and output elements of the other
  /// operators (softmax three times). Not the same as Header::work, which counts MACs only.
  std::uint64_t max_work = UINT64_MAX;
};

/// Bit @p opcode of @p operators; false from 256 on.
constexpr bool has_operator(const std::array<std::uint64_t, 4>& operators, Opcode opcode) {
  const auto number = static_cast<std::uint16_t>(opcode);
  return number < 256 && ((operators[number / 64] >> (number % 64)) & 1u) != 0;
}

}  // namespace hil::plan
