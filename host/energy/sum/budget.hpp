// SPDX-License-Identifier: Apache-2.0
// The standard uncertainty of what was summed up, part by part.
#pragma once

#include <optional>

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

/// What is known of where a window ends.
struct WindowEnds {
  double sigma = 0;  ///< standard uncertainty of each end, in samples
  /// Set: both ends are off by the same, as the host's clock places windows in the midst of what
  /// they are of, and the length is known to this share (standard). Else each is off by itself.
  std::optional<double> length_share{};
};

/// Budget of @p sum of @p trace, whose ends are known as @p ends says.
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
///   the excess, whose mean is common. Of a difference to idle only the excess counts. Ends that
///   are off by the same d gain d times what is behind the window and lose d times what is before
///   it, alike in all windows, as is an error of the length.
/// - range switches: 3 samples of |after - before| each, taken as bounds: / sqrt(3).
/// - lost samples: may have been anything between the least and the largest that was seen.
WindowBudget budget_of(const Trace& trace, const WindowSum& sum, Measure measure,
                       const WindowEnds& ends, const IdleSecond* idle = nullptr);

}  // namespace hil::energy
