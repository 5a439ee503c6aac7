// SPDX-License-Identifier: Apache-2.0
// The plugin's bytes: torn anywhere, and bytes that are not its own.
#include "host/emulate/power/plugin_record.hpp"

#include <gtest/gtest.h>

namespace hil::emulate {
namespace {

using Bytes = std::vector<std::uint8_t>;

void put(Bytes& bytes, std::uint64_t number, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i)
    bytes.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
}

Bytes bytes_of(std::uint8_t kind, std::uint64_t ticks) {
  Bytes bytes{kind, 0x83};
  put(bytes, 7, 2);
  put(bytes, 9, 4);
  put(bytes, 123'456'789'012, 8);
  put(bytes, ticks, 8);
  for (std::uint64_t kind_of_instruction = 0; kind_of_instruction < 6; ++kind_of_instruction)
    put(bytes, 1000 + kind_of_instruction, 8);
  return bytes;
}

TEST(PluginRecordReader, TakesARecordApart) {
  PluginRecordReader reader;
  std::vector<PluginRecord> records;
  ASSERT_TRUE(reader.take(bytes_of(2, 0x0102'0304'0506'0708), records));
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].kind, PluginRecord::Kind::kMarker);
  EXPECT_EQ(records[0].pins, 0x83);
  EXPECT_EQ(records[0].sleeps, 7);
  EXPECT_EQ(records[0].lost, 9u);
  EXPECT_EQ(records[0].host_ns, 123'456'789'012u);
  EXPECT_EQ(records[0].ticks, 0x0102'0304'0506'0708u);
  EXPECT_EQ(records[0].counts, (InstructionCounts{1000, 1001, 1002, 1003, 1004, 1005}));
}

TEST(PluginRecordReader, MayBeFedTornAnywhere) {
  Bytes all = bytes_of(2, 1);
  const Bytes second = bytes_of(4, 0);
  all.insert(all.end(), second.begin(), second.end());
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    PluginRecordReader reader;
    std::vector<PluginRecord> records;
    ASSERT_TRUE(reader.take(std::span(all).first(cut), records));
    EXPECT_EQ(records.size(), cut / PluginRecordReader::kBytes);
    ASSERT_TRUE(reader.take(std::span(all).subspan(cut), records));
    ASSERT_EQ(records.size(), 2u) << cut;
    EXPECT_EQ(records[1].kind, PluginRecord::Kind::kSleep);
  }
}

TEST(PluginRecordReader, StopsAtWhatThePluginDoesNotWrite) {
  for (const unsigned kind : {0U, 6U, 255U}) {
    PluginRecordReader reader;
    std::vector<PluginRecord> records;
    EXPECT_FALSE(reader.take(bytes_of(static_cast<std::uint8_t>(kind), 0), records));
    EXPECT_FALSE(reader.take(bytes_of(2, 0), records));
    EXPECT_TRUE(records.empty());
  }
}

}  // namespace
}  // namespace hil::emulate
