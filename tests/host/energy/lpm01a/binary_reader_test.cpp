// SPDX-License-Identifier: Apache-2.0
// Tests of the LPM01A's binary stream: vectors, metadata between nasty mantissas, lost bytes.
#include "host/energy/lpm01a/binary_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>

#include "tests/host/energy/lpm01a/records.hpp"

namespace hil::energy::lpm01a {
namespace {

using testing::ElementsAre;

std::string operator""_hex(const char* text, std::size_t size) {
  std::string bytes;
  std::string digits;
  for (const char c : std::string_view(text, size)) {
    if (c != ' ') digits += c;
    if (digits.size() < 2) continue;
    bytes += static_cast<char>(std::stoi(digits, nullptr, 16));
    digits.clear();
  }
  return bytes;
}

const std::string kStamp0 = "F0F3 00000000 00 FFFF"_hex;
const std::string kEnd = "F0F4 FFFF"_hex;

TEST(Lpm01aBinaryReader, DecodesTheVectorsOfTheManual) {
  EXPECT_NEAR(value_of(0x52A0), 640.9e-6, 0.05e-6);
  EXPECT_DOUBLE_EQ(value_of(0x52A0), 0x2A0 / std::pow(16.0, 5));
  EXPECT_DOUBLE_EQ(value_of(0x3145), 325.0 / 4096);  // 79.346 mA; the manual rounds to 79.35
  EXPECT_DOUBLE_EQ(value_of(0x0FFF), 4095);
  EXPECT_DOUBLE_EQ(value_of(0xE001), std::pow(16.0, -14));
  EXPECT_DOUBLE_EQ(value_of(0), 0);
}

/// Samples that look like metadata and its end, with every kind of metadata between them.
std::string whole_stream() {
  std::string stream = "\r\n" + kStamp0;
  stream += "0FFF 1FFF FFFF"_hex.substr(0, 4);  // mantissas FFF
  stream += "50F0 50F3 5FF0 E0F0"_hex;          // F0 and FF as low bytes
  stream += "F0F7 FFFF FFFF"_hex;               // 65,535 mV
  stream += "5FFF 52A0"_hex;
  stream += "F0F3 0000FFFF FF FFFF"_hex;  // time and buffer full of FF
  stream += "F0F8 FFF0 FFFF"_hex;         // -16 degrees
  stream += "F0F9 01 FFFF F0F6 FFFF"_hex;
  stream += "F0F2"_hex + "hello" + "FFFF"_hex;
  stream += "3145"_hex;
  stream += "F0F1"_hex + "error: buffer overflow" + "FFFF"_hex;
  stream += "F0F2"_hex + "event 7 fal" + "FFFF"_hex;
  stream += "F0F5 FFFF"_hex;
  stream += "F0F3 8000000A 05 FFFF"_hex;
  stream += kEnd;
  stream +=
      "\r\nsummary beg\r\nSamples: 9\r\nsummary end\r\n6409-07\r\n"
      "PowerShield > Acquisition completed\r\n";
  return stream;
}

TEST(Lpm01aBinaryReader, ReadsOneOfEverything) {
  const auto records = records_of<BinaryReader>(whole_stream());
  EXPECT_THAT(samples_of(records),
              ElementsAre(value_of(0x0FFF), value_of(0x1FFF), value_of(0x50F0), value_of(0x50F3),
                          value_of(0x5FF0), value_of(0xE0F0), value_of(0x5FFF), value_of(0x52A0),
                          value_of(0x3145)));
  std::vector<RecordKind> kinds;
  for (const StreamRecord& record : records)
    if (record.kind != RecordKind::kSample) kinds.push_back(record.kind);
  using K = RecordKind;
  EXPECT_THAT(kinds,
              ElementsAre(K::kTimeStamp, K::kVoltage, K::kTimeStamp, K::kTemperature, K::kPower,
                          K::kPower, K::kText, K::kError, K::kEdge, K::kOvercurrent, K::kTimeStamp,
                          K::kEnd, K::kSummary, K::kSummary, K::kSummary, K::kCompleted));
}

TEST(Lpm01aBinaryReader, ReadsTheValuesOfMetadata) {
  const auto records = records_of<BinaryReader>(whole_stream());
  const auto nth = [&](RecordKind kind, std::size_t n) -> const StreamRecord& {
    for (const StreamRecord& record : records)
      if (record.kind == kind && n-- == 0) return record;
    static const StreamRecord none;
    return none;
  };
  EXPECT_DOUBLE_EQ(nth(RecordKind::kVoltage, 0).value, 65.535);
  EXPECT_EQ(nth(RecordKind::kTimeStamp, 1).milliseconds, 0xFFFFu);
  EXPECT_EQ(nth(RecordKind::kTimeStamp, 1).buffer_percent, 255u);
  EXPECT_FALSE(nth(RecordKind::kTimeStamp, 1).past_end);
  EXPECT_TRUE(nth(RecordKind::kTimeStamp, 2).past_end);
  EXPECT_EQ(nth(RecordKind::kTimeStamp, 2).milliseconds, 10u);
  EXPECT_DOUBLE_EQ(nth(RecordKind::kTemperature, 0).value, -16);
  EXPECT_DOUBLE_EQ(nth(RecordKind::kPower, 0).value, 1);
  EXPECT_EQ(nth(RecordKind::kError, 0).text, "error: buffer overflow");
  EXPECT_EQ(nth(RecordKind::kEdge, 0).number, 7u);
}

TEST(Lpm01aBinaryReader, GivesTheSameTornAtEveryByte) {
  const std::string stream = whole_stream();
  const auto expected = records_of<BinaryReader>(stream);
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    const std::array cuts = {cut};
    EXPECT_TRUE(records_of<BinaryReader>(stream, cuts) == expected) << "torn at " << cut;
  }
  for (std::size_t size = 1; size <= 11; ++size)
    EXPECT_TRUE(records_in_pieces<BinaryReader>(stream, size) == expected) << "pieces of " << size;
}

TEST(Lpm01aBinaryReader, BeginsWithATimeStampWhateverIsBeforeIt) {
  const std::string before = "\r\nPowerShield > ack start\r\n\r\n" + "52A0 F0F3 0000"_hex;
  BinaryReader reader;
  std::vector<StreamRecord> records;
  const std::string stream = before + kStamp0 + "52A0"_hex;
  reader.push(bytes_of(stream), records);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].kind, RecordKind::kTimeStamp);
  EXPECT_EQ(records[1].kind, RecordKind::kSample);
  EXPECT_EQ(reader.passed_over(), before.size());
}

