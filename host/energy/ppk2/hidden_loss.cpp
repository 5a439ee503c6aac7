// SPDX-License-Identifier: Apache-2.0
// insert_hidden_losses(): from the last loss to the first, so that indices stay right.
#include "host/energy/ppk2/hidden_loss.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/energy/inserted_samples.hpp"

namespace hil::energy::ppk2 {
namespace {

constexpr std::uint64_t kMostInserted = 1'000'000;

template <class T>
void insert_at(std::vector<T>& values, std::size_t at, std::size_t count, T value) {
  if (values.empty()) return;
  values.insert(values.begin() + static_cast<std::ptrdiff_t>(at), count, value);
}

void insert(const HiddenLoss& loss, Trace& trace) {
  const std::size_t size = trace.size();
  const auto after = std::min<std::size_t>(loss.after, size);
  const auto before = std::clamp<std::size_t>(loss.before, after, size);
  const std::size_t middle = after + (before - after) / 2;
  const std::size_t count = loss.samples <= kMostInserted ? loss.samples : 0;
  for (MeterEvent& event : trace.events) {
    if (event.index > middle) event.index += count;
  }
  const std::uint8_t level = middle > 0 && !trace.logic.empty() ? trace.logic[middle - 1] : 0;
  insert_at(trace.logic, middle, count, level);
  for (Rail& rail : trace.rails) {
    insert_at(rail.values, middle, count, 0.0F);
    insert_at(rail.volts, middle, count, 0.0F);
  }
  for (std::size_t i = after; i < before; ++i)
    trace.flags[i] |= flag::kInvalid;
  insert_at(trace.flags, middle, count, flag::kGap);
  trace.events.push_back(
      {middle, "loss",
       fmt::format("{} samples lost between samples {} and {}, as the clock says", loss.samples,
                   after, before + count)});
  if (count == 0) return;
  trace.events.push_back({middle, kInsertedEvent,
                          fmt::format("{} samples put in for them after the recording", count)});
}

}  // namespace

void insert_hidden_losses(const std::vector<HiddenLoss>& losses, Trace& trace) {
  for (auto loss = losses.rbegin(); loss != losses.rend(); ++loss)
    insert(*loss, trace);
  std::stable_sort(trace.events.begin(), trace.events.end(),
                   [](const MeterEvent& a, const MeterEvent& b) { return a.index < b.index; });
}

}  // namespace hil::energy::ppk2
