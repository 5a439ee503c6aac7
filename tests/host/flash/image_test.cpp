// SPDX-License-Identifier: Apache-2.0
// Formats told by content, raw bytes, and what readers of all formats have in common.
#include "host/flash/image.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/base/file.hpp"
#include "host/flash/image_builder.hpp"
#include "tests/host/base/scratch_folder.hpp"
#include "tests/host/flash/image_files.hpp"

namespace hil::flash {
namespace {

using test::Bytes;
using test::bytes_of;
using testing::HasSubstr;

constexpr std::uint32_t kBase = 0x0800'0000;

std::string error_of(const Result<Image>& image) {
  return image.ok() ? "no error" : image.error().what;
}

TEST(Image, OneFirmwareIsTheSameInAllFormats) {
  const Bytes content = test::firmware(kBase, 0x2000'2000, 70'001);
  const std::vector<std::pair<Bytes, Format>> files = {
      {test::elf_file(kBase, content), Format::kElf},
      {bytes_of(test::hex_file(kBase, content)), Format::kIntelHex},
      {bytes_of(test::s_file(kBase, content)), Format::kSRecord},
      {content, Format::kBin}};
  for (const auto& [file, format] : files) {
    const bool bin = format == Format::kBin;
    const auto image =
        parse_image(file, "x", bin ? std::optional<std::uint64_t>(kBase) : std::nullopt);
    ASSERT_TRUE(image.ok()) << image.error().what;
    EXPECT_EQ(image->format, format);
    ASSERT_EQ(image->segments.size(), 1u) << name_of(format);
    EXPECT_EQ(image->segments[0].address, kBase);
    EXPECT_EQ(image->segments[0].bytes, content) << name_of(format);
    EXPECT_EQ(image->size_bytes(), content.size());
    const bool says_entry = format == Format::kElf || format == Format::kSRecord;
    EXPECT_EQ(image->entry.value_or(0), says_entry ? kBase + 0x101 : 0);
  }
}

TEST(Image, RawBytesNeedABase) {
  const Bytes content(100, 0x42);
  const auto image = parse_image(content, "a.bin");
  EXPECT_EQ(error_of(image),
            "a.bin: it is neither ELF, Intel HEX nor S-record, and raw bytes (BIN) say no address");
  EXPECT_THAT(image.error().hint, HasSubstr("--base"));
  EXPECT_EQ(image.error().blame, Blame::kUser);
}

TEST(Image, ABaseIsForRawBytesAlone) {
  const auto image = parse_image(bytes_of(test::hex_file(0, Bytes(4))), "a.hex", 0);
  EXPECT_EQ(error_of(image),
            "a.hex: a base is given, but it is Intel HEX with addresses of its own");
}

TEST(Image, AnEmptyFileHasNothing) {
  EXPECT_EQ(error_of(parse_image({}, "a")), "a: there is nothing in it to write");
  EXPECT_EQ(error_of(parse_image({}, "a", 0)), "a: there is nothing in it to write");
}

TEST(Image, RawBytesAtTheEndOfAllAddresses) {
  const Bytes content(16);
  EXPECT_TRUE(parse_image(content, "a", UINT64_MAX - 16).ok());
  EXPECT_THAT(error_of(parse_image(content, "a", UINT64_MAX - 15)), HasSubstr("beyond the last"));
}

TEST(Image, BlanksMayStandBeforeTheFirstRecord) {
  const auto image = parse_image(bytes_of("\r\n  " + test::hex_file(0, Bytes(4))), "a");
  ASSERT_TRUE(image.ok()) << image.error().what;
  EXPECT_EQ(image->format, Format::kIntelHex);
}

TEST(Image, BytesThatOnlyBeginLikeARecordAreRaw) {
  Bytes content = bytes_of(":10");
  content.push_back(0xFF);
  EXPECT_EQ(parse_image(content, "a", 0)->format, Format::kBin);
  EXPECT_EQ(parse_image(bytes_of("Sun"), "a", 0)->format, Format::kBin);
}

TEST(Image, FindNeedsAllOfTheBytes) {
  const Image image = test::image_of(0x100, {1, 2, 3, 4});
  EXPECT_EQ(image.find(0x101, 3).size(), 3u);
  EXPECT_EQ(image.find(0x101, 3)[0], 2);
  EXPECT_TRUE(image.find(0x101, 4).empty());
  EXPECT_TRUE(image.find(0xFF, 1).empty());
  EXPECT_TRUE(image.find(0x104, 1).empty());
  EXPECT_TRUE(image.find(UINT64_MAX, 2).empty());
}

TEST(Image, AFileThatIsNotThere) {
  const auto image = read_image("/nonexistent/image.elf");
  EXPECT_THAT(error_of(image), HasSubstr("/nonexistent/image.elf"));
  EXPECT_EQ(image.error().blame, Blame::kUser);
}

TEST(Image, AFileIsNamedInErrors) {
  const ScratchFolder folder;
  const auto path = folder.path() / "cut off.hex";
  ASSERT_TRUE(write_file(path, ":00000001FF\n:").ok());
  EXPECT_THAT(error_of(read_image(path)), HasSubstr("cut off.hex: line 2: "));
}

TEST(ImageBuilder, SortsAndJoins) {
  ImageBuilder builder;
  const Bytes two = {1, 2};
  ASSERT_TRUE(builder.add(0x20, two).ok());
  ASSERT_TRUE(builder.add(0x10, two).ok());
  ASSERT_TRUE(builder.add(0x12, two).ok());
  ASSERT_TRUE(builder.add(0x1E, two).ok());
  const auto image = builder.finish(Format::kBin);
  ASSERT_TRUE(image.ok());
  ASSERT_EQ(image->segments.size(), 2u);
  EXPECT_EQ(image->segments[0].address, 0x10u);
  EXPECT_EQ(image->segments[0].bytes, (Bytes{1, 2, 1, 2}));
  EXPECT_EQ(image->segments[1].address, 0x1Eu);
  EXPECT_EQ(image->segments[1].bytes.size(), 4u);
}

TEST(ImageBuilder, RefusesOverlaps) {
  for (const std::uint64_t second : {0x0Fu, 0x10u, 0x11u}) {
    ImageBuilder builder;
    ASSERT_TRUE(builder.add(0x10, Bytes(2)).ok());
    ASSERT_TRUE(builder.add(0x20, Bytes(1)).ok());
    ASSERT_TRUE(builder.add(second, Bytes(2)).ok());
    EXPECT_THAT(error_of(builder.finish(Format::kBin)),
                HasSubstr("two pieces overlap at 0x0000001"));
  }
}

TEST(ImageBuilder, RefusesTooMuch) {
  ImageBuilder builder;
  const Bytes large(std::size_t{1} << 20);
  for (std::uint64_t i = 0; i < kMaxImageBytes >> 20; ++i)
    ASSERT_TRUE(builder.add(i << 24, large).ok());
  const Status more = builder.add(1, Bytes(1));
  ASSERT_FALSE(more.ok());
  EXPECT_EQ(more.error().what, "it holds more than the 64 MiB allowed");
}

TEST(ImageBuilder, RefusesDust) {
  ImageBuilder builder;
  for (std::uint64_t i = 0; i < kMaxSegments; ++i)
    ASSERT_TRUE(builder.add(2 * i, Bytes(1)).ok());
  EXPECT_FALSE(builder.add(1'000'000, Bytes(1)).ok());
}

}  // namespace
}  // namespace hil::flash
