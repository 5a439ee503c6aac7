// SPDX-License-Identifier: Apache-2.0
// Who runs hilbench: the groups that own devices, and hilbench's own folder.
#include <fmt/format.h>

#include <algorithm>

#include "host/lab/doctor/areas.hpp"
#include "host/rpc/printable.hpp"

namespace hil::lab::doctor {
namespace {

namespace fs = std::filesystem;

/// Those that Debian gives serial ports and USB devices to.
constexpr const char* kGroups[] = {"dialout", "plugdev"};

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_refused(const DeviceAccess& access) {
  return access.cause == DeviceAccess::Cause::kPermission;
}

/// Whether a device on the desk refuses this user, so that a missing group matters today.
bool anything_refused(const Bench& bench) {
  return std::any_of(bench.ports.begin(), bench.ports.end(),
                     [](const Port& port) { return is_refused(port.access); }) ||
         std::any_of(bench.probes.begin(), bench.probes.end(),
                     [](const PluggedProbe& plugged) { return is_refused(plugged.probe.access); });
}

void add_root(Area& area, const Bench& bench) {
  if (in_container(bench.machine())) return area.ok("groups", "root in a container needs none");
  area.remark("groups", "you are root: whether another user may use the devices is not seen",
              "run hilbench doctor as the user who will use the bench");
}

void add_group(Area& area, const Bench& bench, const std::string& group) {
  const User& user = bench.machine().user;
  if (has(user.groups, group)) return area.ok(group, "member");
  if (has(user.granted, group)) {
    return area.add(group, anything_refused(bench) ? State::kProblem : State::kRemark,
                    fmt::format("{} was added to it after this session began", user.name),
                    fmt::format("newgrp {}  # or log out and in again", group));
  }
  area.ok(group, "not a member; devices here are judged one by one");
}

/// The nearest folder of @p path that exists: what decides whether it can be made.
fs::path nearest_folder(const Machine& machine, fs::path path) {
  while (!exists(machine, path) && path.has_parent_path() && path != path.parent_path())
    path = path.parent_path();
  return path;
}

/// The first of hilbench's folders and locks that can't be written. After one run by sudo they are
/// root's.
fs::path not_writable(const Machine& machine, const fs::path& state) {
  std::vector<fs::path> all{nearest_folder(machine, state)};
  for (const char* folder : {"locks", "boards"}) {
    if (exists(machine, state / folder)) all.push_back(state / folder);
    for (const fs::path& entry : entries(machine, state / folder))
      all.push_back(entry);
  }
  const auto found = std::find_if(
      all.begin(), all.end(), [&machine](const fs::path& path) { return !machine.writable(path); });
  return found == all.end() ? fs::path() : *found;
}

/// chown(1) takes the id of a user without a name too.
std::string make_ours(const Machine& machine, const std::string& folder) {
  const User& user = machine.user;
  const std::string owner = user.name.empty() ? fmt::format("{}", user.id) : user.name + ":";
  return as_root(machine, fmt::format("chown -R {} '{}'", owner, folder));
}

void add_state_folder(Area& area, const Bench& bench) {
  const Machine& machine = bench.machine();
  if (!machine.state_folder) {
    return area.problem("state folder", "there is none: neither HOME nor XDG_STATE_HOME is set",
                        "set HOME, or XDG_STATE_HOME to an absolute path");
  }
  const std::string shown = rpc::printable(machine.state_folder->string());
  const fs::path bad = not_writable(machine, *machine.state_folder);
  if (bad.empty()) return area.ok("state folder", shown);
  const bool ours = bad.string().starts_with(machine.state_folder->string());
  area.problem(
      "state folder",
      fmt::format("{} can't be written: no locks, no virtual boards' flash",
                  rpc::printable(bad.string())),
      ours ? make_ours(machine, shown) : "set XDG_STATE_HOME to a folder that can be written");
}

}  // namespace

Findings examine_user(const Bench& bench) {
  Area area("user");
  if (bench.on_desk()) {
    if (bench.machine().user.root) {
      add_root(area, bench);
    } else {
      for (const char* group : kGroups)
        add_group(area, bench, group);
    }
  }
  add_state_folder(area, bench);
  return area.take();
}

}  // namespace hil::lab::doctor
