// SPDX-License-Identifier: Apache-2.0
// Device files: permissions by access(), users by /proc.
#include "host/base/device_access.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

namespace hil {
namespace {

namespace fs = std::filesystem;
using Cause = DeviceAccess::Cause;

constexpr std::size_t kMostCommand = 80;

std::optional<pid_t> pid_of(std::string_view text) {
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (error != std::errc() || end != text.data() + text.size() || pid <= 0) return std::nullopt;
  return pid;
}

/// The start of a file of /proc, whose size cannot be asked for.
std::string start_of(const fs::path& path, std::size_t most) {
  std::ifstream file(path, std::ios::binary);
  std::string text(most, '\0');
  file.read(text.data(), static_cast<std::streamsize>(most));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

/// Group @p id by name, else by number.
std::string group_name(gid_t id) {
  std::array<char, 4096> space{};
  group entry{};
  group* found = nullptr;
  const int failed = ::getgrgid_r(id, &entry, space.data(), space.size(), &found);
  return failed == 0 && found != nullptr ? std::string(entry.gr_name) : std::to_string(id);
}

DeviceAccess no_permission(const fs::path& path) {
  DeviceAccess access{Cause::kPermission, "no permission", "ask who runs this machine for access"};
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return access;
  const bool group_may = (status.st_mode & (S_IRGRP | S_IWGRP)) == (S_IRGRP | S_IWGRP);
  if (!group_may || status.st_gid == 0) return access;
  access.group = group_name(status.st_gid);
  const std::string& name = access.group;
  access.why_not = fmt::format("no permission (it belongs to group {})", name);
  access.hint = fmt::format("run sudo usermod -aG {} $USER, then log in again", name);
  return access;
}

DeviceAccess held_by(const FileHolder& holder) {
  return {Cause::kHeld, "held by " + holder.text(), "end that program, or use another device"};
}

/// True if any descriptor in @p folder (/proc/PID/fd) is a device file for @p device. Only what
/// lies below /dev is looked at: to ask for a file on a dead network drive may block for ever.
bool has_open(const fs::path& folder, dev_t device) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code unreadable;
    const std::string target = fs::read_symlink(entry->path(), unreadable).string();
    if (target.compare(0, 5, "/dev/") != 0) continue;
    struct stat status = {};
    if (::stat(entry->path().c_str(), &status) == 0 && S_ISCHR(status.st_mode) &&
        status.st_rdev == device) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string FileHolder::text() const {
  return command.empty() ? fmt::format("process {}", pid)
                         : fmt::format("{} (process {})", command, pid);
}

FileHolder holder_of(pid_t pid) {
  FileHolder holder{pid, start_of(fmt::format("/proc/{}/cmdline", pid), kMostCommand)};
  while (!holder.command.empty() && holder.command.back() == '\0')
    holder.command.pop_back();
  for (char& character : holder.command) {
    if (character == '\0') character = ' ';
    if (character < ' ' || character > '~') character = '?';
  }
  return holder;
}

std::optional<FileHolder> find_locker(const fs::path& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  const std::string wanted = fmt::format("{:02x}:{:02x}:{}", ::major(status.st_dev),
                                         ::minor(status.st_dev), status.st_ino);
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    // "1: FLOCK ADVISORY WRITE 25016 00:1a:3 0 EOF"; who only waits has "->" in second place.
    std::istringstream words(line);
    std::string number, kind, advice, mode, pid, file;
    words >> number >> kind >> advice >> mode >> pid >> file;
    if (kind != "FLOCK" || file != wanted) continue;
    if (const auto id = pid_of(pid)) return holder_of(*id);
  }
  return std::nullopt;
}

std::optional<FileHolder> find_opener(const fs::path& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISCHR(status.st_mode)) return std::nullopt;
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end;
       entry.increment(error)) {
    const auto pid = pid_of(entry->path().filename().string());
    if (!pid || *pid == ::getpid()) continue;
    if (has_open(entry->path() / "fd", status.st_rdev)) return holder_of(*pid);
  }
  return std::nullopt;
}

DeviceAccess check_device(const fs::path& path) {
  if (::access(path.c_str(), R_OK | W_OK) != 0) {
    if (errno == EACCES || errno == EPERM) return no_permission(path);
    return {Cause::kMissing, std::strerror(errno), "plug it in again"};
  }
  if (const auto locker = find_locker(path)) return held_by(*locker);
  if (const auto opener = find_opener(path)) return held_by(*opener);
  return {};
}

Error cannot_open(const fs::path& path, int error_number) {
  if (error_number == ENXIO || error_number == ENODEV || error_number == EIO) {
    return Error{Blame::kLink, fmt::format("{} is gone", path.string()),
                 "check the cable and the board's power, then try again"};
  }
  DeviceAccess access{Cause::kMissing, std::strerror(error_number), ""};
  if (error_number == ENOENT)
    access = {Cause::kMissing, "there is no such device", "plug the board in"};
  if (error_number == EACCES || error_number == EPERM) access = no_permission(path);
  if (error_number == EBUSY || error_number == EWOULDBLOCK) {
    auto holder = find_locker(path);
    if (!holder) holder = find_opener(path);
    access = holder ? held_by(*holder)
                    : DeviceAccess{Cause::kHeld, "held by another program", "end that program"};
  }
  return Error{Blame::kLab, fmt::format("cannot open {}: {}", path.string(), access.why_not),
               access.hint};
}

Status lock_device(int descriptor, const fs::path& path) {
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return {};
  return cannot_open(path, errno);
}

}  // namespace hil
