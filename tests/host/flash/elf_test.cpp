// SPDX-License-Identifier: Apache-2.0
// ELF files: addresses, and every way in which a table may point out of the file.
#include "host/flash/formats/elf.hpp"

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>

#include "tests/host/flash/image_files.hpp"

namespace hil::flash {
namespace {

using test::Bytes;
using testing::HasSubstr;

constexpr std::uint32_t kBase = 0x0800'0000;

/// A good file with header and segment changed by @p change.
Bytes changed(const std::function<void(Elf32_Ehdr&, Elf32_Phdr&)>& change) {
  Bytes file = test::elf_file(kBase, Bytes(32, 7));
  Elf32_Ehdr header;
  Elf32_Phdr segment;
  std::memcpy(&header, file.data(), sizeof header);
  std::memcpy(&segment, file.data() + sizeof header, sizeof segment);
  change(header, segment);
  std::memcpy(file.data(), &header, sizeof header);
  std::memcpy(file.data() + sizeof header, &segment, sizeof segment);
  return file;
}

std::string error_of(const Bytes& file) {
  const auto image = parse_elf(file);
  return image.ok() ? "no error" : image.error().what;
}

TEST(Elf, TakesThePhysicalAddress) {
  const auto image = parse_elf(test::elf_file(kBase, Bytes(32, 7)));
  ASSERT_TRUE(image.ok());
  EXPECT_EQ(image->segments.at(0).address, kBase);
  EXPECT_EQ(image->elf_machine, EM_ARM);
}

TEST(Elf, EveryCutIsAnError) {
  const Bytes file = test::elf_file(kBase, Bytes(32, 7));
  for (std::size_t size = 4; size < file.size(); ++size) {
    const Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_NE(error_of(cut), "no error") << size;
  }
}

TEST(Elf, ASegmentBeyondTheFileIsNamed) {
  EXPECT_EQ(error_of(changed([](auto&, auto& segment) { segment.p_filesz = 33; })),
            "segment 0 has 33 bytes from offset 84 on, beyond the 116 of the file or the 96 in "
            "memory");
  EXPECT_THAT(error_of(changed([](auto&, auto& segment) { segment.p_offset = 0xFFFF'FFFF; })),
              HasSubstr("segment 0"));
  EXPECT_THAT(error_of(changed([](auto&, auto& segment) { segment.p_memsz = 31; })),
              HasSubstr("31 in memory"));
}

TEST(Elf, TablesBeyondTheFileAreErrors) {
  EXPECT_THAT(error_of(changed([](auto& header, auto&) { header.e_phoff = 0xFFFF'FFF0; })),
              HasSubstr("program headers"));
  EXPECT_THAT(error_of(changed([](auto& header, auto&) { header.e_phnum = 3; })),
              HasSubstr("its 3 program headers"));
  EXPECT_THAT(error_of(changed([](auto& header, auto&) { header.e_phentsize = 31; })),
              HasSubstr("of 31 bytes"));
  EXPECT_THAT(error_of(changed([](auto& header, auto&) { header.e_phnum = PN_XNUM; })),
              HasSubstr("program headers"));
}

TEST(Elf, ObjectFilesAreNoPrograms) {
  EXPECT_EQ(error_of(changed([](auto& header, auto&) { header.e_type = ET_REL; })),
            "it is an object file, which has no addresses yet");
  EXPECT_EQ(error_of(changed([](auto& header, auto&) { header.e_type = ET_CORE; })),
            "its ELF type 4 is no program");
}

TEST(Elf, BigEndianAndUnknownClassesAreRefused) {
  EXPECT_EQ(error_of(changed([](auto& header, auto&) { header.e_ident[EI_DATA] = ELFDATA2MSB; })),
            "it is an ELF file for a big-endian machine");
  EXPECT_EQ(error_of(changed([](auto& header, auto&) { header.e_ident[EI_CLASS] = 9; })),
            "its ELF class 9 is unknown");
}

TEST(Elf, NothingToLoadIsAnError) {
  EXPECT_EQ(error_of(changed([](auto&, auto& segment) { segment.p_type = PT_NOTE; })),
            "there is nothing in it to write");
  EXPECT_EQ(error_of(changed([](auto& header, auto&) { header.e_phnum = 0; })),
            "there is nothing in it to write");
}

/// Two segments of 8 bytes with virtual addresses 0x100 and 0x200, and these physical ones.
Bytes two_segments(std::uint32_t first, std::uint32_t second) {
  Elf32_Ehdr header;
  Bytes file = test::elf_file(0, {});
  std::memcpy(&header, file.data(), sizeof header);
  header.e_phnum = 2;
  file.resize(sizeof header + 2 * sizeof(Elf32_Phdr) + 16);
  std::memcpy(file.data(), &header, sizeof header);
  for (std::uint32_t i = 0; i < 2; ++i) {
    Elf32_Phdr segment{};
    segment.p_type = PT_LOAD;
    segment.p_offset = static_cast<Elf32_Off>(file.size() - 16 + 8 * i);
    segment.p_vaddr = 0x100 * (i + 1);
    segment.p_paddr = i == 0 ? first : second;
    segment.p_filesz = segment.p_memsz = 8;
    std::memcpy(file.data() + sizeof header + i * sizeof segment, &segment, sizeof segment);
  }
  return file;
}

TEST(Elf, SegmentsWithoutPhysicalAddressesGoToTheirVirtualOnes) {
  const auto image = parse_elf(two_segments(0, 0));
  ASSERT_TRUE(image.ok()) << image.error().what;
  ASSERT_EQ(image->segments.size(), 2u);
  EXPECT_EQ(image->segments[0].address, 0x100u);
  EXPECT_EQ(image->segments[1].address, 0x200u);
}

TEST(Elf, OneSegmentAtZeroIsMeantForZero) {
  const auto image = parse_elf(two_segments(0, 0x1000));
  ASSERT_TRUE(image.ok()) << image.error().what;
  EXPECT_EQ(image->segments.at(0).address, 0u);
}

TEST(Elf, OverlappingSegmentsAreRefused) {
  EXPECT_THAT(error_of(two_segments(0x1000, 0x1004)), HasSubstr("overlap at 0x00001004"));
}

TEST(Elf, SixtyFourBits) {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = ET_EXEC;
  header.e_machine = EM_AARCH64;
  header.e_phoff = sizeof header;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 1;
  Elf64_Phdr segment{};
  segment.p_type = PT_LOAD;
  segment.p_offset = 0;
  segment.p_paddr = UINT64_MAX - 100;
  segment.p_filesz = segment.p_memsz = 100;
  Bytes file(sizeof header + sizeof segment);
  std::memcpy(file.data(), &header, sizeof header);
  std::memcpy(file.data() + sizeof header, &segment, sizeof segment);
  const auto image = parse_elf(file);
  ASSERT_TRUE(image.ok()) << image.error().what;
  EXPECT_EQ(image->segments.at(0).end(), UINT64_MAX);
  EXPECT_FALSE(image->entry);
  segment.p_paddr += 1;
  std::memcpy(file.data() + sizeof header, &segment, sizeof segment);
  EXPECT_THAT(error_of(file), HasSubstr("beyond the last address"));
  segment.p_offset = UINT64_MAX;
  std::memcpy(file.data() + sizeof header, &segment, sizeof segment);
  EXPECT_THAT(error_of(file), HasSubstr("beyond the 120 of the file"));
}

}  // namespace
}  // namespace hil::flash
