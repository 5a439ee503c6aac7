// SPDX-License-Identifier: Apache-2.0
// From a trace's file to windows and sums.
#include "host/app/trace_windows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <system_error>
#include <utility>

#include "host/app/window_names.hpp"
#include "host/energy/file/mlperf_trace.hpp"
#include "host/energy/file/replay_meter.hpp"
#include "host/energy/file/trace_file.hpp"
#include "host/energy/sum/figures.hpp"
#include "host/energy/sum/repetition.hpp"
#include "host/energy/window/spoiled.hpp"
#include "host/energy/window/stamped_windows.hpp"

namespace hil::app {
namespace {

namespace fs = std::filesystem;
using energy::Trace;
using energy::Window;
using energy::WindowKind;

constexpr double kMicro = 1e6;

/// "trace1-timestamps.json" beside "trace1-energy.bin", if it is there.
std::optional<fs::path> stamps_beside(const fs::path& trace) {
  constexpr std::string_view kEnd = "-energy.bin";
  std::string name = trace.filename().string();
  if (!name.ends_with(kEnd)) return std::nullopt;
  name.resize(name.size() - kEnd.size());
  const fs::path stamps = trace.parent_path() / (name + "-timestamps.json");
  std::error_code ignored;
  if (!fs::exists(stamps, ignored)) return std::nullopt;
  return stamps;
}

Status cut_stamped(const fs::path& stamps, std::uint32_t inferences, TraceWindows& windows) {
  HIL_ASSIGN(const auto times, energy::load_time_stamps(stamps));
  const auto cut = energy::cut_by_stamps(windows.trace, times, inferences);
  if (!cut) {
    const double seconds = static_cast<double>(windows.trace.size()) / windows.trace.rate_hz;
    return Error{
        Blame::kUser, fmt::format("{}: {}", stamps.filename().string(), cut.error().what),
        fmt::format("give the time stamps of this trace, which is {:.3f} s long", seconds)};
  }
  windows.stamps = stamps.string();
  windows.alignment = energy::word_of(energy::Alignment::kStamps);
  for (std::size_t i = 0; i < cut->windows.size(); ++i)
    windows.windows.push_back({2 * (i + 1), cut->windows[i], "inference", true});
  if (times.size() % 2 == 0) {
    windows.notes.push_back(fmt::format(
        "{} time stamps are an even number: the first was taken for one before all windows, and "
        "the last left over; if the first is missing, give pairs [[begin, end], ...]",
        times.size()));
  }
  return {};
}

/// What the reader of the trace says of its samples.
void note_events(TraceWindows& windows) {
  for (const energy::MeterEvent& event : windows.trace.events) {
    if (event.kind == "invalid" || event.kind == "cut-off") windows.notes.push_back(event.text);
  }
}

/// Its ends are the trace's own, and as exact.
void take_whole(std::uint32_t inferences, TraceWindows& windows) {
  windows.alignment = "whole trace";
  Window window;
  window.end = static_cast<double>(windows.trace.size());
  window.inferences = inferences;
  std::vector<Window> whole{window};
  energy::reject_spoiled(windows.trace, whole);
  windows.windows.push_back({1, whole.front(), "inference", true});
}

/// Of @p windows as if each held one of what it holds: figures are then of whole windows.
std::optional<results::EnergyFigure> whole_figure(const Trace& trace, std::vector<Window> windows) {
  if (windows.empty()) return std::nullopt;
  const WindowKind kind = windows.front().kind;
  for (Window& window : windows)
    window.inferences = 1;
  auto figures =
      energy::repeated_figures(trace, windows, kind, energy::Alignment::kStamps, nullptr);
  if (!figures) return std::nullopt;
  return std::move(figures->gross_uj);
}

WindowRow row_of(const Trace& trace, const NumberedWindow& numbered) {
  WindowRow row;
  row.of = numbered;
  const Window& window = numbered.window;
  if (!energy::lies_in(window, trace) || !(window.end > window.begin)) return row;
  row.sum = energy::integrate(trace, window);
  if (row.sum.joules) {
    Window counted = window;
    counted.rejected.clear();
    row.energy_uj = whole_figure(trace, {counted}).value_or(results::EnergyFigure{});
    row.energy_uj->value = *row.sum.joules * kMicro;
    row.power_uw = row.energy_uj->value / row.sum.seconds;
    if (window.inferences > 0) row.each_uj = row.energy_uj->value / window.inferences;
  }
  if (row.sum.coulombs) row.charge_uc = *row.sum.coulombs * kMicro;
  return row;
}

bool is_counted(const WindowRow& row) {
  return row.counts() && row.of.figures && row.of.window.kind != WindowKind::kIdle;
}

}  // namespace

Result<TraceWindows> load_windows(const fs::path& path, const std::optional<std::string>& stamps,
                                  std::uint32_t inferences) {
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored) && fs::file_size(path, ignored) == 0) {
    return Error{Blame::kUser, fmt::format("{} is empty", path.string()), "give a whole trace"};
  }
  TraceWindows windows;
  std::vector<NumberedWindow> own;
  if (path.extension() == energy::kTraceExtension) {
    HIL_ASSIGN(auto file, energy::load_trace(path));
    const auto names = window_names(file);
    for (std::size_t i = 0; i < names.size(); ++i)
      own.push_back({i + 1, file.windows[i], names[i].kind, names[i].figures});
    windows.trace = std::move(file.trace);
  } else {
    HIL_ASSIGN(windows.trace, energy::load_any_trace(path));
  }
  if (windows.trace.size() == 0) {
    return Error{Blame::kUser, fmt::format("{} holds no samples", path.string()),
                 "give a trace that does; of a counter on the board the record has all figures"};
  }
  if (stamps) {
    HIL_TRY(cut_stamped(*stamps, inferences, windows));
  } else if (const auto beside = stamps_beside(path)) {
    HIL_TRY(cut_stamped(*beside, inferences, windows));
  } else if (!own.empty()) {
    windows.alignment = "as its run cut them";
    windows.windows = std::move(own);
  } else {
    take_whole(inferences, windows);
  }
  note_events(windows);
  return windows;
}

std::vector<WindowRow> rows_of(const TraceWindows& windows) {
  std::vector<WindowRow> rows;
  rows.reserve(windows.windows.size());
  for (const NumberedWindow& window : windows.windows)
    rows.push_back(row_of(windows.trace, window));
  return rows;
}

WindowMedians medians_of(const TraceWindows& windows, const std::vector<WindowRow>& rows) {
  std::vector<double> energies, powers, each;
  std::vector<Window> counted;
  for (const WindowRow& row : rows) {
    if (!is_counted(row) || !row.energy_uj) continue;
    counted.push_back(row.of.window);
    energies.push_back(row.energy_uj->value);
    powers.push_back(*row.power_uw);
    if (row.each_uj) each.push_back(*row.each_uj);
  }
  WindowMedians medians;
  medians.windows = counted.size();
  if (energies.empty()) return medians;
  const auto [least, largest] = std::minmax_element(energies.begin(), energies.end());
  const double range = *largest - *least;
  medians.energy_uj = whole_figure(windows.trace, counted).value_or(results::EnergyFigure{});
  medians.energy_uj->value = energy::median_of(energies);
  medians.power_uw = energy::median_of(powers);
  if (each.size() == energies.size()) medians.each_uj = energy::median_of(each);
  if (medians.energy_uj->value != 0) medians.spread = range / std::abs(medians.energy_uj->value);
  return medians;
}

}  // namespace hil::app
