// SPDX-License-Identifier: Apache-2.0
// Rails by name, and how exact they are.
#include "host/energy/sysfs/sensor_rail.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

#include "host/base/nearest.hpp"
#include "host/energy/sysfs/ina_chips.hpp"
#include "host/rpc/printable.hpp"

namespace hil::energy {
namespace {

using Rails = std::vector<SensorRail>;

std::vector<std::string> names_of(const Rails& rails) {
  std::vector<std::string> names;
  for (const SensorRail& rail : rails)
    names.push_back(rail.name);
  return names;
}

Rails matching(const Rails& all, const std::function<bool(const SensorRail&)>& fits) {
  Rails found;
  std::copy_if(all.begin(), all.end(), std::back_inserter(found), fits);
  return found;
}

Error no_such(const std::string& name, const Rails& all, const std::string& kind) {
  const std::string meant = did_you_mean(nearest_ones(name, names_of(all)), kind + ":");
  return {Blame::kUser, fmt::format("{} has no rail '{}'", kind, rpc::printable(name)),
          meant.empty() ? fmt::format("there is {}", fmt::join(names_of(all), ", ")) : meant};
}

Error several(const std::string& name, const Rails& found, const std::string& kind) {
  std::vector<std::string> ids;
  for (const SensorRail& rail : found)
    ids.push_back(kind + ":" + rail.id);
  return {Blame::kUser, fmt::format("{} rails are called '{}'", found.size(), rpc::printable(name)),
          fmt::format("name one by its place: {}", fmt::join(ids, ", "))};
}

/// One device's rails by its name; none if no device is called that.
Result<Rails> rails_of_device(const std::string& name, const Rails& all, const std::string& kind) {
  Rails found = matching(all, [&name](const SensorRail& rail) { return rail.device == name; });
  const bool one = std::all_of(found.begin(), found.end(), [&found](const SensorRail& rail) {
    return rail.folder == found.front().folder;
  });
  if (!one) return several(name, found, kind);
  return found;
}

Result<Rails> named(const std::string& name, const Rails& all, const std::string& kind) {
  Rails found = matching(all, [&name](const SensorRail& rail) { return rail.id == name; });
  if (!found.empty()) return found;
  found = matching(all, [&name](const SensorRail& rail) { return rail.name == name; });
  if (found.size() > 1) return several(name, found, kind);
  if (!found.empty()) return found;
  HIL_ASSIGN(found, rails_of_device(name, all, kind));
  if (found.empty()) return no_such(name, all, kind);
  return found;
}

Error none_there(const std::string& kind) {
  return {Blame::kLab, fmt::format("{} has no rail on this machine", kind),
          "'hilbench meters' lists what can be measured; a sensor needs its kernel driver"};
}

Error which(const Rails& all, const std::string& kind) {
  return {Blame::kUser, fmt::format("{} has {} rails and none is named", kind, all.size()),
          fmt::format("name those to measure: {}:{} (there is {})", kind, all.front().name,
                      fmt::join(names_of(all), ", "))};
}

/// "VDD_IN", "POM_5V_IN": what goes into the whole module.
bool is_input(const SensorRail& rail) {
  constexpr std::string_view kEnd = "_IN";
  return rail.chip == "ina3221" && rail.name.size() > kEnd.size() &&
         rail.name.compare(rail.name.size() - kEnd.size(), kEnd.size(), kEnd) == 0;
}

}  // namespace

bool is_part_of_another(const SensorRail& rail, const Rails& picked) {
  return rail.chip == "ina3221" && !is_input(rail) &&
         std::any_of(picked.begin(), picked.end(), is_input);
}

void set_accuracy(SensorRail& rail, double shunt_ohm, double value_step, double volts_step) {
  const ChipLimits& chip = limits_of_chip(rail.chip);
  rail.accuracy.gain = std::hypot(standard_of_limit(chip.gain), shunt_uncertainty());
  rail.accuracy.code_step_a = value_step;
  rail.volts_gain = standard_of_limit(chip.bus_gain);
  const double step = std::max(volts_step, chip.bus_step_v);
  rail.volts_offset = std::hypot(standard_of_limit(chip.bus_offset_v), step / std::sqrt(12.0));
  if (rail.quantity == Quantity::kCurrent && shunt_ohm > 0) {
    rail.accuracy.offset_a = standard_of_limit(chip.offset_v / shunt_ohm);
    rail.accuracy.code_step_a = std::max(value_step, chip.step_v / shunt_ohm);
    rail.full_scale = chip.full_scale_v / shunt_ohm;
  }
  rail.accuracy_source = fmt::format("{}: {}; shunt taken as 1 %", rail.chip, chip.source);
}

Result<Rails> pick_rails(const Rails& all, const std::vector<std::string>& names,
                         const std::string& kind) {
  if (all.empty()) return none_there(kind);
  if (names.empty() && all.size() > 1) return which(all, kind);
  Rails picked;
  for (const std::string& name : names.empty() ? std::vector{all.front().id} : names) {
    HIL_ASSIGN(const Rails found, named(name, all, kind));
    for (const SensorRail& rail : found) {
      const bool again = std::any_of(picked.begin(), picked.end(),
                                     [&rail](const SensorRail& one) { return one.id == rail.id; });
      if (!again) picked.push_back(rail);
    }
  }
  for (const SensorRail& rail : picked) {
    if (rail.problem.empty()) continue;
    return Error{Blame::kLab, fmt::format("{} cannot be read: {}", rail.name, rail.problem),
                 fmt::format("see {}", rail.folder.string())};
  }
  return picked;
}

}  // namespace hil::energy
