// SPDX-License-Identifier: Apache-2.0
// Windows of several runs in one trace, each cut by itself.
#pragma once

#include "host/base/result.hpp"
#include "host/energy/file/trace_file.hpp"
#include "host/energy/window/cut.hpp"
#include "host/measure/energy/energy_facts.hpp"

namespace hil::measure {

/// Cuts each group of @p facts by the sync wire in its own stretch of the trace of @p file, whose
/// end was counted while it was recorded (energy::index_now()). The clock is that of the group with
/// the most windows, with the edges of all.
///   kUser  stretches that are not in the trace or not in order
///   and every error of energy::cut_by_logic()
Result<energy::Cut> cut_runs(const energy::TraceFile& file, const EnergyFacts& facts);

}  // namespace hil::measure
