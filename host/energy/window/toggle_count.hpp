// SPDX-License-Identifier: Apache-2.0
// Whether the second sync pin moved once per inference.
#pragma once

#include "host/base/result.hpp"
#include "host/energy/trace.hpp"
#include "host/energy/window/cut.hpp"
#include "host/energy/window/edges.hpp"

namespace hil::energy {

/// Counts the edges of @p toggle in each of cut's placed windows and rejects those that have not
/// as many as inferences. An edge up to one sample before the window belongs to it: both pins move
/// together. Sets Cut::inferences_counted, and leaves a note where that is not possible: there is
/// no such input, it never moves, or a window's inferences are shorter than two samples. Windows
/// of a transfer are passed over: several inputs may come in one piece, and the pin moves at once.
void count_toggles(const Trace& trace, const LogicInput& toggle, Cut& cut);

}  // namespace hil::energy
