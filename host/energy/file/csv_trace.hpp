// SPDX-License-Identifier: Apache-2.0
// Traces as text tables, as the makers' programs export them.
#pragma once

#include <filesystem>
#include <string_view>

#include "host/base/result.hpp"
#include "host/energy/trace.hpp"

namespace hil::energy {

/// A table with one row per sample: a header line, then numbers, separated by commas, semicolons or
/// tabs; empty lines and lines that begin with # are skipped (but "# time ..." may be the header).
/// Columns by name and unit, whatever their order and case: time or timestamp (s, ms, us, ns),
/// current (A, mA, uA, nA), voltage (V, mV), power (W, mW, uW, nW); D0 to D7, GPI0 to GPI7 (0 or 1)
/// and D0-D7 (eight of them in a row, D0 first) are logic inputs. The unit stands behind the name
/// in parentheses or brackets or as its last word: "Current(uA)", "current [mA]", "current_a"; s,
/// A, V and W if there is none. Others are skipped. Time must grow by equal steps; where it grows
/// by several steps at once, the samples in between are gaps. With current the rail is one of
/// current, else of power.
///
/// That fits Nordic's Power Profiler (Timestamp(ms),Current(uA),D0-D7) and Joulescope's tables.
///   kUser  no such table; `what` names the line
Result<Trace> parse_csv_trace(std::string_view text);
/// The same of a file.
///   kUser  unreadable or larger than 4 GiB, too
Result<Trace> load_csv_trace(const std::filesystem::path& path);

}  // namespace hil::energy
