// SPDX-License-Identifier: Apache-2.0
// Holders by /proc, promises by lock files, habits by udev's database.
#include "host/lab/doctor/port_users.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <sstream>
#include <system_error>

#include "host/lab/doctor/udev_rules.hpp"
#include "host/rpc/printable.hpp"

namespace hil::lab::doctor {
namespace {

namespace fs = std::filesystem;

const Process* process_of(const Bench& bench, pid_t pid) {
  const auto found = std::find_if(bench.processes.begin(), bench.processes.end(),
                                  [pid](const Process& process) { return process.pid == pid; });
  return found == bench.processes.end() ? nullptr : &*found;
}

/// hilbench, what it started (OpenOCD), and what that started.
bool is_ours(const Bench& bench, pid_t pid) {
  constexpr int kGenerations = 3;
  const Process* process = process_of(bench, pid);
  for (int i = 0; i < kGenerations && process != nullptr; ++i) {
    if (process->name.starts_with("hilbench")) return true;
    process = process_of(bench, process->parent);
  }
  return false;
}

/// Whether this user may signal it: by "Uid:" of /proc/PID/status, first the real one.
bool is_own(const Machine& machine, pid_t pid) {
  std::istringstream lines(start_of(machine, fmt::format("/proc/{}/status", pid)));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("Uid:")) continue;
    std::istringstream words(line.substr(4));
    uid_t real = 0;
    return (words >> real) && real == machine.user.id;
  }
  return false;
}

/// The command that ends a program for good where systemd would start it again.
std::string stop_command(const Bench& bench, const FileHolder& holder, const std::string& tty) {
  const Process* process = process_of(bench, holder.pid);
  const std::string name = process == nullptr ? "" : process->name;
  const auto root = [&bench](const std::string& command) {
    return as_root(bench.machine(), command);
  };
  if (name == "ModemManager") return root("systemctl stop ModemManager");
  if (name == "brltty") return root("systemctl disable --now brltty");
  if (name == "gpsd") return root("systemctl stop gpsd.socket gpsd.service");
  if (name == "agetty" || name == "getty")
    return root(fmt::format("systemctl disable --now serial-getty@{}.service", tty));
  const std::string kill = fmt::format("kill {}", holder.pid);
  return (is_own(bench.machine(), holder.pid) ? kill : root(kill)) +
         "  # or end it where it was started";
}

bool has_word(const Machine& machine, const fs::path& file, const std::string& word) {
  std::istringstream lines(start_of(machine, file));
  for (std::string line; std::getline(lines, line);) {
    if (line.substr(0, line.find(' ')) == word) return true;
  }
  return false;
}

void add_console(const Bench& bench, const std::string& tty, std::vector<Obstacle>& found) {
  if (!has_word(bench.machine(), "/proc/consoles", tty)) return;
  found.push_back({State::kProblem, "the kernel writes its messages to it",
                   fmt::format("take console={} off the kernel's command line (Debian: in "
                               "/etc/default/grub, then {}) and start the machine again",
                               tty, as_root(bench.machine(), "update-grub"))});
}

/// The process id in a lock file: ten digits (UUCP's HDB form) or four bytes; 0 if it has none.
pid_t locker_in(const std::string& text) {
  if (text.size() == sizeof(std::int32_t)) {
    std::int32_t number = 0;
    std::memcpy(&number, text.data(), sizeof number);
    if (text.find_first_not_of(" 0123456789\n") != text.npos) return std::max(0, number);
  }
  std::istringstream words(text.substr(0, 16));
  pid_t pid = 0;
  words >> pid;
  return words.fail() || pid < 0 ? 0 : pid;
}

