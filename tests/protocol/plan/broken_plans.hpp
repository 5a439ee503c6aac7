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

/// Every documented check, each tripped by one change of the small plan.
std::vector<BrokenPlan> broken_plans();

}  // namespace hil::plan::testing
