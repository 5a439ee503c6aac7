// SPDX-License-Identifier: Apache-2.0
// Plans that are wrong in exactly one way, at least one for every Fault.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "protocol/plan/validate.hpp"
#include "tests/protocol/plan/small_plan.hpp"

namespace hil::plan::testing {

struct BrokenPlan {
  std::string name;
  Fault fault;
  std::function<Bytes(SmallPlan&)> make;
  std::function<void(Limits&)> limit = [](Limits&) {};
};

/// What GoogleTest prints of a case.
inline void PrintTo(const BrokenPlan& broken, std::ostream* out) {
  *out << broken.name;
}

/// Those of the operators that move or convert elements.
void add_mover_cases(std::vector<BrokenPlan>& cases);

/// Those of the operators that keep something between inferences.
void add_state_operator_cases(std::vector<BrokenPlan>& cases);

/// Those of SVDF and UNIDIRECTIONAL_SEQUENCE_LSTM, and the same operators unchanged.
void add_recurrent_cases(std::vector<BrokenPlan>& cases);
void add_sound_recurrent(std::vector<BrokenPlan>& cases);

/// Those of operators in int16 and uint8 and of the largest, and the same operators unchanged.
void add_int16_cases(std::vector<BrokenPlan>& cases);
void add_sound_int16(std::vector<BrokenPlan>& cases);

/// Every documented check, each tripped by one change of the small plan.
std::vector<BrokenPlan> broken_plans();

/// The part of broken_plans() that has a plan of its own for each operator of broken_operators.cpp.
void add_broken_operators(std::vector<BrokenPlan>& cases);

/// The same operators unchanged: plans that must be accepted.
std::vector<BrokenPlan> sound_operators();

}  // namespace hil::plan::testing
