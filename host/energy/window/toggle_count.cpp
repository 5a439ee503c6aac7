// SPDX-License-Identifier: Apache-2.0
// count_toggles(): edges of the second pin, window by window.
#include "host/energy/window/toggle_count.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hil::energy {
namespace {

/// Below this many samples an inference's edge may fall between two samples.
constexpr double kLeastSamples = 2;

std::size_t edges_between(const std::vector<Edge>& edges, double begin, double end) {
  const auto before = [](const Edge& edge, double index) {
    return static_cast<double>(edge.index) < index;
  };
  const auto first = std::lower_bound(edges.begin(), edges.end(), begin, before);
  return static_cast<std::size_t>(std::lower_bound(first, edges.end(), end, before) - first);
}

bool too_short(const Window& window) {
  return window.inferences > 0 && window.end - window.begin < kLeastSamples * window.inferences;
}

/// Of a transfer the pin says where inputs begin, and several may come in one piece.
bool may_be_counted(const Window& window) {
  return window.kind != WindowKind::kTransfer;
}

bool any_inference(const std::vector<Window>& windows) {
  return std::any_of(windows.begin(), windows.end(), [](const Window& window) {
    return window.inferences > 0 && may_be_counted(window);
  });
}

}  // namespace

void count_toggles(const Trace& trace, const LogicInput& toggle, Cut& cut) {
  if (!any_inference(cut.windows)) return;
  const Result<EdgeList> list = find_edges(trace, toggle, 0);
  const std::string input = name_of(toggle);
  if (!list) {
    cut.notes.push_back("inferences are not counted: the meter has no input for the second pin");
    return;
  }
  if (list->edges.empty()) {
    cut.notes.push_back("inferences are not counted: input " + input + " never moves");
    return;
  }
  std::size_t passed_over = 0;
  for (Window& window : cut.windows) {
    if (!may_be_counted(window)) continue;
    if (too_short(window)) {
      ++passed_over;
      continue;
    }
    cut.inferences_counted = cut.inferences_counted || window.inferences > 0;
    const std::size_t seen = edges_between(list->edges, window.begin - 1, window.end);
    if (seen == window.inferences || !window.rejected.empty()) continue;
    window.rejected =
        fmt::format("input {} moved {} time{} in it, for {} inference{}", input, seen,
                    seen == 1 ? "" : "s", window.inferences, window.inferences == 1 ? "" : "s");
  }
  if (passed_over > 0) {
    cut.notes.push_back(
        fmt::format("inferences of {} window{} are not counted: they are shorter than two samples",
                    passed_over, passed_over == 1 ? "" : "s"));
  }
}

}  // namespace hil::energy
