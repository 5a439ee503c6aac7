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

/// Finds the row of the operator by the type of its first input. Operators whose first input is
/// missing get any row of theirs: it names the right number of operands, whose check follows.
inline Finding find_rule_of(const OperatorScope& scope, const Limits& limits,
                            const OperatorRule*& rule) {
  constexpr TypeSet kAny = 0xFF;
  const OperatorRule* any = find_rule(limits.rules, scope.op.opcode(), kAny);
  if (any == nullptr || !limits.operators.has(any->opcode, kAny)) {
    return Finding{.fault = Fault::kOperatorUnsupported};
  }
  if (!scope.op.complete()) return Finding{.fault = Fault::kOperatorRecord};
  const TypeSet key = key_of(scope.plan, scope.op);
  rule = find_rule(limits.rules, any->opcode, key);
  if (rule == nullptr && key != kNoOperand) return scope.bad_input(Fault::kOperandType, 0);
  if (rule == nullptr) {
    rule = any;
  } else if (!limits.operators.has(rule->opcode, key)) {
    return Finding{.fault = Fault::kOperatorUnsupported};
  }
  return rule->check != nullptr ? Finding{} : Finding{.fault = Fault::kOperatorUnsupported};
}

constexpr bool has_outputs(const OperatorRule& rule, std::uint32_t count) {
  return rule.outputs == kSeveralOutputs ? count >= 1 && count <= kMaxOutputs
                                         : count == rule.outputs;
}

/// The operator has as many operands and bytes of parameters as its row says.
inline Finding check_arity(const OperatorScope& scope, const OperatorRule& rule) {
  const std::uint32_t inputs = scope.op.input_count();
  if (inputs < rule.min_inputs || inputs > rule.max_inputs ||
      !has_outputs(rule, scope.op.output_count())) {
    return Finding{.fault = Fault::kOperatorArity};
  }
  const bool enough = scope.op.params_bytes() >= rule.params_bytes;
  return enough ? Finding{} : Finding{.fault = Fault::kOperatorParameters};
}

/// One operator. @p steps_left is what the work limit leaves for it.
inline Finding check_operator(const OperatorScope& scope, const Limits& limits,
                              std::uint64_t steps_left) {
  const OperatorRule* rule = nullptr;
  Finding found = find_rule_of(scope, limits, rule);
  if (!failed(found)) found = check_arity(scope, *rule);
  if (!failed(found)) found = check_operands(scope, *rule);
  if (!failed(found)) found = check_outputs(scope, *rule);
  if (failed(found)) return found;
  found = rule->check(scope);
  if (failed(found)) return found;
  if (found.steps > steps_left) return Finding{.fault = Fault::kWorkLimit};
  if (rule->check_entries != nullptr) found.fault = rule->check_entries(scope);
  return found;
}

}  // namespace hil::plan::checks
