// SPDX-License-Identifier: Apache-2.0
// Broken plans of the operators that keep something between inferences.
#include <utility>

#include "tests/protocol/plan/broken_plans.hpp"

namespace hil::plan::testing {
namespace {

/// Reads or assigns a variable of four bytes; every tensor can be changed before the plan is built.
struct VariablePlan {
  PlanBuilder builder;
  std::uint16_t x, variable, y;

  VariablePlan() {
    x = builder.arena_tensor({4});
    variable = builder.tensor({4}, Memory::kState, 0);
    y = builder.arena_tensor({4});
    builder.header.features |= kFeatureState;
    builder.header.state_bytes = 16;
    builder.states.push_back({variable, 0, 0, 0});
  }

  Bytes build(std::uint16_t read_from, std::uint16_t assign_to) {
    builder.op(Opcode::kReadVariable, {read_from}, {y});
    builder.op(Opcode::kAssignVariable, {x}, {assign_to});
    builder.graph({x}, {y});
    return builder.build();
  }
};

}  // namespace

void add_state_operator_cases(std::vector<BrokenPlan>& cases) {
  const auto add = [&](const char* name, Fault fault, auto make) {
    cases.push_back({std::string("variable ") + name, fault, [make](SmallPlan&) {
                       VariablePlan plan;
                       return make(plan);
                     }});
  };
  using P = VariablePlan;
  add("read from the arena", Fault::kNotState, [](P& p) { return p.build(p.x, p.variable); });
  add("assigned in the arena", Fault::kNotState, [](P& p) {
    const auto other = p.builder.arena_tensor({4});
    return p.build(p.variable, other);
  });
  add("of another size", Fault::kOperandShape, [](P& p) {
    p.builder.tensors[p.variable].dims[0] = 3;
    return p.build(p.variable, p.variable);
  });
  add("of another type", Fault::kOperandType, [](P& p) {
    p.builder.tensors[p.variable].type = ElementType::kInt16;
    return p.build(p.variable, p.variable);
  });
}

}  // namespace hil::plan::testing
