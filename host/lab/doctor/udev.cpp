// SPDX-License-Identifier: Apache-2.0
// udev: its rules, and whether it runs.
#include <fmt/format.h>

#include "host/base/file.hpp"
#include "host/lab/doctor/areas.hpp"
#include "host/lab/doctor/udev_rules.hpp"
#include "host/rpc/printable.hpp"

namespace hil::lab::doctor {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostRules = 256 * 1024;  // bytes; ours are below 10 KiB

std::string reload(const Machine& machine) {
  return as_root(machine, "udevadm control --reload") + " && " +
         as_root(machine, "udevadm trigger");
}

void add_rules(Area& area, const Bench& bench) {
  const fs::path rules = installed_rules(bench);
  if (rules.empty()) {
    if (bench.machine().user.root) return area.ok("rules", "not installed; root needs none");
    return area.remark("rules",
                       fmt::format("{} is not installed: devices may refuse you", kRulesName),
                       install_rules(bench));
  }
  const fs::path& shipped = bench.installed().udev_rules;
  if (!shipped.empty()) {
    const auto ours = read_text_file(shipped, kMostRules);
    if (ours.ok() && *ours != start_of(bench.machine(), rules, kMostRules)) {
      return area.remark("rules",
                         fmt::format("{} is not that of this version of hilbench", rules.string()),
                         install_rules(bench));
    }
  }
  area.ok("rules", rules.string());
}

/// A container that was given the host's /run/udev does not see its process.
bool udev_runs(const Bench& bench) {
  return exists(bench.machine(), "/run/udev/control") ||
         find_process(bench.processes, "systemd-udevd") != nullptr ||
         find_process(bench.processes, "udevd") != nullptr ||
         find_process(bench.processes, "eudev") != nullptr;
}

void add_daemon(Area& area, const Bench& bench) {
  if (udev_runs(bench)) return area.ok("udevd", "runs");
  const bool container = in_container(bench.machine());
  area.remark("udevd",
              "not running here: devices plugged in from now on may not be noticed, and rules are "
              "not applied",
              container ? "keep udev on the host and start the container with -v "
                          "/run/udev:/run/udev:ro -v /dev:/dev"
                        : as_root(bench.machine(), "systemctl start systemd-udevd"));
}

}  // namespace

fs::path installed_rules(const Bench& bench) {
  for (const char* folder :
       {"/etc/udev/rules.d", "/run/udev/rules.d", "/usr/local/lib/udev/rules.d",
        "/usr/lib/udev/rules.d", "/lib/udev/rules.d"}) {
    const fs::path path = fs::path(folder) / kRulesName;
    if (exists(bench.machine(), path)) return path;
  }
  return {};
}

std::string install_rules(const Bench& bench) {
  const Machine& machine = bench.machine();
  const Installation& installed = bench.installed();
  const auto quoted = [](const fs::path& path) {
    return fmt::format("'{}'", rpc::printable(path.string()));
  };
  const std::string target = fmt::format("/etc/udev/rules.d/{}", kRulesName);
  if (!installed.udev_rules.empty()) {
    return as_root(machine,
                   fmt::format("install -m 644 {} {}", quoted(installed.udev_rules), target)) +
           " && " + reload(machine);
  }
  if (installed.rules_maker.empty())
    return fmt::format("install hilbench's package, which brings {}", kRulesName);
  return quoted(installed.rules_maker) + " | " + as_root(machine, "tee " + target) +
         " >/dev/null && " + reload(machine);
}

Findings examine_udev(const Bench& bench) {
  Area area("udev");
  if (!bench.on_desk()) return area.take();
  if (!exists(bench.machine(), "/sys/bus/usb")) {
    area.ok("USB", "this machine has none");
    return area.take();
  }
  add_rules(area, bench);
  if (!bench.usb.empty()) add_daemon(area, bench);
  return area.take();
}

}  // namespace hil::lab::doctor
