// SPDX-License-Identifier: Apache-2.0
// What goes into a chip's memory: pieces of bytes with their addresses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/base/result.hpp"

namespace hil::flash {

/// The most bytes an image may hold; the largest memory of any board here has 16 MiB.
constexpr std::uint64_t kMaxImageBytes = std::uint64_t{64} << 20;
/// The most pieces; an image of scattered single bytes is no firmware.
constexpr std::size_t kMaxSegments = 65536;

enum class Format : std::uint8_t { kElf, kIntelHex, kSRecord, kBin };

/// "ELF", "Intel HEX", "S-record" or "BIN".
const char* name_of(Format format);

/// Bytes without a gap from one address on; never empty.
struct Segment {
  std::uint64_t address = 0;
  std::vector<std::uint8_t> bytes;

  /// The address behind the last byte.
  [[nodiscard]] std::uint64_t end() const { return address + bytes.size(); }
};

/// Segments are sorted by address; between any two is a gap. There is at least one.
struct Image {
  std::vector<Segment> segments;
  std::optional<std::uint64_t> entry;  ///< where it wants to be started, if the file says
  Format format = Format::kBin;
  std::uint16_t elf_machine = 0;  ///< e_machine of an ELF file; 0 (EM_NONE) for all others

  /// Bytes in all segments.
  [[nodiscard]] std::uint64_t size_bytes() const;
  /// The @p size bytes from @p address on; empty if the image does not hold them in one segment.
  [[nodiscard]] std::span<const std::uint8_t> find(std::uint64_t address, std::size_t size) const;
};

/// Reads an image out of @p content, whose format is told by its first bytes. @p name is used in
/// errors only. @p base is the address of the first byte of raw content (BIN).
///   kUser  nothing in it, broken (with the line, or the offset in the file), an object file or one
///          of the wrong byte order, segments that overlap, more than kMaxImageBytes, raw content
///          without @p base, or @p base for a format that has addresses of its own
Result<Image> parse_image(std::span<const std::uint8_t> content, const std::string& name,
                          std::optional<std::uint64_t> base = std::nullopt);

/// The same of the regular file at @p path (at most 256 MiB, for ELF with debug information).
///   kUser  as above, or the file can't be read
Result<Image> read_image(const std::filesystem::path& path,
                         std::optional<std::uint64_t> base = std::nullopt);

}  // namespace hil::flash
