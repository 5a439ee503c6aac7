// SPDX-License-Identifier: Apache-2.0
// The machine as the doctor sees it: a root folder and a few questions, so that tests make one up.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/base/device_access.hpp"
#include "host/lab/ports.hpp"

namespace hil::lab::doctor {

/// Who runs this program.
struct User {
  std::string name;
  bool root = false;
  std::vector<std::string> groups;   ///< that this process has
  std::vector<std::string> granted;  ///< that the next login gets, by the group database
  uid_t id = 0;  ///< effective; without a name in the user database `name` is empty
};

/// What a program said to --version.
struct ProgramAnswer {
  enum class Kind : std::uint8_t { kMissing, kFailed, kSilent, kAnswered };

  Kind kind = Kind::kMissing;
  std::string
      text;  ///< kAnswered: its first bytes; kFailed: why it can't be started, or how it ended
};

/// Room on the file system of a folder.
struct Space {
  std::uint64_t free_bytes = 0;             ///< for this user
  std::optional<std::uint64_t> free_files;  ///< inodes; nothing where they are made as needed
  bool read_only = false;
};

struct Machine {
  std::filesystem::path root = "/";  ///< of /proc, /sys, /etc, /run, /dev and /usr
  User user;
  unsigned cores = 1;
  std::chrono::system_clock::time_point now;
  std::optional<bool> synchronised;  ///< the system clock, by the kernel; nothing: it does not say
  std::vector<Port> ports;
  std::string no_ports;  ///< why they could not be listed; empty: they were
  std::optional<std::filesystem::path> state_folder;  ///< "hilbench" in $XDG_STATE_HOME
  std::filesystem::path current_folder;
  std::filesystem::path temporary_folder;

  // Questions about absolute paths and programs of the machine. ask_version may be called by
  // several threads at once.
  std::function<ProgramAnswer(const std::string& program)> ask_version;
  std::function<std::optional<Space>(const std::filesystem::path& folder)> space;
  std::function<bool(const std::filesystem::path& file)> writable;
  std::function<DeviceAccess(const std::filesystem::path& device)> access;
  std::function<std::optional<FileHolder>(const std::filesystem::path& device)> holder;
  std::function<bool(pid_t pid)> gone;  ///< surely no process, not even one that /proc hides
};

/// The one this program runs on. Lists its serial ports; opens no device.
Machine this_machine();

/// @p path (absolute) below the root of @p machine.
std::filesystem::path inside(const Machine& machine, const std::filesystem::path& path);

/// At most @p most_bytes from the start of a file of @p machine; empty if it can't be read. Never
/// blocks (a pipe has nothing in it).
std::string start_of(const Machine& machine, const std::filesystem::path& path,
                     std::size_t most_bytes = 4096);

/// The first line of that, safe for a terminal.
std::string first_line(const Machine& machine, const std::filesystem::path& path);

bool exists(const Machine& machine, const std::filesystem::path& path);

/// What is in folder @p path, as absolute paths of @p machine, sorted; at most 100,000.
std::vector<std::filesystem::path> entries(const Machine& machine,
                                           const std::filesystem::path& path);

/// The name of what the link at @p path leads to ("ftdi_sio"); empty if it is none.
std::string link_name(const Machine& machine, const std::filesystem::path& path);

/// The folders of the interfaces of the USB device in folder @p device: "1-2:1.0" beside "1-2".
std::vector<std::filesystem::path> interfaces_of(const Machine& machine,
                                                 const std::filesystem::path& device);

/// True in a Docker, Podman or systemd container.
bool in_container(const Machine& machine);

/// @p command as who runs this has to type it: with sudo before it, unless root runs it.
std::string as_root(const Machine& machine, const std::string& command);

/// The command that installs Debian's package @p package; in words where there is no Debian.
std::string install(const Machine& machine, const std::string& package);

/// A running program.
struct Process {
  pid_t pid = 0;
  pid_t parent = 0;
  std::string name;  ///< as the kernel has it, at most 15 characters, safe for a terminal
};

/// All of them, by /proc.
std::vector<Process> list_processes(const Machine& machine);

/// The first one of that name; null if there is none.
const Process* find_process(const std::vector<Process>& all, const std::string& name);

}  // namespace hil::lab::doctor
