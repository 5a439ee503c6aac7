// SPDX-License-Identifier: Apache-2.0
// What a device says of its windows, checked before it is believed.
#include "host/energy/window/device_window.hpp"

#include <fmt/format.h>

namespace hil::energy {

Status check_windows(std::span<const DeviceWindow> windows, std::uint64_t tick_hz) {
  if (windows.empty() || tick_hz == 0) {
    return Error{Blame::kBug, "windows cannot be found without any, or without a tick rate", ""};
  }
  for (std::size_t w = 0; w < windows.size(); ++w) {
    const char* hint = "the agent's clock went backwards, or its report is damaged; run it again";
    if (windows[w].end_ticks <= windows[w].begin_ticks) {
      return Error{Blame::kDevice,
                   fmt::format("window {} of {} ends before it has begun (ticks {} and {})", w + 1,
                               windows.size(), windows[w].begin_ticks, windows[w].end_ticks),
                   hint};
    }
    if (w > 0 && windows[w].begin_ticks <= windows[w - 1].end_ticks) {
      return Error{Blame::kDevice,
                   fmt::format("window {} of {} begins before window {} has ended", w + 1,
                               windows.size(), w),
                   hint};
    }
  }
  return {};
}

Window unplaced(const DeviceWindow& window) {
  Window placed;
  placed.kind = window.kind;
  placed.inferences = window.inferences;
  placed.begin_ticks = window.begin_ticks;
  placed.end_ticks = window.end_ticks;
  return placed;
}

}  // namespace hil::energy
