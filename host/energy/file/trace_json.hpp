// SPDX-License-Identifier: Apache-2.0
// The parts of a trace that are not samples, as JSON.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/energy/trace.hpp"
#include "host/energy/window.hpp"
#include "host/energy/window/device_window.hpp"

namespace hil::energy::trace_json {

using Options = std::map<std::string, std::string>;

/// Numbers keep all their bits; text that is no UTF-8 gets replacement characters.
std::string header_text(const Trace& trace);
std::string events_text(const std::vector<MeterEvent>& events, std::size_t first,
                        std::size_t count);
std::string device_windows_text(const std::vector<DeviceWindow>& windows, std::size_t first,
                                std::size_t count);
std::string windows_text(const std::vector<Window>& windows, std::size_t first, std::size_t count);
std::string options_text(const Options& options);

// Each reader trusts nothing, appends to what is there, and returns what is wrong: empty if
// nothing is.

/// Sets everything of @p trace but samples and events; rails get their names and kinds.
/// @p with_volts: one per rail, whether it has measured voltages.
std::string read_header(std::string_view text, Trace& trace, std::vector<bool>& with_volts);
std::string read_events(std::string_view text, std::vector<MeterEvent>& events);
std::string read_device_windows(std::string_view text, std::vector<DeviceWindow>& windows);
std::string read_windows(std::string_view text, std::vector<Window>& windows);
std::string read_options(std::string_view text, Options& options);

}  // namespace hil::energy::trace_json
