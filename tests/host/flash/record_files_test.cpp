// SPDX-License-Identifier: Apache-2.0
// Intel HEX and S-record files: what each record means, and every way in which one may be broken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/flash/formats/intel_hex.hpp"
#include "host/flash/formats/s_record.hpp"
#include "tests/host/flash/image_files.hpp"

namespace hil::flash {
namespace {

using test::Bytes;
using test::hex_record;
using test::s_record;
using testing::HasSubstr;

const std::string kHexEnd = ":00000001FF\n";

std::string error_of(const Result<Image>& image) {
  return image.ok() ? "no error" : image.error().what;
}

std::string hex_error(const std::string& text) {
  return error_of(parse_intel_hex(text));
}

std::string s_error(const std::string& text) {
  return error_of(parse_s_record(text));
}

TEST(IntelHex, LinearAndSegmentBases) {
  const auto image = parse_intel_hex(hex_record(4, 0, {0x08, 0x01}) + hex_record(0, 0x10, {1}) +
                                     hex_record(2, 0, {0x12, 0x34}) + hex_record(0, 0x10, {2}) +
                                     hex_record(5, 0, {8, 0, 1, 1}) + kHexEnd);
  ASSERT_TRUE(image.ok()) << image.error().what;
  ASSERT_EQ(image->segments.size(), 2u);
  EXPECT_EQ(image->segments[0].address, 0x12350u);
  EXPECT_EQ(image->segments[1].address, 0x0801'0010u);
  EXPECT_EQ(image->entry, 0x0800'0101u);
}

TEST(IntelHex, AnEntryByCodeSegment) {
  const auto image =
      parse_intel_hex(hex_record(0, 0, {1}) + hex_record(3, 0, {0x10, 0, 0, 5}) + kHexEnd);
  ASSERT_TRUE(image.ok());
  EXPECT_EQ(image->entry, 0x10005u);
}

TEST(IntelHex, LinesOfAllSystems) {
  const Bytes data = {0xAB};
  std::string text = hex_record(0, 0, data) + kHexEnd;
  for (const char* end : {"\n", "\r\n", "\r", "  \n\n"}) {
    std::string other;
    for (const char c : text) {
      if (c == '\n') {
        other += end;
      } else {
        other += static_cast<char>(std::tolower(c));
      }
    }
    EXPECT_EQ(hex_error(other), "no error");
  }
  text.pop_back();
  EXPECT_EQ(hex_error(text), "no error");
}

TEST(IntelHex, BrokenRecordsAreNamedByLine) {
  EXPECT_EQ(hex_error("\n\n:0000000\n"), "line 3: an odd number of digits");
  EXPECT_EQ(hex_error(":000000\n"), "line 1: 3 bytes do not make a record");
  EXPECT_EQ(hex_error(":0100000001\n"), "line 1: 5 bytes do not make a record");
  EXPECT_EQ(hex_error(":000000000000\n"), "line 1: 6 bytes do not make a record");
  EXPECT_EQ(hex_error(":00000001FE\n"), "line 1: its check sum is 0xfe, but its bytes make 0xff");
  EXPECT_EQ(hex_error(":0000zz01FF\n"), "line 1: column 6 is no pair of hexadecimal digits");
  EXPECT_EQ(hex_error("00000001FF\n"), "line 1: a record starts with a colon");
  EXPECT_EQ(hex_error(hex_record(6, 0, {})), "line 1: record type 6 is unknown");
  EXPECT_EQ(hex_error(hex_record(4, 0, {1})), "line 1: a record of type 4 has 2 bytes");
  EXPECT_EQ(hex_error(hex_record(1, 0, {1})), "line 1: a record of type 1 has 0 bytes");
  EXPECT_EQ(hex_error(":" + std::string(602, '0') + "\n"), "line 1: too long for a record");
}

TEST(IntelHex, TheEndIsTheEnd) {
  EXPECT_EQ(hex_error(hex_record(0, 0, {1})), "line 1: the file ends without an end record");
  EXPECT_EQ(hex_error(kHexEnd + hex_record(0, 0, {1})),
            "line 2: there is something behind the end record");
  EXPECT_EQ(hex_error(kHexEnd), "there is nothing in it to write");
}

TEST(IntelHex, EveryCutWithinALineIsAnError) {
  const std::string text = hex_record(0, 0, {1, 2, 3, 4}) + ":00000001FF";
  for (std::size_t size = 1; size < text.size(); ++size)
    EXPECT_NE(hex_error(text.substr(0, size)), "no error") << size;
}

TEST(IntelHex, EveryChangedDigitIsAnError) {
  const std::string text = hex_record(0, 0x1234, {1, 2, 3, 4}) + kHexEnd;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    if (changed[i] == ':' || changed[i] == '\n') continue;
    changed[i] = changed[i] == '7' ? '8' : '7';
    EXPECT_NE(hex_error(changed), "no error") << i;
  }
}

TEST(IntelHex, AddressesHaveLimits) {
  const std::string top = hex_record(4, 0, {0xFF, 0xFF});
  EXPECT_EQ(hex_error(top + hex_record(0, 0xFFFE, {1, 2}) + kHexEnd), "no error");
  EXPECT_EQ(hex_error(top + hex_record(0, 0xFFFF, {1, 2}) + kHexEnd),
            "line 2: its data goes beyond 32 bits of address");
  const std::string segment = hex_record(2, 0, {0, 0});
  EXPECT_EQ(hex_error(segment + hex_record(0, 0xFFFF, {1, 2}) + kHexEnd),
            "line 2: its data goes across the end of a segment");
}

TEST(IntelHex, OverlapsAreRefused) {
  EXPECT_THAT(hex_error(hex_record(0, 0, {1, 2}) + hex_record(0, 1, {1}) + kHexEnd),
              HasSubstr("overlap at 0x00000001"));
}

TEST(SRecord, AddressesOfTwoThreeAndFourBytes) {
  const auto image =
      parse_s_record(s_record(0, 0, 2, {'x'}) + s_record(1, 0x1234, 2, {1}) +
                     s_record(2, 0x12'3456, 3, {2}) + s_record(3, 0x1234'5678, 4, {3}) +
                     s_record(5, 3, 2, {}) + s_record(6, 3, 3, {}) + s_record(8, 0x1235, 3, {}));
  ASSERT_TRUE(image.ok()) << image.error().what;
  ASSERT_EQ(image->segments.size(), 3u);
  EXPECT_EQ(image->segments[0].address, 0x1234u);
  EXPECT_EQ(image->segments[1].address, 0x12'3456u);
  EXPECT_EQ(image->segments[2].address, 0x1234'5678u);
  EXPECT_EQ(image->entry, 0x1235u);
}

TEST(SRecord, BrokenRecordsAreNamedByLine) {
  const std::string end = s_record(9, 0, 2, {});
  EXPECT_EQ(s_error("S"), "line 1: a record starts with S and a digit");
  EXPECT_EQ(s_error(end + "x"), "line 2: there is something behind the end record");
  EXPECT_EQ(s_error(s_record(1, 0, 2, {1}) + "T1"), "line 2: a record starts with S and a digit");
  EXPECT_EQ(s_error(s_record(4, 0, 2, {})), "line 1: record type S4 is unknown");
  EXPECT_EQ(s_error("S1030000FD\n"), "line 1: its check sum is 0xfd, but its bytes make 0xfc");
  EXPECT_EQ(s_error("S10200FD\n"), "line 1: 3 bytes do not make a record");
  EXPECT_EQ(s_error("S1040000FB\n"), "line 1: 4 bytes do not make a record");
  EXPECT_EQ(s_error("S103000\n"), "line 1: an odd number of digits");
  EXPECT_EQ(s_error("S1030g00FC\n"), "line 1: column 5 is no pair of hexadecimal digits");
  EXPECT_EQ(s_error(s_record(9, 0, 2, {1})), "line 1: an S9 record has no data");
  EXPECT_EQ(s_error(s_record(1, 0, 2, {1}) + s_record(5, 2, 2, {}) + end),
            "line 2: it counts 2 data records, but there are 1");
  EXPECT_EQ(s_error(s_record(1, 0, 2, {1})), "line 1: the file ends without an end record");
  EXPECT_EQ(s_error(end), "there is nothing in it to write");
}

TEST(SRecord, EveryChangedDigitIsAnError) {
  const std::string text = s_record(3, 0x1234'5678, 4, {1, 2, 3}) + s_record(7, 0, 4, {});
  for (std::size_t i = 2; i < text.size(); ++i) {
    std::string changed = text;
    if (changed[i] == 'S' || changed[i] == '\n' || changed[i - 1] == 'S') continue;
    changed[i] = changed[i] == '9' ? '8' : '9';
    EXPECT_NE(s_error(changed), "no error") << i;
  }
}

TEST(SRecord, TheLastAddress) {
  const std::string end = s_record(7, 0, 4, {});
  EXPECT_EQ(s_error(s_record(3, 0xFFFF'FFFE, 4, {1, 2}) + end), "no error");
  EXPECT_EQ(s_error(s_record(3, 0xFFFF'FFFF, 4, {1, 2}) + end),
            "line 1: its data goes beyond 32 bits of address");
}

}  // namespace
}  // namespace hil::flash
