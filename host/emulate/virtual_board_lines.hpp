// SPDX-License-Identifier: Apache-2.0
// The lines of JSON that a supervisor prints, written and read back.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "host/base/result.hpp"
#include "host/emulate/line/line_counts.hpp"
#include "host/emulate/power/truth_totals.hpp"
#include "host/emulate/virtual_board_info.hpp"

namespace hil::emulate {

/// {"board":...,"instance":...,"serial":...,"pty":...,"stlink_port":...,"jtag_port":...,
/// "gdb_port":...,"pid":...,"qemu_pid":...,"flash":...} and a line feed; "meter_port" behind them
/// if there is one.
std::string ready_line(const VirtualBoardInfo& info);
/// {"event":"restarted","why":...} with "pty" and "qemu_pid" where they belong, and a line feed. If
/// @p of is given, its "board" and "instance" are added: for lines of several boards in one stream.
std::string event_line(const VirtualBoardEvent& event, const VirtualBoardInfo* of = nullptr);
/// {"error":{"blame":...,"what":...,"hint":...}} and a line feed: instead of a ready line.
std::string error_line(const Error& error);

/// {"line_counts":{"to_device":...,"to_host":...,"garbled":...,"dropped":...,
/// "first_to_device_ns":...,"last_to_device_ns":...,"first_to_host_ns":...,"last_to_host_ns":...,
/// "put_off_ns":...,"held_up_ns":...}} and a line feed; times of the steady clock, 0: never.
std::string counts_line(const LineCounts& counts);

/// {"truth":{"runs":...,"windows":...,"window_joules":...,"window_coulombs":...}} and a line feed.
std::string truth_line(const TruthTotals& truth);

/// What one line says; whichever of the five it is.
using SupervisorLine =
    std::variant<VirtualBoardInfo, VirtualBoardEvent, LineCounts, TruthTotals, Error>;

/// Reads one line, without its line feed.
///   kTool  it is none of the five
Result<SupervisorLine> parse_line(std::string_view line);

}  // namespace hil::emulate
