// SPDX-License-Identifier: Apache-2.0
// The inputs of energy windows: computed once on the board and compared with the host reference.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "host/base/result.hpp"
#include "host/lab/ready_board.hpp"
#include "host/measure/timed_inputs.hpp"
#include "host/measure/watch.hpp"
#include "host/model/model.hpp"

namespace hil::measure {

struct ProvenInputs {
  std::vector<Inputs> samples;
  std::vector<std::uint32_t> crc32;  ///< per sample: of the board's outputs, which agree
  std::uint64_t ticks = 0;           ///< of the longest inference
};

/// How many of @p inputs have room in @p stash_bytes of a board, at least 1 and at most 8.
///   kDevice  not even one has
Result<std::size_t> stash_count(const TimedInputs& inputs, std::uint64_t stash_bytes);

/// Computes the first @p count of @p inputs on @p board, one at a time with the line silent, and on
/// the host, and compares. The model is loaded. Nothing if @p watch says stop.
///   kDevice, kBug  an output that differs (see explain_difference())
///   kLink          the board
Result<std::optional<ProvenInputs>> prove_inputs(lab::ReadyBoard& board,
                                                 const model::CompiledModel& model,
                                                 const TimedInputs& inputs, std::size_t count,
                                                 const Watch& watch);

/// Digests of the outputs after @p repetitions inferences on each sample, from the model's initial
/// state: @p proven's own where a model has no state. Nothing where they cannot be foretold to the
/// bit: a model with state and float outputs; and of what is left once @p watch says stop.
///   kBug, kModel  the reference itself fails
Result<std::vector<std::optional<std::uint32_t>>> digests_after(const model::CompiledModel& model,
                                                                const ProvenInputs& proven,
                                                                std::uint32_t repetitions,
                                                                const Watch& watch);

}  // namespace hil::measure
