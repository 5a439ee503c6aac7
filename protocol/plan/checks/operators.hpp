// SPDX-License-Identifier: Apache-2.0
// Checks that every operator must pass whatever it computes, then its own from the table.
#pragma once

#include <cstdint>

#include "protocol/plan/checks/scope.hpp"
#include "protocol/plan/checks/table.hpp"
#include "protocol/plan/limits.hpp"

namespace hil::plan::checks {

/// Every operand exists, or is absent where it may be.
inline Finding check_operands(const OperatorScope& scope, const OperatorRule& rule) {
  for (std::uint32_t i = 0; i < scope.op.input_count(); ++i) {
    const bool optional = i < 8 && ((rule.optional_inputs >> i) & 1u) != 0;
    if (!scope.has_input(i) && optional) continue;
    if (scope.op.input(i) >= scope.plan.tensor_count()) {
      return scope.bad_input(Fault::kOperandIndex, i);
    }
  }
  for (std::uint32_t i = 0; i < scope.op.output_count(); ++i) {
    if (scope.op.output(i) >= scope.plan.tensor_count()) {
      return scope.bad_output(Fault::kOperandIndex, i);
    }
  }
  return {};
}

constexpr bool overlap(const TensorRecord& a, const TensorRecord& b) {
  return a.memory == b.memory && a.offset < b.offset + tensor_bytes(b) &&
         b.offset < a.offset + tensor_bytes(a);
}

constexpr bool same_range(const TensorRecord& a, const TensorRecord& b) {
  return a.memory == b.memory && a.offset == b.offset && tensor_bytes(a) == tensor_bytes(b);
}

/// Outputs are writable and clear of every input and of each other.
inline Finding check_outputs(const OperatorScope& scope, const OperatorRule& rule) {
  for (std::uint32_t o = 0; o < scope.op.output_count(); ++o) {
    const TensorRecord y = scope.output(o);
    if (y.memory == Memory::kConstant) return scope.bad_output(Fault::kOutputConstant, o);
    for (std::uint32_t i = 0; i < scope.op.input_count(); ++i) {
      if (!scope.has_input(i) || !overlap(scope.input(i), y)) continue;
      if (rule.in_place && same_range(scope.input(i), y)) continue;
      return scope.bad_output(Fault::kOutputOverlap, o);
    }
    for (std::uint32_t p = 0; p < o; ++p) {
      if (overlap(scope.output(p), y)) return scope.bad_output(Fault::kOutputOverlap, o);
    }
  }
  return {};
}

/// One operator. @p steps_left is what the work limit leaves for it.
inline Finding check_operator(const OperatorScope& scope, const Limits& limits,
                              std::uint64_t steps_left) {
  const OperatorRule* rule = find_rule(scope.op.opcode());
  if (rule == nullptr || !has_operator(limits.operators, rule->opcode)) {
    return Finding{.fault = Fault::kOperatorUnsupported};
  }
  if (!scope.op.complete()) return Finding{.fault = Fault::kOperatorRecord};
  const std::uint32_t inputs = scope.op.input_count();
  if (inputs < rule->min_inputs || inputs > rule->max_inputs ||
      scope.op.output_count() != rule->outputs) {
    return Finding{.fault = Fault::kOperatorArity};
  }
  if (scope.op.params_bytes() < rule->params_bytes) {
    return Finding{.fault = Fault::kOperatorParameters};
  }
  Finding found = check_operands(scope, *rule);
  if (!failed(found)) found = check_outputs(scope, *rule);
  if (failed(found)) return found;
  found = rule->check(scope);
  if (failed(found)) return found;
  if (found.steps > steps_left) return Finding{.fault = Fault::kWorkLimit};
  if (rule->check_entries != nullptr) found.fault = rule->check_entries(scope);
  return found;
}

}  // namespace hil::plan::checks
