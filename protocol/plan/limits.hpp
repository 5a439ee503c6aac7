// SPDX-License-Identifier: Apache-2.0
// What the validator is told about the engine and its memory.
#pragma once

#include <cstdint>
#include <span>

#include "protocol/plan/checks/table.hpp"
#include "protocol/plan/type_set.hpp"

namespace hil::plan {

/// What the engine that will run a plan has.
struct Limits {
  std::uint64_t arena_bytes = 0;  ///< RAM for activations and state
  std::uint32_t features = 0;     ///< Feature bits built in
  OperatorTypes operators = {};   ///< operators built in, by the type of their first input
  /// How operators are checked: rows of checks::kOperatorRules. An engine without some operators
  /// leaves out their rows, or the checks in them, and so the code.
  std::span<const checks::OperatorRule> rules = checks::kOperatorRules;
  /// Most steps one run may take, counted as MACs, pooling taps and output elements of the other
  /// operators (softmax three times). Not the same as Header::work, which counts MACs only.
  std::uint64_t max_work = UINT64_MAX;
};

}  // namespace hil::plan
