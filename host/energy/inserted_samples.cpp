// SPDX-License-Identifier: Apache-2.0
// Indices shifted by events of kInsertedEvent.
#include "host/energy/inserted_samples.hpp"

#include <charconv>

namespace hil::energy {

std::uint64_t index_now(const Trace& trace, std::uint64_t counted) {
  std::uint64_t shift = 0;
  for (const MeterEvent& event : trace.events) {
    if (event.kind != kInsertedEvent || event.index < shift) continue;
    if (event.index - shift >= counted) break;
    std::uint64_t samples = 0;
    const char* text = event.text.data();
    const auto [end, error] = std::from_chars(text, text + event.text.size(), samples);
    const bool inside = event.index <= trace.size() && samples <= trace.size() - event.index;
    if (error == std::errc() && inside && samples <= trace.size() - shift) shift += samples;
  }
  return counted > UINT64_MAX - shift ? UINT64_MAX : counted + shift;
}

}  // namespace hil::energy
