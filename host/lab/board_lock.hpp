// SPDX-License-Identifier: Apache-2.0
// One board, one user: a lock that the kernel frees when its holder ends, however it ends.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "host/base/device_access.hpp"
#include "host/base/file_descriptor.hpp"
#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/lab/ports.hpp"

namespace hil::lab {

/// Holds one board until destroyed. The file stays behind, unlocked; what it says of an earlier
/// holder means nothing.
class BoardLock {
 public:
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  friend Result<BoardLock> lock_board(std::string_view key);
  BoardLock(FileDescriptor file, std::filesystem::path path)
      : file_(std::move(file)), path_(std::move(path)) {}

  FileDescriptor file_;
  std::filesystem::path path_;
};

/// Where locks are: "locks" in the state folder.
///   kLab  as state_folder()
Result<std::filesystem::path> lock_folder();

/// Locks the board of @p key: a board id, or "board@serial" for one of two alike. Never blocks.
/// Writes this process's id and command line into the file, for whoever finds it locked.
///   kLab  held (`what` has the holder's process id and command), or the folder or file can't be
///         had
Result<BoardLock> lock_board(std::string_view key);

/// Who holds the lock of @p key now, by /proc/locks; nothing if nobody does. Takes nothing and
/// makes no file.
std::optional<FileHolder> find_lock_holder(std::string_view key);

/// The key of the board of @p board that is reached through @p port: told from others alike by its
/// adapter's serial number or, where there is none, by its port.
std::string lock_key(const boards::Board& board, const Port& port);

/// The same for who has no port, as a flasher: of the port that find_port() gives for @p serial,
/// else by @p serial itself.
std::string lock_key(const boards::Board& board, const std::string& serial);

}  // namespace hil::lab
