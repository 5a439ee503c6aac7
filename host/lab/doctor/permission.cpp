// SPDX-License-Identifier: Apache-2.0
// access_fix(): the cheapest step that is left.
#include "host/lab/doctor/permission.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/lab/doctor/udev_rules.hpp"

namespace hil::lab::doctor {
namespace {

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// /sys shows it, /dev does not have it.
std::string make_node(const Bench& bench, const std::string& device) {
  if (in_container(bench.machine())) {
    const bool usb = device.starts_with("/dev/bus/usb");
    return fmt::format("start the container with {}",
                       usb ? "-v /dev/bus/usb:/dev/bus/usb --device-cgroup-rule 'c 189:* rmw'"
                           : "--device " + device);
  }
  return as_root(bench.machine(), "systemctl start systemd-udevd") + " && " +
         as_root(bench.machine(), "udevadm trigger");
}

/// A user id without a name (docker run --user) can't be made a member by usermod.
std::string join_group(const Machine& machine, const std::string& group) {
  const User& user = machine.user;
  if (user.name.empty()) {
    return fmt::format(
        "run hilbench with the group {0}, in a container by --group-add {0}: user {1} has no name "
        "to add to it",
        group, user.id);
  }
  return fmt::format("{}  # then log out and in again",
                     as_root(machine, fmt::format("usermod -aG {} {}", group, user.name)));
}

}  // namespace

std::string access_fix(const Bench& bench, const std::string& device, const DeviceAccess& access,
                       bool by_rules) {
  const User& user = bench.machine().user;
  if (access.cause == DeviceAccess::Cause::kMissing) return make_node(bench, device);
  if (has(user.granted, access.group) && !has(user.groups, access.group))
    return fmt::format("newgrp {}  # or log out and in again", access.group);
  const bool rules = !installed_rules(bench).empty();
  if (by_rules && !rules) return install_rules(bench);
  if (!access.group.empty() && !has(user.groups, access.group))
    return join_group(bench.machine(), access.group);
  return rules ? "unplug it and plug it in again, so that the rules are applied"
               : install_rules(bench);
}

}  // namespace hil::lab::doctor
