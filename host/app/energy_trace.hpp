// SPDX-License-Identifier: Apache-2.0
// hilbench energy TRACE: the windows of a trace that is there.
#pragma once

#include <filesystem>

#include "host/app/options.hpp"
#include "host/base/result.hpp"

namespace hil::app {

/// Whether the file at @p path looks like a trace of power and not like a model: by its first byte
/// (MLPerf Tiny's), or by its name (.csv, .hiltrace, -energy.bin).
bool is_trace_file(const std::filesystem::path& path);

/// Energy of the windows of trace MODEL of @p arguments: those between the time stamps of
/// --timestamps (or of the file of that name beside it), those that our own file has, else the
/// whole trace.
///   kUser  unreadable files, or stamps that do not fit
Result<int> energy_of_trace(const Arguments& arguments);

}  // namespace hil::app
