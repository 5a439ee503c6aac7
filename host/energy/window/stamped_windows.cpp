// SPDX-License-Identifier: Apache-2.0
// cut_by_stamps(): every second pair of stamps is a window.
#include "host/energy/window/stamped_windows.hpp"

#include <fmt/format.h>

#include <cmath>

#include "host/energy/window/clock_fit.hpp"
#include "host/energy/window/spoiled.hpp"

namespace hil::energy {
namespace {

/// A trace is never longer; keeps sample positions exact.
constexpr double kMostSeconds = 1e8;

Status check_stamps(std::span<const double> stamps_s) {
  const char* hint = "the list has seconds since the trace's start, ascending, two per window";
  if (stamps_s.size() < 3) {
    return Error{Blame::kUser,
                 fmt::format("{} time stamps make no window; at least 3 do", stamps_s.size()),
                 hint};
  }
  for (std::size_t i = 0; i < stamps_s.size(); ++i) {
    const bool a_time = stamps_s[i] >= 0 && stamps_s[i] <= kMostSeconds;  // not NaN either
    if (!a_time || (i > 0 && stamps_s[i] < stamps_s[i - 1])) {
      return Error{Blame::kUser,
                   fmt::format("time stamp {} of {} {}", i + 1, stamps_s.size(),
                               a_time ? "is before the one before it" : "is no time"),
                   hint};
    }
  }
  return {};
}

}  // namespace

Result<Cut> cut_by_stamps(const Trace& trace, std::span<const double> stamps_s,
                          std::uint32_t inferences) {
  HIL_TRY(check_stamps(stamps_s));
  if (!(trace.rate_hz > 0) || !(trace.rate_hz <= 1e9)) {
    return Error{Blame::kUser, "the trace has no sample rate that time stamps could be counted by",
                 ""};
  }
  Cut cut;
  cut.alignment = Alignment::kStamps;
  for (std::size_t w = 2; w < stamps_s.size(); w += 2) {
    Window window;
    window.kind = WindowKind::kInference;
    window.begin = std::round(trace.rate_hz * stamps_s[w - 1]);
    window.end = std::round(trace.rate_hz * stamps_s[w]);
    window.inferences = inferences;
    window.edge_sigma = kSamplingSigma;
    cut.windows.push_back(window);
  }
  reject_spoiled(trace, cut.windows);
  HIL_TRY(check_any_counts(cut.windows));
  return cut;
}

}  // namespace hil::energy
