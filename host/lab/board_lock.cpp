// SPDX-License-Identifier: Apache-2.0
// BoardLock: one file per board below the state folder, flocked.
#include "host/lab/board_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "host/base/device_access.hpp"
#include "host/base/digest.hpp"
#include "host/base/state_folder.hpp"

namespace hil::lab {
namespace {

namespace fs = std::filesystem;

/// Of a file's name, without ".lock"; 255 is the limit of Linux's file systems.
constexpr std::size_t kMostName = 200;

bool harmless(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '@';
}

/// The key as a file name: serial numbers come from devices and may hold anything. Other characters
/// are written as %XX; what gets too long is cut and told apart by its digest.
std::string file_name(std::string_view key) {
  std::string name;
  for (const char c : key) {
    name += harmless(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  if (name.size() > kMostName) {
    const std::vector<std::uint8_t> bytes(key.begin(), key.end());
    const std::string digest = hex_of(sha256_of(bytes));
    name = name.substr(0, kMostName - digest.size() - 1) + "-" + digest;
  }
  return name + ".lock";
}

Error no_lock(const fs::path& path, const std::string& why) {
  return Error{Blame::kLab, fmt::format("cannot make the lock {}: {}", path.string(), why),
               "set XDG_STATE_HOME to a folder that can be written"};
}

/// "PID COMMAND LINE" as its holder wrote it; nothing if it is not (yet) whole.
std::optional<FileHolder> holder_in(int file) {
  std::array<char, 256> text{};
  const ssize_t size = ::pread(file, text.data(), text.size(), 0);
  const std::string line(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  const auto space = line.find(' ');
  const auto end = line.find('\n');
  if (space == std::string::npos || end == std::string::npos || space > end) return std::nullopt;
  FileHolder holder{std::atoi(line.c_str()), line.substr(space + 1, end - space - 1)};
  return holder.pid > 0 ? std::optional(holder) : std::nullopt;
}

/// The kernel's word counts; the file's is for where /proc/locks does not have the holder (some
/// file systems, other process id namespaces).
Error held(std::string_view key, int file, const fs::path& path) {
  auto holder = find_locker(path);
  if (!holder) holder = holder_in(file);
  const std::string by = holder ? holder->text() : "another process";
  return Error{Blame::kLab, fmt::format("{} is held by {}", key, by),
               "wait until that ends, or use another board"};
}

void write_holder(int file) {
  const FileHolder self = holder_of(::getpid());
  const std::string line = fmt::format("{} {}\n", self.pid, self.command);
  // For people and for messages only; the lock holds without it.
  [[maybe_unused]] const int cut = ::ftruncate(file, 0);
  [[maybe_unused]] const ssize_t written = ::pwrite(file, line.data(), line.size(), 0);
}

}  // namespace

Result<fs::path> lock_folder() {
  HIL_ASSIGN(const fs::path state, state_folder());
  return state / "locks";
}

Result<BoardLock> lock_board(std::string_view key) {
  HIL_ASSIGN(const fs::path folder, lock_folder());
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return no_lock(folder, error.message());
  fs::path path = folder / file_name(key);
  FileDescriptor file(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  if (!file.is_open()) return no_lock(path, std::strerror(errno));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return held(key, file.get(), path);
    return no_lock(path, std::strerror(errno));
  }
  write_holder(file.get());
  return BoardLock(std::move(file), std::move(path));
}

std::optional<FileHolder> find_lock_holder(std::string_view key) {
  const auto folder = lock_folder();
  return folder.ok() ? find_locker(*folder / file_name(key)) : std::nullopt;
}

std::string lock_key(const boards::Board& board, const Port& port) {
  std::string which = port.usb ? port.usb->serial : "";
  if (which.empty()) which = fs::path(port.name).filename().string();
  return fmt::format("{}@{}", board.id, which);
}

std::string lock_key(const boards::Board& board, const std::string& serial) {
  if (const auto ports = list_ports(); ports.ok()) {
    if (const auto port = find_port(board, serial, *ports); port.ok()) {
      return lock_key(board, *port);
    }
  }
  return serial.empty() ? board.id : fmt::format("{}@{}", board.id, serial);
}

}  // namespace hil::lab
