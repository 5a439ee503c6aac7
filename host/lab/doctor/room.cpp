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

/// A folder that something is written to.
struct Place {
  const char* name;
  fs::path folder;
  State bad;              ///< what it is if nothing can be written there
  const char* too_small;  ///< what that means
  const char* elsewhere;  ///< how to have it in another folder
};

void add_disk(Area& area, const Machine& machine, const Place& place) {
  const auto space = machine.space(place.folder);
  if (!space) return;
  const std::string name = place.name;
  const State bad = place.bad;
  const std::string shown = rpc::printable(place.folder.string());
  const std::string make_room =
      fmt::format("du -xh '{}' | sort -h | tail  # then remove what is not needed", shown);
  if (space->read_only) {
    return area.add(name, bad, fmt::format("{} is on a read-only file system", shown),
                    place.elsewhere);
  }
  const std::string free = fmt::format("{} free at {}", size_text(space->free_bytes), shown);
  if (space->free_bytes < kLeastDisk) {
    return area.add(name, bad, fmt::format("{}; {}", free, place.too_small), make_room);
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

/// The number after the word @p wanted at the start of a line of @p file.
std::optional<std::uint64_t> number_of(const Machine& machine, const fs::path& file,
                                       const std::string& wanted) {
  constexpr std::size_t kMostText = 16 * 1024;
  std::istringstream lines(start_of(machine, file, kMostText));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name, number;
    words >> name >> number;
    if (name == wanted) return number_in(number);
  }
  return std::nullopt;
}

/// "MemAvailable:   1234 kB" of /proc/meminfo, in bytes.
std::optional<std::uint64_t> available_memory(const Machine& machine) {
  constexpr std::uint64_t kMost = UINT64_MAX / 1024;
  const auto kilo = number_of(machine, "/proc/meminfo", "MemAvailable:");
  if (!kilo || *kilo > kMost) return std::nullopt;
  return *kilo * 1024;
}

/// One version of the control groups' files.
struct GroupFiles {
  const char* folder;
  const char* limit;
  const char* usage;
  const char* cache;  ///< the line of memory.stat
};

/// What a container's control group leaves. Its usage has the page cache in it, of which the kernel
/// gives back the inactive part before it refuses anybody memory.
std::optional<std::uint64_t> group_memory(const Machine& machine) {
  constexpr GroupFiles kVersions[] = {
      {"/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"},
      {"/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
       "total_inactive_file"}};
  for (const GroupFiles& files : kVersions) {
    const fs::path folder = files.folder;
    const auto limit = number_in(first_line(machine, folder / files.limit));  // "max": none
    const auto usage = number_in(first_line(machine, folder / files.usage));
    if (!limit || !usage) continue;
    const auto cache = number_of(machine, folder / "memory.stat", files.cache).value_or(0);
    const std::uint64_t taken = *usage - std::min(*usage, cache);
    return *limit - std::min(*limit, taken);
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

/// hilbench and OpenOCD write no temporary files, and QEMU none as hilbench starts it; a user's own
/// runner of process boards may.
void add_temporary(Area& area, const Machine& machine) {
  const fs::path& folder = machine.temporary_folder;
  std::error_code ignored;
  if (!fs::is_directory(inside(machine, folder), ignored)) {
    return area.remark("temporary files",
                       fmt::format("{} is no folder", rpc::printable(folder.string())),
                       "set TMPDIR to a folder that can be written");
  }
  add_disk(area, machine,
           {"temporary files", folder, State::kRemark, "other programs may fail",
            "set TMPDIR to a folder that can be written"});
}

void add_disks(Area& area, const Machine& machine) {
  if (machine.state_folder) {
    const std::string needed = "hilbench needs " + size_text(kLeastDisk);
    add_disk(area, machine,
             {"state folder", nearest_folder(machine, *machine.state_folder), State::kProblem,
              needed.c_str(), "set XDG_STATE_HOME to a folder that can be written"});
  }
  add_temporary(area, machine);
  add_disk(area, machine,
           {"this folder", machine.current_folder, State::kRemark, "results may not fit",
            "give --json and other results a folder that can be written"});
}

}  // namespace

Findings examine_room(const Bench& bench) {
  const Machine& machine = bench.machine();
  Area area("room");
  add_disks(area, machine);
  add_memory(area, bench);
  add_terminals(area, bench);
  return area.take();
}

}  // namespace hil::lab::doctor
