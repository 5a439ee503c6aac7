// SPDX-License-Identifier: Apache-2.0
// The raw trace that lies beside a record.
#pragma once

#include <filesystem>

#include "host/app/options.hpp"
#include "host/base/result.hpp"
#include "host/energy/file/trace_file.hpp"
#include "host/measure/energy/energy_run.hpp"
#include "host/results/record.hpp"

namespace hil::app {

/// Where the trace of a run will go: where --trace says, else beside the file of --json
/// ("record.json" gives "record.hiltrace"); empty without either, and standard error says that it
/// is not kept. To be asked before the run, which may take minutes.
///   kUser  it could not be written there; it is in another folder than the record, or the same
///   file
Result<std::filesystem::path> place_for_trace(const Arguments& arguments);

/// Writes the trace of @p outcome to @p place, and names it in the record. Nothing if there is no
/// trace, or no place.
///   kUser  it can't be written
Status keep_trace(const std::filesystem::path& place, measure::EnergyOutcome& outcome);

/// Loads the trace that the record at @p path names, from beside it, and compares its digest.
///   kUser  the record has no energy or no trace; the file is missing, unreadable or another one
Result<energy::TraceFile> trace_of(const results::Record& record,
                                   const std::filesystem::path& path);

}  // namespace hil::app
