// SPDX-License-Identifier: Apache-2.0
// Samples of a stream as rows of a CSV file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "host/base/file.hpp"
#include "host/base/result.hpp"

namespace hil::app {

/// Columns index, device_s (seconds since the agent's start) and value: an unsigned little-endian
/// number for samples of 1, 2, 4 or 8 bytes, else their bytes in hexadecimal. Lost samples have no
/// row.
class SampleCsv {
 public:
  ///   kUser  a folder is missing or not writable
  static Result<SampleCsv> create(const std::filesystem::path& path);

  /// What the rows' times are made of: ticks per second, samples per second, bytes per sample;
  /// none is 0.
  void describe(std::uint64_t tick_hz, std::uint32_t rate_hz, std::uint32_t sample_bytes);

  /// A row for each sample in @p bytes, the first of which was taken at @p ticks.
  ///   kUser  the disk is full
  Status add(std::uint64_t first_index, std::uint64_t ticks, std::span<const std::uint8_t> bytes);

  /// Gives the file its name.
  ///   kUser  the disk is full
  Status finish() { return file_.commit(); }

 private:
  explicit SampleCsv(AtomicFile file) : file_(std::move(file)) {}

  AtomicFile file_;
  std::string rows_;  ///< of the block that is being written
  double tick_s_ = 0, sample_s_ = 0;
  std::size_t sample_bytes_ = 1;
};

}  // namespace hil::app
