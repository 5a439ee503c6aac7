// SPDX-License-Identifier: Apache-2.0
// The standard uncertainty of what was summed up, part by part.
#pragma once

#include "host/energy/sum/idle.hpp"
#include "host/energy/sum/integrate.hpp"
#include "host/energy/trace.hpp"
#include "host/results/energy.hpp"

namespace hil::energy {

/// What a figure is of.
enum class Measure : std::uint8_t {
  kEnergy,  ///< joules
  kCharge,  ///< coulombs
};

/// The parts of one window, k = 1, in joules or coulombs, by whether they are the same in every
/// window (and so do not shrink with repetition) or fall anew.
struct WindowBudget {
  results::UncertaintyParts common, own;
};

/// Budget of @p sum of @p trace, whose ends are uncertain by @p edge_sigma samples (standard).
/// With @p idle the budget is that of what remains when idle is taken off: shares are subtracted
/// first, so that gain, voltage and time base act on the difference and the offset cancels where
/// both lie in one step. Without errors of its own; what is not known is 0.
///
/// - gain, voltage, time base: relative, of the sum; gain adds up over the steps of Accuracy
///   (one reference), offset in squares (each range has its own zero).
/// - code step q: q / sqrt(12) per sample at random; systematically q / sqrt(12) of a constant
///   current that nothing dithers, less by twice the share of neighbours that differ (none from
///   one half on: noise of 0.5 q leaves 0.2 % of it).
/// - edges: an end that is off by d samples moves d times what is outside over it, as integrate()
///   splits samples; where it is off inwards by more than is left of its sample, what is inside for
///   the excess, whose mean is common. Of a difference to idle only the excess counts.
/// - range switches: 3 samples of |after - before| each, taken as bounds: / sqrt(3).
/// - lost samples: may have been anything between the least and the largest that was seen.
WindowBudget budget_of(const Trace& trace, const WindowSum& sum, Measure measure, double edge_sigma,
                       const IdleSecond* idle = nullptr);

}  // namespace hil::energy
