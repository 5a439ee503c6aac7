// SPDX-License-Identifier: Apache-2.0
// Tests of the LPM01A's text: vectors, metadata, garbage, and tears at every byte.
#include "host/energy/lpm01a/ascii_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/host/energy/lpm01a/records.hpp"

namespace hil::energy::lpm01a {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// One of everything, as a meter sends it; NUL behind a time stamp.
std::string whole_stream() {
  std::string stream =
      "\r\nPowerShield > ack start\r\n\r\n\r\nTimeStamp: 000s 000ms, buff 00%\r\n\r\n";
  stream += '\0';
  stream +=
      "6409-07\r\n0000-10\r\n33930-08\r\n\r\nevent 1 ris\r\n\r\n1234-06\r\n\r\nevent 002 "
      "fal\r\n\r\n"
      "\r\nTimeStamp: 001s 020ms, buff 73%\r\n\r\n9999-05\r\n\r\npwr off\r\n\r\n"
      "\r\nerror: overcurrent, target supply off\r\n\r\n\r\nerror: buffer overflow\r\n\r\n"
      "\r\nTimeStamp:>002s 000ms, buff 100%\r\n\r\n\r\nend\r\n\r\nsummary beg\r\n"
      "Current min: 0001-09\r\n1111-01\r\nsummary end\r\n\r\nPowerShield > Acquisition "
      "completed\r\n\r\n";
  return stream;
}

TEST(Lpm01aAsciiReader, ReadsOneOfEverything) {
  const auto records = records_of<AsciiReader>(whole_stream());
  EXPECT_THAT(samples_of(records), ElementsAre(6409e-7, 0, 1234e-6, 9999e-5));
  ASSERT_EQ(records.size(), 20u);
  EXPECT_EQ(records[0].kind, RecordKind::kText);
  EXPECT_EQ(records[1].kind, RecordKind::kTimeStamp);
  EXPECT_EQ(records[1].milliseconds, 0u);
  EXPECT_EQ(records[4].kind, RecordKind::kStray);
  EXPECT_EQ(records[4].text, "33930-08");
  EXPECT_EQ(records[5].kind, RecordKind::kEdge);
  EXPECT_EQ(records[5].number, 1u);
  EXPECT_FALSE(records[5].falling);
  EXPECT_EQ(records[7].number, 2u);
  EXPECT_TRUE(records[7].falling);
  EXPECT_EQ(records[8].milliseconds, 1020u);
  EXPECT_EQ(records[8].buffer_percent, 73u);
  EXPECT_EQ(records[10].kind, RecordKind::kPower);
  EXPECT_EQ(records[11].kind, RecordKind::kOvercurrent);
  EXPECT_EQ(records[12].kind, RecordKind::kError);
  EXPECT_EQ(records[12].text, "error: buffer overflow");
  EXPECT_TRUE(records[13].past_end);
  EXPECT_EQ(records[13].buffer_percent, 100u);
  EXPECT_EQ(records[14].kind, RecordKind::kEnd);
  EXPECT_EQ(count_of(records, RecordKind::kSummary), 4u);
  EXPECT_EQ(records[19].kind, RecordKind::kCompleted);
}

TEST(Lpm01aAsciiReader, GivesTheSameTornAtEveryByte) {
  const std::string stream = whole_stream();
  const auto expected = records_of<AsciiReader>(stream);
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    const std::array cuts = {cut};
    EXPECT_TRUE(records_of<AsciiReader>(stream, cuts) == expected) << "torn at " << cut;
  }
  for (std::size_t size = 1; size <= 9; ++size)
    EXPECT_TRUE(records_in_pieces<AsciiReader>(stream, size) == expected) << "pieces of " << size;
}

TEST(Lpm01aAsciiReader, RejectsWhatIsNeitherSampleNorMetadata) {
  for (const char* line :
       {"33930-08", "6409-0", "6409", "-07", " 6409-07", "6409-07 1234-06", "\x80\xFF",
        "TimeStamp: 1s", "TimeStamp: 001s 000ms, buff 00", "TimeStamp:x001s 000ms, buff 00%",
        "event ris", "event 1 up", "event 99999999999 ris"}) {
    const auto records = records_of<AsciiReader>(std::string(line) + "\r\n");
    ASSERT_EQ(records.size(), 1u) << line;
    EXPECT_EQ(records[0].kind, RecordKind::kStray) << line;
  }
}

TEST(Lpm01aAsciiReader, KeepsNoMoreThanALine) {
  const auto records = records_of<AsciiReader>(std::string(100'000, 'x') + "\n6409-07\n");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].kind, RecordKind::kStray);
  EXPECT_EQ(records[0].text.size(), kMostText);
  EXPECT_EQ(records[1].kind, RecordKind::kSample);
}

TEST(Lpm01aAsciiReader, MakesTextPrintable) {
  const auto records = records_of<AsciiReader>("note \x1b[31m\xff\n");
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].text, "note ?[31m?");
}

TEST(Lpm01aAsciiReader, LeavesASummaryThatDoesNotEnd) {
  std::string stream = "summary beg\n";
  for (int i = 0; i < 40; ++i)
    stream += "6409-07\n";
  EXPECT_EQ(samples_of(records_of<AsciiReader>(stream)).size(), 8u);
  const auto completed =
      records_of<AsciiReader>("summary beg\nPowerShield > Acquisition completed\n");
  EXPECT_EQ(completed.back().kind, RecordKind::kCompleted);
}

TEST(Lpm01aAsciiReader, SaysNothingOfAnUnfinishedLine) {
  EXPECT_THAT(records_of<AsciiReader>("6409-07"), IsEmpty());
  EXPECT_THAT(records_of<AsciiReader>("\r\n\r\n\0\n"), IsEmpty());
}

}  // namespace
}  // namespace hil::energy::lpm01a
