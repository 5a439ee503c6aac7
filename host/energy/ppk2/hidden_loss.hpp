// SPDX-License-Identifier: Apache-2.0
// Losses that time alone shows, put into a trace that is complete.
#pragma once

#include <vector>

#include "host/energy/ppk2/rate_watch.hpp"
#include "host/energy/trace.hpp"

namespace hil::energy::ppk2 {

/// For each of @p losses (by index, of @p trace as it is): its samples become gaps in the middle of
/// where it may have been, so that the time axis is right again on both sides, and all samples
/// around them up to `after` and `before` become kInvalid; an event "loss" says so, and another of
/// kInsertedEvent how many were put in. More than ten seconds are no loss that can be mended: the
/// event "loss" alone says it.
void insert_hidden_losses(const std::vector<HiddenLoss>& losses, Trace& trace);

}  // namespace hil::energy::ppk2
