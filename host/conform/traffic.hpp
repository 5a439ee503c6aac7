// SPDX-License-Identifier: Apache-2.0
// Samples through a model on the board for long enough to see what the line does to them.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "host/base/result.hpp"
#include "host/conform/bench.hpp"
#include "host/model/model.hpp"
#include "host/rpc/statistics.hpp"
#include "host/session/infer_client.hpp"

namespace hil::conform {

/// Says whether the agent can take @p model where it would be put: RAM, else the flash slot.
///   every error of measure::place_for() and session::check_fits()
Status check_fits_board(const Bench& bench, const model::CompiledModel& model);

/// @p make(n) for the largest power of two n, 512 to 32 bytes, that the agent takes, compiled.
///   kDevice  none of them fits, or it lacks an operator: why the smallest one does not
Result<model::CompiledModel> largest_that_fits(
    const Bench& bench, const std::function<std::vector<std::uint8_t>(std::size_t)>& make);

/// @p tflite compiled; @p name is what to call it in errors.
///   kBug  it does not compile: it is a model of ours
Result<model::CompiledModel> compiled(const std::vector<std::uint8_t>& tflite, const char* name);

/// Inputs of @p model that hold every byte value, drawn from a fixed seed.
std::vector<std::vector<std::uint8_t>> drawn_inputs(const model::CompiledModel& model);

/// Runs options.count samples, all @p inputs, through the loaded @p model; @p each gets the result
/// of every one, in order. Ends early when the watch says stop.
///   every error of session::InferRun
Status run_samples(Bench& bench, const model::CompiledModel& model,
                   const session::InferOptions& options,
                   const std::vector<std::vector<std::uint8_t>>& inputs,
                   const std::function<void(session::SampleResult&)>& each);

/// What went through the loaded model, and what that cost the line.
struct Traffic {
  std::uint64_t to_board_bytes = 0, from_board_bytes = 0;  ///< of samples: goodput
  double seconds = 0;                                      ///< by the host's clock
  std::uint32_t samples = 0;
  std::uint32_t wrong_samples = 0;  ///< that did not come back as the reference says
  rpc::LinkStatistics counted;
};

/// Loads @p model and streams samples until enough has gone through: 64 KB and, on a line without
/// a rate, 2 s (quick: 8 KB and 0.2 s). Every output is compared. Ends early, too, when the watch
/// says stop.
///   every error of measure::upload(), session::InferRun and model::ReferenceRunner
Result<Traffic> stream_through(Bench& bench, const model::CompiledModel& model);

}  // namespace hil::conform
