// SPDX-License-Identifier: Apache-2.0
// Whether windows computed what they had to: the digest of each one's last output.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/measure/energy/energy_plan.hpp"
#include "host/results/record.hpp"
#include "host/session/energy_client.hpp"

namespace hil::measure {

/// Per sample of the stash.
struct ExpectedDigests {
  std::vector<std::uint32_t> once;                  ///< after one inference
  std::vector<std::optional<std::uint32_t>> whole;  ///< after all of a window; nothing: unknown
  std::vector<std::string> names;                   ///< at least as many, for people
};

/// Compares the windows of @p result, which @p planned asked for, and counts in @p verdict what was
/// compared and what differs. Windows without inference and those of single operators are left out.
/// @returns the first difference (kDevice), if there is one
///   kDevice  a window took a sample that it has not
Result<std::optional<Error>> check_digests(const PlannedRun& planned,
                                           const session::EnergyResult& result,
                                           const ExpectedDigests& expected,
                                           results::Verdict& verdict);

}  // namespace hil::measure
