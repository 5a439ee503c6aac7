// SPDX-License-Identifier: Apache-2.0
// What a failed run of OpenOCD means: whose turn it is, one sentence, and what to do.
#pragma once

#include <span>
#include <string>

#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/flash/flash.hpp"
#include "host/flash/openocd_run.hpp"

namespace hil::flash {

/// The error of @p run, which was not done or did not end well. Words that OpenOCD 0.12 is known to
/// use are looked up among the lines of the last phase; of others the last lines are in the hint.
/// @p limits were those of the run.
Error error_of(const OpenocdRun& run, const boards::Board& board, const ProbeAddress& probe,
               const PhaseLimits& limits);

/// The rule that lets the users at this machine's console use probes with the ids @p usb, one line
/// per id, for a file in /etc/udev/rules.d.
std::string udev_rules(std::span<const boards::UsbId> usb);

}  // namespace hil::flash
