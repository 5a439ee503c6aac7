// SPDX-License-Identifier: Apache-2.0
// A tape's bytes as records; trusts none of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "host/base/result.hpp"
#include "host/link/tape/format.hpp"

namespace hil::tape {

/// Pure: bytes in, records out, one block (16 MiB at most) in memory at a time. A tape may end
/// anywhere (the recording program was killed, the disk was full): records come up to the last
/// whole block, and ended() says whether there was an end.
class Reader {
 public:
  /// @p bytes must outlive this.
  ///   kUser  not a tape, or of a format version that this program does not read
  static Result<Reader> open(std::span<const std::uint8_t> bytes);

  /// The next record; nothing at the end. After an error only destruction is left.
  ///   kUser  broken; `what` names the byte of the file
  Result<std::optional<Record>> next();

  /// True once the record kEnd came.
  [[nodiscard]] bool ended() const { return ended_; }
  /// Bytes behind the last whole block: of one that was being written.
  [[nodiscard]] std::size_t cut_off_bytes() const { return cut_off_; }

 private:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes), at_(kHeaderBytes) {}

  /// Unpacks the next block into block_; false at the end.
  Result<bool> load_block();
  Result<std::optional<Record>> parse();
  [[nodiscard]] Error broken(const char* why) const;

  std::span<const std::uint8_t> bytes_;
  std::size_t at_;             ///< of the next block
  std::size_t block_at_ = 0;   ///< of block_, in the file
  std::size_t record_at_ = 0;  ///< of the next record in block_
  std::vector<std::uint8_t> block_;
  std::uint64_t last_ns_ = 0;
  std::size_t cut_off_ = 0;
  bool ended_ = false;
};

/// A tape's file in memory.
///   kUser  unreadable, or larger than 4 GiB
Result<std::vector<std::uint8_t>> read_tape_file(const std::filesystem::path& path);

}  // namespace hil::tape
