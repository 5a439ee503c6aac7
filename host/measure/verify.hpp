// SPDX-License-Identifier: Apache-2.0
// A board against the host reference, operator by operator: which one differs first, and how.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "host/base/result.hpp"
#include "host/lab/ready_board.hpp"
#include "host/measure/sample_source.hpp"
#include "host/measure/watch.hpp"
#include "host/model/model.hpp"

namespace hil::measure {

/// Where a device goes wrong first.
struct OperatorDifference {
  std::uint32_t step = 0;  ///< index into CompiledModel::steps
  bool read = false;       ///< the wrong bytes were caught: what follows is known
  std::uint32_t output = 0;
  std::uint64_t element = 0;                ///< the first wrong one, in memory order
  std::uint64_t differing = 0;              ///< elements of that output
  std::vector<std::uint8_t> expected, got;  ///< all bytes of that output
};

/// What comparing one inference found.
struct Verification {
  std::uint32_t search_runs = 0;                 ///< inferences on the device to find the operator
  std::uint32_t read_runs = 0;                   ///< and to catch its wrong output
  std::optional<OperatorDifference> difference;  ///< nothing: all operators agree
};

/// Compares every operator of @p model, which @p session has loaded, on @p inputs from the model's
/// initial state. The agent's digest of an operator covers all outputs up to it, so operators
/// before the first wrong one agree and all behind it differ: a search over the positions that the
/// agent can record at once (one at least) takes log2(n) + 1 runs of n operators or fewer. Float
/// operators may differ from the host's in their last bits (agreement.hpp): from the first one that
/// does so, operators are read and compared one by one. Gives nothing if @p watch says stop.
///   kLink, kDevice  the board, or an agent without the profile service
///   kBug            the host reference itself fails
Result<std::optional<Verification>> verify(session::Session& session,
                                           const model::CompiledModel& model, const Inputs& inputs,
                                           const Watch& watch);

/// Most inferences that are spent on catching a wrong output again.
inline constexpr std::uint32_t kMaxReadRuns = 200;

/// The difference as an error: the operator, tensor, element, expected and got.
///   kBug     it could be read: host and device disagree about the arithmetic
///   kDevice  it did not come again in kMaxReadRuns inferences: the device is not reliable
Error explain(const model::CompiledModel& model, const Verification& found);

}  // namespace hil::measure
