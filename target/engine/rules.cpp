// SPDX-License-Identifier: Apache-2.0
// How the operators of this build are checked; the checks of others are left out of it.
#include "operators_generated.h"
#include "target/engine/kernels/kernel.hpp"
#include "target/engine/kernels/selection.hpp"

namespace hil::engine {
namespace {

using plan::checks::kOperatorRules;
using plan::checks::OperatorRule;

/// Whether the build has the operator of @p rule for any type.
consteval bool is_selected(const OperatorRule& rule) {
  return selected_types(kSelection, rule.opcode, 0xFF) != 0;
}

consteval std::size_t count_rules() {
  std::size_t count = 0;
  for (const OperatorRule& rule : kOperatorRules) {
    if (is_selected(rule)) ++count;
  }
  return count;
}

/// The rows of operators that are there. Rows of types that are not keep their place, so that such
/// an operator is refused as not built in, not as broken.
consteval auto select_rules() {
  std::array<OperatorRule, count_rules()> left{};
  std::size_t count = 0;
  for (const OperatorRule& rule : kOperatorRules) {
    if (!is_selected(rule)) continue;
    OperatorRule& kept = left[count++] = rule;
    if (selected_types(kSelection, rule.opcode, rule.types) != 0) continue;
    kept.check = nullptr;
    kept.check_entries = nullptr;
  }
  return left;
}

constexpr auto kRules = select_rules();

}  // namespace

std::span<const OperatorRule> rules() {
  return kRules;
}

}  // namespace hil::engine
