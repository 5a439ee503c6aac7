// SPDX-License-Identifier: Apache-2.0
// Program headers of ELF files.
#include "host/flash/formats/elf.hpp"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "host/flash/image_builder.hpp"

namespace hil::flash {
namespace {

static_assert(std::endian::native == std::endian::little, "headers are copied as they are");

Error broken(std::string what) {
  return {Blame::kUser, std::move(what), "it is damaged or cut off; build or fetch it again"};
}

/// The structure of type T at @p offset; only if it lies within @p content.
template <class T>
T copy_of(std::span<const std::uint8_t> content, std::uint64_t offset) {
  T value;
  std::memcpy(&value, content.data() + offset, sizeof value);
  return value;
}

/// True if [offset, offset + size) lies within @p content.
bool within(std::span<const std::uint8_t> content, std::uint64_t offset, std::uint64_t size) {
  return offset <= content.size() && size <= content.size() - offset;
}

Status check_type(unsigned type) {
  if (type == ET_EXEC || type == ET_DYN) return {};
  if (type == ET_REL) {
    return Error{Blame::kUser, "it is an object file, which has no addresses yet",
                 "give the linked program"};
  }
  return broken(fmt::format("its ELF type {} is no program", type));
}

/// The program headers, all of which lie within the file.
template <class Header, class ProgramHeader>
Result<std::vector<ProgramHeader>> program_headers(std::span<const std::uint8_t> content,
                                                   const Header& header) {
  if (header.e_phnum == PN_XNUM ||
      (header.e_phnum > 0 && header.e_phentsize != sizeof(ProgramHeader)) ||
      !within(content, header.e_phoff, std::uint64_t{header.e_phnum} * sizeof(ProgramHeader))) {
    return broken(
        fmt::format("its {} program headers of {} bytes at offset {} are not within its "
                    "{} bytes",
                    header.e_phnum, header.e_phentsize, header.e_phoff, content.size()));
  }
  std::vector<ProgramHeader> headers;
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    headers.push_back(copy_of<ProgramHeader>(content, header.e_phoff + i * sizeof(ProgramHeader)));
  }
  return headers;
}

template <class ProgramHeader>
bool loads(const ProgramHeader& header) {
  return header.p_type == PT_LOAD && header.p_filesz > 0;
}

/// True if addresses are in p_vaddr: several segments, none with a physical address.
template <class ProgramHeader>
bool has_only_virtual_addresses(const std::vector<ProgramHeader>& headers) {
  const auto loaded = std::count_if(headers.begin(), headers.end(), loads<ProgramHeader>);
  return loaded > 1 && std::none_of(headers.begin(), headers.end(), [](const ProgramHeader& one) {
           return loads(one) && one.p_paddr != 0;
         });
}

template <class Header, class ProgramHeader>
Result<Image> parse(std::span<const std::uint8_t> content) {
  if (!within(content, 0, sizeof(Header))) {
    return broken(fmt::format("it ends within its ELF header, after {} bytes", content.size()));
  }
  const auto header = copy_of<Header>(content, 0);
  HIL_TRY(check_type(header.e_type));
  HIL_ASSIGN(const auto headers, (program_headers<Header, ProgramHeader>(content, header)));
  const bool virtual_only = has_only_virtual_addresses(headers);
  ImageBuilder builder;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    const ProgramHeader& one = headers[i];
    if (!loads(one)) continue;
    if (one.p_filesz > one.p_memsz || !within(content, one.p_offset, one.p_filesz)) {
      return broken(
          fmt::format("segment {} has {} bytes from offset {} on, beyond the {} of the "
                      "file or the {} in memory",
                      i, one.p_filesz, one.p_offset, content.size(), one.p_memsz));
    }
    const auto bytes = content.subspan(static_cast<std::size_t>(one.p_offset),
                                       static_cast<std::size_t>(one.p_filesz));
    HIL_TRY(builder.add(virtual_only ? one.p_vaddr : one.p_paddr, bytes));
  }
  if (header.e_entry != 0) builder.set_entry(header.e_entry);
  HIL_ASSIGN(Image image, builder.finish(Format::kElf));
  image.elf_machine = header.e_machine;
  return image;
}

}  // namespace

Result<Image> parse_elf(std::span<const std::uint8_t> content) {
  if (content.size() < EI_NIDENT || std::memcmp(content.data(), ELFMAG, SELFMAG) != 0) {
    return broken("it ends within its ELF header");
  }
  if (content[EI_DATA] != ELFDATA2LSB) {
    return Error{Blame::kUser, "it is an ELF file for a big-endian machine",
                 "give one for the board's own core"};
  }
  if (content[EI_CLASS] == ELFCLASS32) return parse<Elf32_Ehdr, Elf32_Phdr>(content);
  if (content[EI_CLASS] == ELFCLASS64) return parse<Elf64_Ehdr, Elf64_Phdr>(content);
  return broken(fmt::format("its ELF class {} is unknown", content[EI_CLASS]));
}

}  // namespace hil::flash
