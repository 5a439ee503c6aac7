// SPDX-License-Identifier: Apache-2.0
// StateFolder: a folder, a flock, and the flash file.
#include "host/emulate/supervisor/state_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "host/base/file.hpp"
#include "host/base/state_folder.hpp"

namespace hil::emulate {
namespace {

namespace fs = std::filesystem;

Error unusable(const fs::path& path, const std::string& why) {
  return {Blame::kLab, fmt::format("cannot use {}: {}", path.string(), why),
          "make it writable, or set XDG_STATE_HOME to another folder"};
}

fs::path folder_of(const fs::path& root, const std::string& board, unsigned instance) {
  return root / (instance == 1 ? board : fmt::format("{}-{}", board, instance));
}

/// What the holder has written into its lock file: its process id.
std::string holder_of(int lock) {
  std::array<char, 16> text{};
  const ssize_t count = ::pread(lock, text.data(), text.size() - 1, 0);
  std::string digits;
  for (ssize_t i = 0; i < count && text[static_cast<std::size_t>(i)] >= '0' &&
                      text[static_cast<std::size_t>(i)] <= '9';
       ++i) {
    digits += text[static_cast<std::size_t>(i)];
  }
  return digits.empty() ? "another process" : "process " + digits;
}

/// The held lock of @p folder; not open if somebody else holds it.
struct Lock {
  FileDescriptor descriptor;
  std::string holder;  ///< if it is not open
};

Result<Lock> try_lock(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return unusable(folder, failed.message());
  const fs::path path = folder / "lock";
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.is_open()) return unusable(path, std::strerror(errno));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return unusable(path, std::strerror(errno));
    return Lock{FileDescriptor(), holder_of(file.get())};
  }
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(file.get(), 0) != 0 ||
      ::pwrite(file.get(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return unusable(path, std::strerror(errno));
  }
  return Lock{std::move(file), ""};
}

}  // namespace

Result<fs::path> state_root() {
  HIL_ASSIGN(const fs::path state, state_folder());
  return state / "boards";
}

StateFolder::StateFolder(fs::path folder, unsigned instance, FileDescriptor lock)
    : folder_(std::move(folder)), instance_(instance), lock_(std::move(lock)) {}

Result<StateFolder> StateFolder::take(const fs::path& root, const std::string& board,
                                      unsigned instance) {
  const unsigned first = instance == 0 ? 1 : instance;
  const unsigned last = instance == 0 ? kMostInstances : instance;
  std::string holder;
  for (unsigned number = first; number <= last; ++number) {
    const fs::path folder = folder_of(root, board, number);
    HIL_ASSIGN(Lock lock, try_lock(folder));
    if (lock.descriptor.is_open()) return StateFolder(folder, number, std::move(lock.descriptor));
    holder = lock.holder;
  }
  if (instance == 0) {
    return Error{
        Blame::kLab,
        fmt::format("all {} instances of virtual board {} are held", kMostInstances, board),
        "end some of them"};
  }
  return Error{Blame::kLab,
               fmt::format("virtual board {} (instance {}) is held by {}", board, instance, holder),
               "end it, or leave --instance out to take the next free one"};
}

Result<std::vector<std::uint8_t>> StateFolder::load_flash(std::size_t size_bytes) const {
  const fs::path file = flash_file();
  std::error_code failed;
  if (!fs::exists(file, failed) && !failed) return std::vector<std::uint8_t>{};
  auto content = read_file(file, size_bytes);
  if (content.ok() && content->size() == size_bytes) return content;
  const std::string why = content.ok() ? fmt::format("{} has {} bytes, the flash has {}",
                                                     file.string(), content->size(), size_bytes)
                                       : content.error().what;
  return Error{Blame::kLab, why,
               fmt::format("delete {} to start with erased flash (or use --erase)", file.string())};
}

Status StateFolder::erase_flash() const {
  std::error_code failed;
  fs::remove(flash_file(), failed);
  return failed ? Status(unusable(flash_file(), failed.message())) : Status{};
}

Status StateFolder::save_flash(std::span<const std::uint8_t> content) const {
  // AtomicFile takes text; the bytes are the same.
  const auto* text = static_cast<const char*>(static_cast<const void*>(content.data()));
  const Status written = write_file(flash_file(), std::string_view(text, content.size()));
  if (written.ok()) return {};
  return Error{Blame::kLab, written.error().what, written.error().hint};
}

}  // namespace hil::emulate
