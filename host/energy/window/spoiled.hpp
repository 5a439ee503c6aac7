// SPDX-License-Identifier: Apache-2.0
// Windows that must not count because of what the meter says of their samples.
#pragma once

#include <vector>

#include "host/base/result.hpp"
#include "host/energy/trace.hpp"
#include "host/energy/window.hpp"

namespace hil::energy {

/// Sets Window::rejected of each window (unless it has a reason already) that is not wholly in
/// @p trace, is empty, or in which a sample is lost, saturated, over the meter's limit or invalid,
/// or that has an event "loss" or "overcurrent" at or between its ends.
void reject_spoiled(const Trace& trace, std::vector<Window>& windows);

/// Checks that at least one of @p windows counts.
///   kLab  none does; says why the first one does not
Status check_any_counts(const std::vector<Window>& windows);

}  // namespace hil::energy
