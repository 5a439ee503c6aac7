// SPDX-License-Identifier: Apache-2.0
// Whether this process may use a device file now, and who or what keeps it from it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "host/base/result.hpp"

namespace hil {

/// A process that has a file.
struct FileHolder {
  pid_t pid = 0;
  std::string command;  ///< its command line, at most 80 printable characters; empty: not told

  /// "picocom /dev/ttyACM0 (process 7)".
  [[nodiscard]] std::string text() const;
};

/// The process that has flocked the file at @p path, by /proc/locks; nothing if none has, or the
/// system does not say.
std::optional<FileHolder> find_locker(const std::filesystem::path& path);

/// Another process that has the device file at @p path open, by /proc/PID/fd; nothing if none has.
/// Other users' processes are seen by root only.
std::optional<FileHolder> find_opener(const std::filesystem::path& path);

/// How process @p pid was started; `command` is empty if it is gone.
FileHolder holder_of(pid_t pid);

struct DeviceAccess {
  enum class Cause : std::uint8_t { kNone, kPermission, kHeld, kMissing };

  Cause cause = Cause::kNone;  ///< that it may not be used; kNone: it may
  std::string why_not;         ///< one phrase: "no permission (it belongs to group dialout)"
  std::string hint;            ///< what to do about it
  std::string group = {};      ///< kPermission: whose members may use it; empty: no group may

  [[nodiscard]] bool granted() const { return cause == Cause::kNone; }
};

/// Looks at the device file at @p path and its users, without opening it.
DeviceAccess check_device(const std::filesystem::path& path);

/// What kept an open() of @p path from working: its @p error_number in words, with a hint.
///   (always an error) kLab, or kLink where the device is gone
Error cannot_open(const std::filesystem::path& path, int error_number);

/// Locks the open file @p descriptor (flock, exclusive); freed when it is closed. Never blocks.
///   kLab  somebody holds it; `what` names @p path and the holder
Status lock_device(int descriptor, const std::filesystem::path& path);

}  // namespace hil
