// SPDX-License-Identifier: Apache-2.0
// Zones of powercap, and their sum as one counter.
#include "host/energy/sysfs/powercap.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <string_view>
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

/// @p id as the first interface would have it.
std::string first_id(std::string id) {
  const auto second = id.find(kSecondInterface);
  if (second != std::string::npos) id.erase(second, std::string_view(kSecondInterface).size());
  return id;
}

bool contains(const PowercapZone& outer, const PowercapZone& inner) {
  if (outer.id == inner.id) return false;
  return outer.name == kWholeMachine || first_id(inner.id).starts_with(first_id(outer.id) + ":");
}

std::string last_part(const std::string& name) {
  return name.substr(name.rfind('/') + 1);
}

std::string full_name(const std::string& id, const std::string& own, const Zones& before) {
  const std::string parent = parent_of(first_id(id));
  for (const PowercapZone& zone : before) {
    if (!parent.empty() && first_id(zone.id) == parent) return zone.name + "/" + own;
  }
  return own;
}

bool has_name(const std::string& name, const Zones& zones) {
  return std::any_of(zones.begin(), zones.end(),
                     [&name](const PowercapZone& zone) { return zone.name == name; });
}

bool has_id(const std::string& id, const Zones& zones) {
  return std::any_of(zones.begin(), zones.end(),
                     [&id](const PowercapZone& zone) { return zone.id == id; });
}

bool is_second_interface(const std::string& id) {
  return id.find(kSecondInterface) != std::string::npos;
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

Error several(const std::string& name, const Zones& found, const Zones& all) {
  std::vector<std::string> names;
  for (const PowercapZone& zone : found)
    names.push_back("powercap:" + unique_name(zone, all));
  return {Blame::kUser,
          fmt::format("{} powercap zones are called '{}'", found.size(), rpc::printable(name)),
          fmt::format("name one of them: {}", fmt::join(names, ", "))};
}

Result<PowercapZone> named(const std::string& name, const Zones& all) {
  Zones found = matching(all, [&name](const PowercapZone& zone) { return zone.id == name; });
  if (found.empty()) {
    found = matching(all, [&name](const PowercapZone& zone) { return zone.name == name; });
  }
  if (found.empty()) {
    found =
        matching(all, [&name](const PowercapZone& zone) { return last_part(zone.name) == name; });
  }
  if (found.empty()) return no_such(name, all);
  if (found.size() == 1) return found.front();
  return several(name, found, all);
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
    return !is_second_interface(folder.filename().string());
  });
  Zones zones;
  for (const fs::path& folder : folders) {
    std::error_code ignored;
    if (!fs::exists(folder / "energy_uj", ignored)) continue;
    const std::string id = rpc::printable(folder.filename().string());
    const std::string own = attribute_text(folder / "name");
    if (own.empty()) continue;
    const std::string name = full_name(id, own, zones);
    if (is_second_interface(id) && has_name(name, zones)) continue;
    const auto range = attribute_number(folder / "max_energy_range_uj");
    zones.push_back({name, id, folder, range && *range > 0 ? *range : 0});
  }
  return zones;
}

std::string unique_name(const PowercapZone& zone, const Zones& all) {
  const auto same = std::count_if(all.begin(), all.end(), [&zone](const PowercapZone& other) {
    return other.name == zone.name;
  });
  const bool writable = zone.name.find(',') == std::string::npos;
  return same == 1 && writable ? zone.name : zone.id;
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
    if (!has_id(zone.id, picked)) picked.push_back(std::move(zone));
  }
  HIL_TRY(check_not_nested(picked));
  return picked;
}

Result<std::unique_ptr<EnergyCounter>> make_powercap(const Zones& zones) {
  return PowercapSum::open(zones);
}

}  // namespace hil::energy