TEST(Lpm01aBinaryReader, FindsItsStepAgainAfterALostByte) {
  std::string samples;
  for (int i = 0; i < 20; ++i)
    samples += "52A0"_hex;
  const std::string stream = kStamp0 + samples + "F0F3 0000000A 00 FFFF"_hex + samples + kEnd;
  for (std::size_t lost = kStamp0.size(); lost < stream.size() - kEnd.size(); ++lost) {
    std::string damaged = stream;
    damaged.erase(lost, 1);
    const auto records = records_of<BinaryReader>(damaged);
    // Whatever else: the second half is read as it is if the loss was in the first one, and nothing
    // is passed off as one sample more than there were.
    EXPECT_LE(samples_of(records).size(), 41u) << lost;
    if (lost >= kStamp0.size() + samples.size()) continue;
    ASSERT_EQ(count_of(records, RecordKind::kTimeStamp), 2u) << lost;
    EXPECT_EQ(count_of(records, RecordKind::kEnd), 1u) << lost;
    const auto values = samples_of(records);
    ASSERT_GE(values.size(), 20u);
    for (std::size_t i = values.size() - 20; i < values.size(); ++i)
      EXPECT_DOUBLE_EQ(values[i], value_of(0x52A0)) << lost;
  }
}

TEST(Lpm01aBinaryReader, LosesStepAtMetadataWithoutAnEnd) {
  const auto records =
      records_of<BinaryReader>(kStamp0 + "F0F7 0CE4 0000 52A0 52A0"_hex + kStamp0 + "52A0"_hex);
  EXPECT_EQ(count_of(records, RecordKind::kVoltage), 0u);
  EXPECT_EQ(count_of(records, RecordKind::kStray), 1u);
  EXPECT_EQ(count_of(records, RecordKind::kTimeStamp), 2u);
  EXPECT_EQ(samples_of(records).size(), 1u);
}

TEST(Lpm01aBinaryReader, BoundsTextWithoutAnEnd) {
  const auto records =
      records_of<BinaryReader>(kStamp0 + "F0F2"_hex + std::string(100'000, 'x') + kStamp0);
  EXPECT_EQ(count_of(records, RecordKind::kStray), 1u);
  EXPECT_EQ(count_of(records, RecordKind::kTimeStamp), 2u);
}

}  // namespace
}  // namespace hil::energy::lpm01a
