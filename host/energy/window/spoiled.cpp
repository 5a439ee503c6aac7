// SPDX-License-Identifier: Apache-2.0
// reject_spoiled(): flags and events inside of windows.
#include "host/energy/window/spoiled.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace hil::energy {
namespace {

struct Fault {
  std::uint8_t bit;
  const char* is;  ///< what the samples are
};
/// The worst first: the first one that a window has is its reason.
constexpr std::array<Fault, 4> kFaults = {
    Fault{flag::kGap, "lost"}, Fault{flag::kOvercurrent, "over the meter's limit"},
    Fault{flag::kSaturated, "at the end of its range"}, Fault{flag::kInvalid, "invalid"}};

std::string reason_in(const Trace& trace, std::size_t first, std::size_t last) {
  std::array<std::size_t, kFaults.size()> counts{};
  for (std::size_t k = first; k < last; ++k) {
    if (trace.flags[k] == 0) continue;
    for (std::size_t f = 0; f < kFaults.size(); ++f)
      counts[f] += (trace.flags[k] & kFaults[f].bit) != 0 ? 1u : 0u;
  }
  for (std::size_t f = 0; f < kFaults.size(); ++f) {
    if (counts[f] > 0) {
      return fmt::format("{} of its {} samples {} {}", counts[f], last - first,
                         counts[f] == 1 ? "is" : "are", kFaults[f].is);
    }
  }
  return "";
}

/// An event's index is that of the sample behind it, so one at `first` is before the window.
std::string event_in(const Trace& trace, std::size_t first, std::size_t last) {
  for (const MeterEvent& event : trace.events) {
    if (event.index < first || event.index > last) continue;
    if (event.kind == "loss") return "the meter lost samples in it";
    if (event.kind == "overcurrent") return "the meter's overcurrent protection acted in it";
  }
  return "";
}

std::string reason_for(const Trace& trace, const Window& window) {
  if (!(window.end > window.begin)) return "it is empty";
  if (!(window.begin >= 0) || !(window.end <= static_cast<double>(trace.size()))) {
    return "it is not wholly in the trace";
  }
  const auto first = static_cast<std::size_t>(std::floor(window.begin));
  const auto last = std::min(trace.size(), static_cast<std::size_t>(std::ceil(window.end)));
  std::string reason = reason_in(trace, first, last);
  return reason.empty() ? event_in(trace, first, last) : reason;
}

}  // namespace

void reject_spoiled(const Trace& trace, std::vector<Window>& windows) {
  for (Window& window : windows)
    if (window.rejected.empty()) window.rejected = reason_for(trace, window);
}

Status check_any_counts(const std::vector<Window>& windows) {
  for (const Window& window : windows)
    if (window.rejected.empty()) return {};
  if (windows.empty()) return Error{Blame::kLab, "there are no windows in this trace", ""};
  return Error{Blame::kLab,
               fmt::format("none of {} window{} counts; the first: {}", windows.size(),
                           windows.size() == 1 ? "" : "s", windows.front().rejected),
               "run it again; if it stays so, check the meter's range, supply and USB connection"};
}

}  // namespace hil::energy
