// SPDX-License-Identifier: Apache-2.0
// this_machine(): the kernel's answers to the doctor's questions.
#include <grp.h>
#include <pwd.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <thread>

#include "host/base/state_folder.hpp"
#include "host/lab/doctor/machine.hpp"
#include "host/lab/doctor/program_version.hpp"

namespace hil::lab::doctor {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> group_name(gid_t id) {
  std::array<char, 16384> space{};
  group entry{};
  group* found = nullptr;
  if (::getgrgid_r(id, &entry, space.data(), space.size(), &found) != 0 || found == nullptr)
    return std::nullopt;
  return found->gr_name;
}

std::vector<std::string> names_of(const std::vector<gid_t>& ids) {
  std::vector<std::string> names;
  for (const gid_t id : ids) {
    if (auto name = group_name(id)) names.push_back(*name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<std::string> groups_of_process() {
  std::vector<gid_t> ids(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
  const int count = ::getgroups(static_cast<int>(ids.size()), ids.data());
  ids.resize(static_cast<std::size_t>(std::max(0, count)));
  ids.push_back(::getegid());
  return names_of(ids);
}

std::vector<std::string> groups_of_database(const std::string& user, gid_t first) {
  int count = 256;
  std::vector<gid_t> ids(static_cast<std::size_t>(count));
  if (::getgrouplist(user.c_str(), first, ids.data(), &count) < 0) {
    ids.resize(static_cast<std::size_t>(std::max(count, 1)));  // count now says how many there are
    count = static_cast<int>(ids.size());
    if (::getgrouplist(user.c_str(), first, ids.data(), &count) < 0) count = 0;
  }
  ids.resize(static_cast<std::size_t>(std::max(0, count)));
  return names_of(ids);
}

User this_user() {
  User user;
  user.id = ::geteuid();
  user.root = user.id == 0;
  user.groups = groups_of_process();
  std::array<char, 16384> space{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(user.id, &entry, space.data(), space.size(), &found) == 0 && found != nullptr) {
    user.name = found->pw_name;
    user.granted = groups_of_database(user.name, found->pw_gid);
  }
  return user;
}

/// adjtimex(2): STA_UNSYNC, and TIME_ERROR as its result, where nothing keeps the clock right.
std::optional<bool> clock_synchronised() {
  timex state{};
  const int result = ::adjtimex(&state);
  if (result < 0) return std::nullopt;
  return result != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

std::optional<Space> space_of(const fs::path& folder) {
  struct statvfs facts {};
  if (::statvfs(folder.c_str(), &facts) != 0) return std::nullopt;
  Space space;
  space.free_bytes = static_cast<std::uint64_t>(facts.f_bavail) * facts.f_frsize;
  if (facts.f_files > 0) space.free_files = facts.f_favail;
  space.read_only = (facts.f_flag & ST_RDONLY) != 0;
  return space;
}

std::optional<FileHolder> holder_of_device(const fs::path& device) {
  auto holder = find_locker(device);
  return holder ? holder : find_opener(device);
}

/// Where programs put temporary files, also if there is no such folder: the variables that
/// std::filesystem::temp_directory_path() looks at, which then names none.
fs::path temporary_folder() {
  for (const char* variable : {"TMPDIR", "TMP", "TEMP", "TEMPDIR"}) {
    const char* named = std::getenv(variable);
    if (named != nullptr && *named != 0) return named;
  }
  return "/tmp";
}

void add_ports(Machine& machine) {
  auto ports = list_ports();
  if (ports.ok()) {
    machine.ports = std::move(ports).value();
  } else {
    machine.no_ports = ports.error().what;
  }
}

}  // namespace

Machine this_machine() {
  Machine machine;
  machine.user = this_user();
  machine.cores = std::max(1u, std::thread::hardware_concurrency());
  machine.now = std::chrono::system_clock::now();
  machine.synchronised = clock_synchronised();
  add_ports(machine);
  if (const auto folder = hil::state_folder(); folder.ok()) machine.state_folder = *folder;
  std::error_code ignored;
  machine.current_folder = fs::current_path(ignored);
  machine.temporary_folder = temporary_folder();
  machine.ask_version = program_version;
  machine.space = space_of;
  machine.writable = [](const fs::path& file) { return ::access(file.c_str(), W_OK) == 0; };
  machine.access = check_device;
  machine.holder = holder_of_device;
  machine.gone = [](pid_t pid) { return ::kill(pid, 0) != 0 && errno == ESRCH; };
  return machine;
}

}  // namespace hil::lab::doctor
