// SPDX-License-Identifier: Apache-2.0
// One run on several boards side by side: a thread, a line of progress and a record for each.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "host/app/options.hpp"
#include "host/base/result.hpp"
#include "host/base/signals.hpp"
#include "host/lab/ready_board.hpp"
#include "host/measure/evaluate.hpp"
#include "host/measure/sample_source.hpp"
#include "host/measure/watch.hpp"
#include "host/model/model.hpp"
#include "host/results/record.hpp"

namespace hil::app {

/// What is done on each board.
struct ManyJob {
  const char* command;  ///< "evaluate": of the record, and of the main phase of progress
  const model::CompiledModel& model;
  const measure::SampleSource* source;  ///< null: no dataset
  std::uint32_t planned;                ///< inferences
  /// The run on a board that is ready. Called on a thread per board, at the same time, so what it
  /// shares must only be read. Leaves samples empty if there is none to write to --outputs.
  std::function<measure::Evaluation(lab::ReadyBoard&, const measure::Watch&)> run;
};

/// Whether --board names several boards, which run_on_boards() is for.
///   kUser, kConfig  every error of board_list_of() and boards::Catalogue::load()
Result<bool> names_many(const Arguments& arguments);

/// Does @p job on every board that --board names. Each is attached, made ready, used and ended by a
/// thread of its own; a few at a time are made ready (StartGate). A board that fails or hangs ends
/// as it would alone, and keeps no other one waiting. Its record is written as soon as it ends,
/// that of a board which could not be made ready too; then comes a table of all on standard output.
/// Blocks until all have ended.
/// @returns the exit code: 0 if all passed; 128 plus the signal if @p stop came; else the code of
///   the most serious error, see exit_code_of().
///   kUser  every error of board_list_of() and RecordFolder::create(); --port or --clock, which are
///          of one board
Result<int> run_on_boards(const Arguments& arguments, const ManyJob& job, const StopRequest& stop);

/// 0 if every verdict is a pass. Else what kept a board from being measured counts before a model
/// that failed: bug (70), user (2), config (3), lab (4), tool (5), link (6), device (7), model (1),
/// in this order. Interrupted runs count as nothing here.
int exit_code_of(const std::vector<const results::Record*>& records);

}  // namespace hil::app
