// SPDX-License-Identifier: Apache-2.0
// The windows of a trace that is there, what is in each, and how sure that is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/sum/integrate.hpp"
#include "host/energy/trace.hpp"
#include "host/energy/window.hpp"
#include "host/results/energy.hpp"

namespace hil::app {

/// A window with the number and the name that it has where it comes from.
struct NumberedWindow {
  std::size_t number = 0;
  energy::Window window;
  std::string kind;      ///< WindowName::kind
  bool figures = false;  ///< medians are of such, unless they are idle
};

/// A trace and where its windows are.
struct TraceWindows {
  energy::Trace trace;
  std::string stamps;     ///< the file; empty: none
  std::string alignment;  ///< "time-stamps", "as its run cut them", "whole trace"
  std::vector<NumberedWindow> windows;
  std::vector<std::string> notes;  ///< what a person should know of samples and stamps
};

/// Loads the trace at @p path. Windows are those between the stamps of @p stamps, else of the list
/// beside the trace (trace1-timestamps.json), else those its own file has, else one, the whole.
/// @p inferences: in each, unless the file knows; 0: not known.
///   kUser  no such trace, none that is sound, one without samples, or stamps that do not fit it
Result<TraceWindows> load_windows(const std::filesystem::path& path,
                                  const std::optional<std::string>& stamps,
                                  std::uint32_t inferences);

/// One window's figures; what is not known is not there.
struct WindowRow {
  NumberedWindow of;
  energy::WindowSum sum;
  std::optional<results::EnergyFigure> energy_uj;  ///< of the whole window
  std::optional<double> power_uw, each_uj, charge_uc;

  [[nodiscard]] bool counts() const { return of.window.rejected.empty(); }
};

/// A row per window. The uncertainty has all that the trace states: without its meter's accuracy
/// that is where the windows end.
std::vector<WindowRow> rows_of(const TraceWindows& windows);

/// Medians over the windows that count: of a run those of its figures, without the idle ones.
struct WindowMedians {
  std::optional<results::EnergyFigure> energy_uj;  ///< with the spread over windows
  std::optional<double> power_uw, each_uj;
  std::size_t windows = 0;
  double spread = 0;  ///< largest less least energy, of the median; 0 of one window
};
WindowMedians medians_of(const TraceWindows& windows, const std::vector<WindowRow>& rows);

}  // namespace hil::app
