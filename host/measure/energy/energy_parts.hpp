// SPDX-License-Identifier: Apache-2.0
// What a record's energy has besides its figures: phases, operators, a duty.
#pragma once

#include <span>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/trace.hpp"
#include "host/energy/window.hpp"
#include "host/measure/energy/energy_facts.hpp"
#include "host/results/energy.hpp"

namespace hil::measure {

/// Those of @p windows (one per device window) that @p facts puts to @p use.
std::vector<energy::Window> windows_of(std::span<const energy::Window> windows,
                                       const EnergyFacts& facts, WindowUse use);

/// Fills phases, layers and duty of @p energy, as far as @p facts has windows for them and the
/// supply's voltage is known. @p energy has its figures and its alignment.
///
/// Operators: with base windows of E0 per inference, and windows of E_i in which operator i is
/// executed m times in a row, least squares over all windows of a group give (E_i - E0) / (m - 1):
/// each unknown but E0 is in one kind of window alone. Parts that are the same in all windows
/// (gain, offset, voltage, time base) act on the difference, the others add in squares.
///   kLab  no window of a use counts; `what` says why not
Status add_parts(const energy::Trace& trace, std::span<const energy::Window> windows,
                 const EnergyFacts& facts, results::Energy& energy);

}  // namespace hil::measure
