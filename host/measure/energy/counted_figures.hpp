// SPDX-License-Identifier: Apache-2.0
// Energy from readings of a counter on the board, taken right before and behind each window.
#pragma once

#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/file/trace_file.hpp"
#include "host/energy/sum/counter_figures.hpp"
#include "host/measure/energy/energy_facts.hpp"

namespace hil::measure {

/// The windows of @p file with what facts.counter counted in them. A reading comes a moment before
/// a window and another behind it; of what was counted between them, the window's share by time is
/// taken. What is not known of its edges: when within its reading and its refresh the counter stood
/// as it says, and what the board drew beside the window (nothing to twice the mean).
///   kUser  facts.counter is missing, or has other readings than there are windows
Result<energy::CounterRun> counted_run(const energy::TraceFile& file, const EnergyFacts& facts);

}  // namespace hil::measure
