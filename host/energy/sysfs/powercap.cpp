// SPDX-License-Identifier: Apache-2.0
// Zones of powercap, and their sum as one counter.
#include "host/energy/sysfs/powercap.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <system_error>

#include "host/base/nearest.hpp"
#include "host/energy/sysfs/attribute.hpp"
#include "host/energy/sysfs/powercap_sum.hpp"
#include "host/rpc/printable.hpp"

namespace hil::energy {
namespace {

namespace fs = std::filesystem;
using Zones = std::vector<PowercapZone>;

constexpr const char* kWholeMachine = "psys";
/// "intel-rapl-mmio:0" counts what "intel-rapl:0" does.
constexpr const char* kSecondInterface = "-mmio";

/// "intel-rapl:0" is the parent of "intel-rapl:0:1"; empty at the top.
std::string parent_of(const std::string& id) {
  const auto last = id.rfind(':');
  return last == std::string::npos || id.find(':') == last ? "" : id.substr(0, last);
}

bool contains(const PowercapZone& outer, const PowercapZone& inner) {
  if (outer.id == inner.id) return false;
  return outer.name == kWholeMachine || inner.id.starts_with(outer.id + ":");
}

std::string last_part(const std::string& name) {
  return name.substr(name.rfind('/') + 1);
}

std::string full_name(const std::string& id, const std::string& own, const Zones& before) {
  const std::string parent = parent_of(id);
  for (const PowercapZone& zone : before) {
    if (!parent.empty() && zone.id == parent) return zone.name + "/" + own;
  }
  return own;
}

bool is_known(const std::string& name, const Zones& zones) {
  return std::any_of(zones.begin(), zones.end(),
                     [&name](const PowercapZone& zone) { return zone.name == name; });
}

Zones matching(const Zones& all, const std::function<bool(const PowercapZone&)>& fits) {
  Zones found;
  std::copy_if(all.begin(), all.end(), std::back_inserter(found), fits);
  return found;
}

bool is_package(const PowercapZone& zone) {
  return zone.name.starts_with("package-") && zone.name.find('/') == std::string::npos;
}

Error no_such(const std::string& name, const Zones& all) {
  std::vector<std::string> names;
  for (const PowercapZone& zone : all)
    names.push_back(zone.name);
  const std::string meant = did_you_mean(nearest_ones(name, names), "powercap:");
  return {Blame::kUser, fmt::format("powercap has no zone '{}'", rpc::printable(name)),
          meant.empty() ? fmt::format("there is {}", fmt::join(names, ", ")) : meant};
}

Result<PowercapZone> named(const std::string& name, const Zones& all) {
  auto found = matching(
      all, [&name](const PowercapZone& zone) { return zone.id == name || zone.name == name; });
  if (found.empty()) {
    found =
        matching(all, [&name](const PowercapZone& zone) { return last_part(zone.name) == name; });
  }
  if (found.empty()) return no_such(name, all);
  if (found.size() == 1) return found.front();
  return Error{Blame::kUser,
               fmt::format("{} powercap zones are called '{}'", found.size(), rpc::printable(name)),
               fmt::format("name one whole: powercap:{}", found.front().name)};
}

Status check_not_nested(const Zones& picked) {
  for (const PowercapZone& outer : picked) {
    for (const PowercapZone& inner : picked) {
      if (!contains(outer, inner)) continue;
      return Error{Blame::kUser, fmt::format("{} is counted in {} already", inner.name, outer.name),
                   fmt::format("name one of them: powercap:{}", outer.name)};
    }
  }
  return {};
}

}  // namespace

Zones find_powercap_zones(const fs::path& sysfs) {
  auto folders = entries_of(sysfs / "class/powercap");
  std::stable_partition(folders.begin(), folders.end(), [](const fs::path& folder) {
    return folder.filename().string().find(kSecondInterface) == std::string::npos;
  });
  Zones zones;
  for (const fs::path& folder : folders) {
    std::error_code ignored;
    if (!fs::exists(folder / "energy_uj", ignored)) continue;
    const std::string id = rpc::printable(folder.filename().string());
    const std::string own = attribute_text(folder / "name");
    if (own.empty()) continue;
    const std::string name = full_name(id, own, zones);
    if (is_known(name, zones)) continue;
    const auto range = attribute_number(folder / "max_energy_range_uj");
    zones.push_back({name, id, folder, range && *range > 0 ? *range : 0});
  }
  return zones;
}

Result<Zones> pick_zones(const Zones& all, const std::vector<std::string>& names) {
  if (all.empty()) {
    return Error{
        Blame::kLab, "this machine has no powercap zones",
        "they are there on PCs whose processor has RAPL: try 'sudo modprobe intel_rapl_msr'"};
  }
  Zones picked;
  if (names.empty()) {
    picked = matching(all, is_package);
    if (picked.empty()) picked = {all.front()};
  }
  for (const std::string& name : names) {
    HIL_ASSIGN(PowercapZone zone, named(name, all));
    if (!is_known(zone.name, picked)) picked.push_back(std::move(zone));
  }
  HIL_TRY(check_not_nested(picked));
  return picked;
}

Result<std::unique_ptr<EnergyCounter>> make_powercap(const Zones& zones) {
  return PowercapSum::open(zones);
}

}  // namespace hil::energy
