// SPDX-License-Identifier: Apache-2.0
// Which format a file has, and what an image is asked.
#include "host/flash/image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "host/base/file.hpp"
#include "host/flash/formats/elf.hpp"
#include "host/flash/formats/intel_hex.hpp"
#include "host/flash/formats/s_record.hpp"
#include "host/flash/image_builder.hpp"

namespace hil::flash {
namespace {

/// An ELF file carries debug information many times the size of what is written.
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{256} << 20;

std::string_view text_of(std::span<const std::uint8_t> content) {
  return {reinterpret_cast<const char*>(content.data()), content.size()};
}

/// True if the first line of @p text, behind blank ones, may be of a text format.
bool starts_with_text_line(std::string_view text) {
  const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
  return std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

Format format_of(std::span<const std::uint8_t> content) {
  std::string_view text = text_of(content);
  if (text.substr(0, 4) == "\177ELF") return Format::kElf;
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (text.empty() || !starts_with_text_line(text)) return Format::kBin;
  if (text[0] == ':') return Format::kIntelHex;
  if (text.size() > 1 && text[0] == 'S' && text[1] >= '0' && text[1] <= '9') {
    return Format::kSRecord;
  }
  return Format::kBin;
}

Result<Image> parse_bin(std::span<const std::uint8_t> content, std::optional<std::uint64_t> base) {
  if (!base && !content.empty()) {
    return Error{Blame::kUser,
                 "it is neither ELF, Intel HEX nor S-record, and raw bytes (BIN) say "
                 "no address",
                 "give the address of its first byte with --base"};
  }
  ImageBuilder builder;
  HIL_TRY(builder.add(base.value_or(0), content));
  return builder.finish(Format::kBin);
}

Result<Image> parse_as(Format format, std::span<const std::uint8_t> content,
                       std::optional<std::uint64_t> base) {
  if (format == Format::kBin) return parse_bin(content, base);
  if (base) {
    return Error{
        Blame::kUser,
        fmt::format("a base is given, but it is {} with addresses of its own", name_of(format)),
        "leave out --base; it is for raw bytes"};
  }
  if (format == Format::kElf) return parse_elf(content);
  if (format == Format::kIntelHex) return parse_intel_hex(text_of(content));
  return parse_s_record(text_of(content));
}

}  // namespace

const char* name_of(Format format) {
  constexpr const char* kNames[] = {"ELF", "Intel HEX", "S-record", "BIN"};
  return kNames[static_cast<std::size_t>(format)];
}

std::uint64_t Image::size_bytes() const {
  std::uint64_t sum = 0;
  for (const Segment& segment : segments)
    sum += segment.bytes.size();
  return sum;
}

std::span<const std::uint8_t> Image::find(std::uint64_t address, std::size_t size) const {
  for (const Segment& segment : segments) {
    if (address < segment.address || address >= segment.end()) continue;
    const auto from = static_cast<std::size_t>(address - segment.address);
    if (size > segment.bytes.size() - from) return {};
    return std::span(segment.bytes).subspan(from, size);
  }
  return {};
}

Result<Image> parse_image(std::span<const std::uint8_t> content, const std::string& name,
                          std::optional<std::uint64_t> base) {
  auto image = parse_as(format_of(content), content, base);
  if (!image) return image.error().within(name);
  return image;
}

Result<Image> read_image(const std::filesystem::path& path, std::optional<std::uint64_t> base) {
  HIL_ASSIGN(const auto content, read_file(path, kMaxFileBytes));
  return parse_image(content, path.string(), base);
}

}  // namespace hil::flash
