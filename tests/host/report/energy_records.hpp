// SPDX-License-Identifier: Apache-2.0
// Records of energy runs, for the tests of all writers.
#pragma once

#include "host/results/record.hpp"

namespace hil::report {

/// A finished run with a meter that supplies the board, cut by a wire; one window does not count.
results::Record energy_record();

/// Every optional part of it: two rails of power, phases, operators, duty, an emulated meter, a
/// voltage that the user states.
results::Record full_energy_record();

/// A meter of current without a known voltage, cut by the host's clock: charge alone.
results::Record charge_record();

/// A counter on the board, which gives readings and no samples.
results::Record counter_record();

}  // namespace hil::report
