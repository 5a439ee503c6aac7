// SPDX-License-Identifier: Apache-2.0
// Whole files: read with a size limit, written so that a half-written one never carries the name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace hil {

/// Reads the regular file at @p path. Pipes and devices are refused, so it never blocks.
///   kUser  no such file, not a regular file, unreadable, or larger than @p max_bytes
Result<std::vector<std::uint8_t>> read_file(const std::filesystem::path& path,
                                            std::uint64_t max_bytes);

/// The same as text; the bytes are not checked or changed.
Result<std::string> read_text_file(const std::filesystem::path& path, std::uint64_t max_bytes);

/// Gives the content of the regular file at @p path to @p take piece by piece (at most 64 KiB).
///   kUser  no such file, not a regular file, or unreadable
///   any error of @p take, which ends the reading
Status read_file_in_pieces(const std::filesystem::path& path,
                           const std::function<Status(std::span<const std::uint8_t>)>& take);

/// A file in the making. Bytes go to a temporary file in the same folder; commit() flushes it to
/// the disk and gives it its name. Destroyed or failed before that, it leaves nothing behind and a
/// file that had the name stays as it was. Where the file system has files without names, that
/// holds even if the program is killed. A symbolic link is followed. Where @p path is a device
/// or a pipe (/dev/stdout), bytes go straight to it and commit() only flushes.
class AtomicFile {
 public:
  ///   kUser  the folder is missing or not writable, the disk is full, or @p path is a folder or a
  ///          write-protected file
  static Result<AtomicFile> create(const std::filesystem::path& path);

  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&& other) noexcept;
  ~AtomicFile();

  /// Appends @p bytes; small pieces are gathered in memory. After an error only destruction is
  /// left.
  ///   kUser  the disk is full, or another fault of writing
  Status write(std::string_view bytes);

  /// Gives the file its name. Later calls of write() and commit() are a kBug.
  ///   kUser  the disk is full, or another fault of writing or renaming
  Status commit();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  AtomicFile(std::filesystem::path path, std::filesystem::path temporary, int descriptor,
             bool unnamed);
  Status flush();
  Status fail(const char* doing, int error_number);
  void discard() noexcept;

  std::filesystem::path path_;
  std::filesystem::path temporary_;  ///< empty: bytes go straight to path_
  int descriptor_ = -1;              ///< -1: committed, failed or moved away
  bool unnamed_ = false;             ///< temporary_ is a name that the file is yet to get
  std::string pending_;
};

/// Writes @p content as the file at @p path, all or nothing (AtomicFile).
Status write_file(const std::filesystem::path& path, std::string_view content);

}  // namespace hil