/// What the lock file @p path means. It is left over only if its process surely is no more: one
/// that /proc hides from this user may have the port, and who wrote a file that names none is not
/// known.
Obstacle claim_in(const Bench& bench, const fs::path& path, const std::string& tty) {
  const Machine& machine = bench.machine();
  const pid_t pid = locker_in(start_of(machine, path, 64));
  if (const Process* process = process_of(bench, pid)) {
    return {State::kProblem,
            fmt::format("{} (process {}) claims it by {}", process->name, pid, path.string()),
            stop_command(bench, {pid, ""}, tty)};
  }
  if (pid <= 0) {
    return {State::kRemark,
            fmt::format("{} claims it, but can't be read or names no process", path.string()),
            as_root(machine, fmt::format("cat -v '{}'", path.string())) + "  # see whose it is"};
  }
  if (!machine.gone(pid)) {
    return {State::kProblem,
            fmt::format("process {}, which you can't see, claims it by {}", pid, path.string()),
            as_root(machine, fmt::format("ps -p {}", pid)) + "  # see what it is, then end it"};
  }
  return {State::kRemark, fmt::format("{} is left over: its process is gone", path.string()),
          as_root(machine, fmt::format("rm '{}'", path.string()))};
}

void add_lock_file(const Bench& bench, const std::string& tty, std::vector<Obstacle>& found) {
  for (const char* folder : {"/run/lock", "/var/lock"}) {
    const fs::path path = fs::path(folder) / ("LCK.." + tty);
    if (!exists(bench.machine(), path)) continue;
    found.push_back(claim_in(bench, path, tty));
    return;  // most often one folder under two names
  }
}

/// Whether udev's database has @p device ("166:0") marked for ModemManager to leave alone.
bool is_ignored(const Machine& machine, const std::string& device) {
  if (device.empty() || device.find('/') != device.npos) return false;
  constexpr std::size_t kMostData = 64 * 1024;
  const std::string data = start_of(machine, "/run/udev/data/c" + device, kMostData);
  return data.find("E:ID_MM_DEVICE_IGNORE=1\n") != data.npos ||
         data.find("E:ID_MM_PORT_IGNORE=1\n") != data.npos;
}

void add_modem_manager(const Bench& bench, const std::string& tty, std::vector<Obstacle>& found) {
  const Machine& machine = bench.machine();
  if (find_process(bench.processes, "ModemManager") == nullptr) return;
  if (is_ignored(machine, first_line(machine, fs::path("/sys/class/tty") / tty / "dev"))) return;
  const std::string usb = usb_name_of(machine, tty);
  const fs::path device = fs::path("/sys/bus/usb/devices") / usb / "dev";
  if (!usb.empty() && is_ignored(machine, first_line(machine, device))) return;
  found.push_back({State::kRemark,
                   "ModemManager runs and may talk to it for some seconds after it is plugged in",
                   installed_rules(bench).empty()
                       ? install_rules(bench)
                       : as_root(machine, "systemctl disable --now ModemManager")});
}

}  // namespace

Obstacle obstacle_of_holder(const Bench& bench, const std::string& device,
                            const DeviceAccess& access) {
  const auto holder = bench.machine().holder(device);
  if (!holder) return {State::kProblem, rpc::printable(access.why_not), access.hint};
  const std::string who = rpc::printable(holder->text());
  if (is_ours(bench, holder->pid))
    return {State::kRemark, fmt::format("in use by {}", who), "wait until that run ends"};
  return {State::kProblem, fmt::format("held by {}", who),
          stop_command(bench, *holder, fs::path(device).filename().string())};
}

std::vector<Obstacle> obstacles_of(const Bench& bench, const std::string& tty) {
  std::vector<Obstacle> found;
  add_console(bench, tty, found);
  add_lock_file(bench, tty, found);
  add_modem_manager(bench, tty, found);
  return found;
}

std::string usb_name_of(const Machine& machine, const std::string& tty) {
  std::error_code failed;
  const fs::path real =
      fs::canonical(inside(machine, fs::path("/sys/class/tty") / tty / "device"), failed);
  if (failed) return "";
  // ".../usb1/1-2/1-2:1.0/ttyUSB0": the last part with a colon is the interface.
  std::string name;
  for (const fs::path& part : real) {
    const std::string text = part.string();
    const auto colon = text.find(':');
    if (colon != text.npos && text.find('-') < colon) name = text.substr(0, colon);
  }
  return name;
}

}  // namespace hil::lab::doctor
