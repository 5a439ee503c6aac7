// SPDX-License-Identifier: Apache-2.0
// Room: on disks, in memory, and for pseudo-terminals.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>

#include "host/lab/doctor/areas.hpp"
#include "host/rpc/printable.hpp"

namespace hil::lab::doctor {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMi = 1024 * 1024;
/// A virtual board's flash, an image on its way to OpenOCD and a record with its outputs take a few
/// MiB each.
constexpr std::uint64_t kLeastDisk = 32 * kMi;
constexpr std::uint64_t kComfortableDisk = 512 * kMi;
constexpr std::uint64_t kLeastFiles = 100;
/// A QEMU has 34 to 75 MB resident, as measured over all emulated boards; then there is its
/// supervisor.
constexpr std::uint64_t kLeastMemory = 128 * kMi;
constexpr std::uint64_t kComfortableMemory = 512 * kMi;
constexpr std::uint64_t kLeastTerminals = 2;

std::string size_text(std::uint64_t bytes) {
  constexpr std::uint64_t kGi = 1024 * kMi;
  return bytes >= kGi ? fmt::format("{:.1f} GiB", static_cast<double>(bytes) / kGi)
                      : fmt::format("{} MiB", bytes / kMi);
}

std::optional<std::uint64_t> number_in(const std::string& text) {
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop == text.data()) return std::nullopt;
  return value;
}

/// @p needed: hilbench always writes there; else only results do that a user sends there.
void add_disk(Area& area, const Machine& machine, const std::string& name, const fs::path& folder,
              bool needed) {
  const auto space = machine.space(folder);
  if (!space) return;
  const std::string shown = rpc::printable(folder.string());
  const std::string make_room =
      fmt::format("du -xh '{}' | sort -h | tail  # then remove what is not needed", shown);
  const State bad = needed ? State::kProblem : State::kRemark;
  if (space->read_only) {
    return area.add(name, bad, fmt::format("{} is on a read-only file system", shown),
                    needed ? "set XDG_STATE_HOME and TMPDIR to folders that can be written"
                           : "give --json and other results a folder that can be written");
  }
  const std::string free = fmt::format("{} free at {}", size_text(space->free_bytes), shown);
  if (space->free_bytes < kLeastDisk) {
    return area.add(name, bad, fmt::format("{}; hilbench needs {}", free, size_text(kLeastDisk)),
                    make_room);
  }
  if (space->free_files && *space->free_files < kLeastFiles) {
    return area.add(
        name, bad, fmt::format("only {} more files can be made at {}", *space->free_files, shown),
        fmt::format("du --inodes -x '{}' | sort -n | tail  # then remove what is not needed",
                    shown));
  }
  if (space->free_bytes < kComfortableDisk) return area.remark(name, free, make_room);
  area.ok(name, free);
}

/// The nearest folder that exists: the disk that it will be made on.
fs::path nearest_folder(const Machine& machine, fs::path path) {
  while (!exists(machine, path) && path.has_parent_path() && path != path.parent_path())
    path = path.parent_path();
  return path;
}

/// "MemAvailable:   1234 kB" of /proc/meminfo, in bytes.
std::optional<std::uint64_t> available_memory(const Machine& machine) {
  std::istringstream lines(start_of(machine, "/proc/meminfo"));
  std::string name, number;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    words >> name >> number;
    constexpr std::uint64_t kMost = UINT64_MAX / 1024;
    if (name != "MemAvailable:") continue;
    const auto kilo = number_in(number);
    if (!kilo || *kilo > kMost) return std::nullopt;
    return *kilo * 1024;
  }
  return std::nullopt;
}

/// What a container's control group leaves (version 2 and version 1 of its files).
std::optional<std::uint64_t> group_memory(const Machine& machine) {
  constexpr const char* kFiles[][2] = {
      {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"},
      {"/sys/fs/cgroup/memory/memory.limit_in_bytes",
       "/sys/fs/cgroup/memory/memory.usage_in_bytes"}};
  for (const auto& [limit_file, usage_file] : kFiles) {
    const auto limit = number_in(first_line(machine, limit_file));  // "max": none
    const auto usage = number_in(first_line(machine, usage_file));
    if (limit && usage) return *limit > *usage ? *limit - *usage : 0;
  }
  return std::nullopt;
}

void add_memory(Area& area, const Bench& bench) {
  auto free = available_memory(bench.machine());
  const auto group = group_memory(bench.machine());
  if (group && (!free || *group < *free)) free = group;
  if (!free) return;
  std::vector<const Use*> emulated;
  for (const Use& use : bench.uses) {
    if (use.way == Way::kVirtual) emulated.push_back(&use);
  }
  const std::string text = size_text(*free) + " available";
  if (emulated.empty() || *free >= kComfortableMemory) return area.ok("memory", text);
  const State state = *free < kLeastMemory ? severity(emulated) : State::kRemark;
  area.add("memory", state, text + "; a virtual board takes up to 80 MiB",
           "ps -eo rss,pid,comm --sort -rss | head  # then end what takes most");
}

/// Process boards and virtual boards are reached through pseudo-terminals.
void add_terminals(Area& area, const Bench& bench) {
  const Machine& machine = bench.machine();
  std::vector<const Use*> uses;
  for (const Use& use : bench.uses) {
    if (use.way != Way::kDesk) uses.push_back(&use);
  }
  if (uses.empty()) return;
  if (!exists(machine, "/dev/ptmx") || !exists(machine, "/dev/pts")) {
    return area.problem(
        "pseudo-terminals", "/dev/ptmx or /dev/pts is missing",
        as_root(machine, "mkdir -p /dev/pts && ") +
            as_root(machine, "mount -t devpts -o ptmxmode=666 devpts /dev/pts && ") +
            as_root(machine, "ln -sf pts/ptmx /dev/ptmx"));
  }
  const auto most = number_in(first_line(machine, "/proc/sys/kernel/pty/max"));
  const auto used = number_in(first_line(machine, "/proc/sys/kernel/pty/nr"));
  if (!most || !used) return area.ok("pseudo-terminals", "there");
  const std::uint64_t free = *most > *used ? *most - *used : 0;
  const std::string text = fmt::format("{} of {} free", free, *most);
  if (free >= kLeastTerminals) return area.ok("pseudo-terminals", text);
  area.problem("pseudo-terminals", text + "; each board that runs here takes one",
               as_root(machine, fmt::format("sysctl kernel.pty.max={}", *most + 1024)));
}

}  // namespace

Findings examine_room(const Bench& bench) {
  const Machine& machine = bench.machine();
  Area area("room");
  if (machine.state_folder)
    add_disk(area, machine, "state folder", nearest_folder(machine, *machine.state_folder), true);
  add_disk(area, machine, "temporary files", machine.temporary_folder, true);
  add_disk(area, machine, "this folder", machine.current_folder, false);
  add_memory(area, bench);
  add_terminals(area, bench);
  return area.take();
}

}  // namespace hil::lab::doctor
