// SPDX-License-Identifier: Apache-2.0
// Records into a tape's file, block by block.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "host/base/file_descriptor.hpp"
#include "host/base/result.hpp"
#include "host/link/tape/format.hpp"

struct ZSTD_CCtx_s;

namespace hil::tape {

/// Gathers records and appends them to the file as blocks of their own: when 256 KiB are there,
/// when a record comes a second after the last block, and at flush(). So whatever kills the
/// program, the file can be read up to the last block. It has its final name from the start. A
/// write that fails (disk full) ends the tape, not the run: what comes later is dropped, and
/// failure() says why.
class Writer {
 public:
  /// Makes the file (one that is there is replaced) and writes its header.
  ///   kUser  it can't be made or written
  static Result<std::unique_ptr<Writer>> create(const std::filesystem::path& path);
  /// Flushes.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Takes @p record, whose at_ns is not before the last one's (it is raised to that).
  void add(Record record);
  /// Writes what is gathered.
  void flush();
  /// Why the tape ends early; nothing if it does not.
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  struct FreeContext {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  Writer(std::filesystem::path path, FileDescriptor file);
  Status write_all(const std::vector<std::uint8_t>& bytes, std::size_t count);

  std::filesystem::path path_;
  FileDescriptor file_;
  std::unique_ptr<ZSTD_CCtx_s, FreeContext> context_;
  std::vector<std::uint8_t> block_;
  std::vector<std::uint8_t> packed_;
  std::uint64_t last_ns_ = 0;     ///< at_ns of the last record
  std::uint64_t flushed_ns_ = 0;  ///< of the first record behind the last block
  std::optional<Error> failure_;
};

}  // namespace hil::tape
