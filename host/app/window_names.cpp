// SPDX-License-Identifier: Apache-2.0
// From groups of windows to a name for each.
#include "host/app/window_names.hpp"

#include <fmt/format.h>

#include "host/measure/energy/energy_facts.hpp"
#include "host/report/text.hpp"

namespace hil::app {
namespace {

using measure::EnergyFacts;
using measure::WindowGroup;
using measure::WindowUse;

void name_operator(const EnergyFacts& facts, const WindowGroup& group, std::size_t at,
                   WindowName& name) {
  name.kind = "operator";
  if (group.layer_count == 0) return;
  const std::size_t entry = group.first_layer + at % group.layer_count;
  if (entry >= facts.layers.size()) return;
  const measure::RepeatedLayer& layer = facts.layers[entry];
  name.detail = layer.times > 1 ? fmt::format("{}, {} in a row", layer.name,
                                              report::counted(layer.times, "time"))
                                : "all operators once, to compare with";
}

}  // namespace

std::vector<WindowName> window_names(const energy::TraceFile& file) {
  std::vector<WindowName> names;
  for (const energy::Window& window : file.windows)
    names.push_back({energy::word_of(window.kind), "", true});
  const auto facts = measure::facts_from(file.options);
  if (!facts) return names;
  std::size_t next = 0;
  for (const WindowGroup& group : facts->groups) {
    for (std::size_t w = 0; w < group.windows && next < names.size(); ++w, ++next) {
      WindowName& name = names[next];
      name.figures = group.use == WindowUse::kFigures;
      if (group.use == WindowUse::kLayer) name_operator(*facts, group, w, name);
      if (group.use == WindowUse::kDuty) name.kind = "period";
    }
  }
  return names;
}

}  // namespace hil::app
