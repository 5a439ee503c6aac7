// SPDX-License-Identifier: Apache-2.0
// Firmware that does nothing, and files of all formats made of it.
#include "tests/host/flash/image_files.hpp"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <random>

namespace hil::flash::test {
namespace {

constexpr std::size_t kLinesBytes = 16;

void put_word(Bytes& bytes, std::size_t at, std::uint32_t word) {
  std::memcpy(bytes.data() + at, &word, sizeof word);
}

std::string hex_of(const Bytes& bytes) {
  std::string text;
  for (const auto byte : bytes)
    text += fmt::format("{:02X}", byte);
  return text;
}

unsigned sum_of(const Bytes& bytes) {
  unsigned sum = 0;
  for (const auto byte : bytes)
    sum += byte;
  return sum;
}

Bytes line_of(const Bytes& content, std::size_t at) {
  const auto end = std::min(at + kLinesBytes, content.size());
  return {content.begin() + static_cast<std::ptrdiff_t>(at),
          content.begin() + static_cast<std::ptrdiff_t>(end)};
}

}  // namespace

Bytes firmware(std::uint32_t base, std::uint32_t stack, std::size_t size_bytes,
               std::uint32_t seed) {
  constexpr std::size_t kVectors = 64;
  constexpr std::uint16_t kLoop = 0xE7FE;  // b .
  Bytes bytes(size_bytes);
  std::mt19937 random(seed);
  for (auto& byte : bytes)
    byte = static_cast<std::uint8_t>(random());
  put_word(bytes, 0, stack);
  for (std::size_t i = 1; i < kVectors; ++i)
    put_word(bytes, 4 * i, base + 4 * kVectors + 1);
  std::memcpy(bytes.data() + 4 * kVectors, &kLoop, sizeof kLoop);
  return bytes;
}

Bytes elf_file(std::uint32_t base, const Bytes& content) {
  Elf32_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS32;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_EXEC;
  header.e_machine = EM_ARM;
  header.e_version = EV_CURRENT;
  header.e_entry = base + 0x101;
  header.e_phoff = sizeof header;
  header.e_ehsize = sizeof header;
  header.e_phentsize = sizeof(Elf32_Phdr);
  header.e_phnum = 1;
  Elf32_Phdr segment{};
  segment.p_type = PT_LOAD;
  segment.p_offset = sizeof header + sizeof segment;
  segment.p_paddr = base;
  segment.p_vaddr = base + 0x1000'0000;
  segment.p_filesz = static_cast<Elf32_Word>(content.size());
  segment.p_memsz = segment.p_filesz + 64;
  Bytes file(sizeof header + sizeof segment);
  std::memcpy(file.data(), &header, sizeof header);
  std::memcpy(file.data() + sizeof header, &segment, sizeof segment);
  file.insert(file.end(), content.begin(), content.end());
  return file;
}

std::string hex_record(unsigned type, unsigned offset, const Bytes& data) {
  Bytes record = {static_cast<std::uint8_t>(data.size()), static_cast<std::uint8_t>(offset >> 8),
                  static_cast<std::uint8_t>(offset), static_cast<std::uint8_t>(type)};
  record.insert(record.end(), data.begin(), data.end());
  record.push_back(static_cast<std::uint8_t>(0x100 - sum_of(record) % 0x100));
  return ":" + hex_of(record) + "\n";
}

std::string hex_file(std::uint32_t base, const Bytes& content) {
  std::string text;
  std::uint32_t upper = 0;
  for (std::size_t at = 0; at < content.size(); at += kLinesBytes) {
    const auto address = base + static_cast<std::uint32_t>(at);
    if (address >> 16 != upper) {
      upper = address >> 16;
      text += hex_record(4, 0,
                         {static_cast<std::uint8_t>(upper >> 8), static_cast<std::uint8_t>(upper)});
    }
    text += hex_record(0, address & 0xFFFF, line_of(content, at));
  }
  return text + hex_record(1, 0, {});
}

std::string s_record(unsigned type, std::uint32_t address, std::size_t address_bytes,
                     const Bytes& data) {
  Bytes record = {static_cast<std::uint8_t>(address_bytes + data.size() + 1)};
  for (std::size_t i = address_bytes; i-- > 0;)
    record.push_back(static_cast<std::uint8_t>(address >> (8 * i)));
  record.insert(record.end(), data.begin(), data.end());
  record.push_back(static_cast<std::uint8_t>(~sum_of(record)));
  return fmt::format("S{}{}\n", type, hex_of(record));
}

std::string s_file(std::uint32_t base, const Bytes& content) {
  std::string text = s_record(0, 0, 2, {'h', 'i', 'l'});
  unsigned count = 0;
  for (std::size_t at = 0; at < content.size(); at += kLinesBytes, ++count)
    text += s_record(3, base + static_cast<std::uint32_t>(at), 4, line_of(content, at));
  return text + s_record(5, count & 0xFFFF, 2, {}) + s_record(7, base + 0x101, 4, {});
}

Bytes bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

Image image_of(std::uint64_t address, Bytes bytes) {
  Image image;
  image.segments.push_back({address, std::move(bytes)});
  return image;
}

}  // namespace hil::flash::test
