// SPDX-License-Identifier: Apache-2.0
// What every record says of board, model, dataset and conditions, from where it is known.
#pragma once

#include <chrono>

#include "host/lab/ready_board.hpp"
#include "host/measure/sample_source.hpp"
#include "host/measure/upload.hpp"
#include "host/model/model.hpp"
#include "host/results/record.hpp"

namespace hil::measure {

/// Version of this program.
const char* host_version();

/// measured on a board, emulated where an emulator counts instead of a chip.
results::Origin origin_of(lab::ReadyBoard& board);

results::BoardInfo describe_board(lab::ReadyBoard& board);
results::ModelInfo describe_model(const model::CompiledModel& model);
results::DatasetInfo describe_dataset(const SampleSource& source);
/// Those conditions that are known without a board.
results::Conditions describe_host(std::chrono::system_clock::time_point started);
results::Conditions describe_conditions(lab::ReadyBoard& board,
                                        std::chrono::system_clock::time_point started);
/// How the board came to its agent.
results::Preparation describe_preparation(const lab::ReadyBoard& board);

/// Completes board and preparation of @p record by what loading the model has changed.
void note_model(lab::ReadyBoard& board, const PlacedModel& placed, results::Record& record);

/// Appends what happened to the board's line, and all that the agent has said in this session and
/// in those before it: asks it for lines that were lost on their way, if it still answers. Call
/// once, last. Times are relative to @p start.
void take_agent_events(lab::ReadyBoard& board, Deadline::Clock::time_point start,
                       std::vector<results::Event>& events);

}  // namespace hil::measure
