// SPDX-License-Identifier: Apache-2.0
// Reading a machine's files, bounded, and its processes.
#include "host/lab/doctor/machine.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <system_error>

#include "host/base/file_descriptor.hpp"
#include "host/rpc/printable.hpp"

namespace hil::lab::doctor {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostEntries = 100'000;

std::optional<pid_t> pid_of(const std::string& text) {
  pid_t pid = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, pid);
  if (error != std::errc() || stop != end || pid <= 0) return std::nullopt;
  return pid;
}

/// From /proc/PID/stat, "PID (NAME) STATE PARENT ..."; the name may hold parentheses and blanks.
pid_t parent_in(const std::string& stat) {
  const auto end = stat.rfind(')');
  if (end == std::string::npos) return 0;
  std::istringstream words(stat.substr(end + 1));
  std::string state, parent;
  words >> state >> parent;
  return pid_of(parent).value_or(0);
}

}  // namespace

fs::path inside(const Machine& machine, const fs::path& path) {
  return machine.root / path.relative_path();
}

std::string start_of(const Machine& machine, const fs::path& path, std::size_t most_bytes) {
  const FileDescriptor file(
      ::open(inside(machine, path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.is_open()) return "";
  std::string text(most_bytes, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return text;
}

std::string first_line(const Machine& machine, const fs::path& path) {
  const std::string text = start_of(machine, path, 256);
  return rpc::printable(text.substr(0, text.find('\n')));
}

bool exists(const Machine& machine, const fs::path& path) {
  std::error_code ignored;
  return fs::exists(inside(machine, path), ignored);
}

std::vector<fs::path> entries(const Machine& machine, const fs::path& path) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator entry(inside(machine, path), error), end;
       !error && entry != end && found.size() < kMostEntries; entry.increment(error)) {
    found.push_back(path / entry->path().filename());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string link_name(const Machine& machine, const fs::path& path) {
  std::error_code ignored;
  return rpc::printable(fs::read_symlink(inside(machine, path), ignored).filename().string());
}

std::vector<fs::path> interfaces_of(const Machine& machine, const fs::path& device) {
  std::vector<fs::path> found;
  const std::string start = device.filename().string() + ":";
  for (const fs::path& path : entries(machine, device.parent_path())) {
    if (path.filename().string().starts_with(start)) found.push_back(path);
  }
  return found;
}

bool in_container(const Machine& machine) {
  return exists(machine, "/.dockerenv") || exists(machine, "/run/.containerenv") ||
         exists(machine, "/run/systemd/container");
}

std::string as_root(const Machine& machine, const std::string& command) {
  return machine.user.root ? command : "sudo " + command;
}

std::string install(const Machine& machine, const std::string& package) {
  if (exists(machine, "/etc/debian_version")) return as_root(machine, "apt-get install " + package);
  return fmt::format("install it (Debian has it in the package {})", package);
}

std::vector<Process> list_processes(const Machine& machine) {
  std::vector<Process> found;
  for (const fs::path& folder : entries(machine, "/proc")) {
    const auto pid = pid_of(folder.filename().string());
    if (!pid) continue;
    const std::string name = first_line(machine, folder / "comm");
    if (name.empty()) continue;  // it has ended
    found.push_back({*pid, parent_in(start_of(machine, folder / "stat", 512)), name});
  }
  return found;
}

const Process* find_process(const std::vector<Process>& all, const std::string& name) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&name](const Process& process) { return process.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace hil::lab::doctor
