// SPDX-License-Identifier: Apache-2.0
// Tapes that unpack to far more than they are, or whose notes are nested without end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "host/link/tape/player.hpp"
#include "host/link/tape/reader.hpp"
#include "host/link/tape/writer.hpp"
#include "tests/host/base/scratch_folder.hpp"

namespace hil::tape {
namespace {

using testing::HasSubstr;

Record note(const std::string& name, const std::string& text) {
  Record record;
  record.kind = Kind::kNote;
  record.bytes.assign(name.begin(), name.end());
  record.text = text;
  return record;
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

/// A tape that begins as one should, then has @p records.
std::vector<std::uint8_t> tape_of(const std::vector<Record>& records) {
  const ScratchFolder folder;
  const auto path = folder.path() / "hostile.tape";
  {
    auto writer = Writer::create(path);
    EXPECT_TRUE(writer.ok());
    (*writer)->add(note("start", "{\"steady_ns\":1000,\"utc_ns\":1000}"));
    for (const Record& record : records)
      (*writer)->add(record);
  }
  return *read_tape_file(path);
}

TEST(HostileTape, WhatUnpacksToTooMuchIsNotReplayed) {
  constexpr std::uint64_t kMost = 4 << 20;
  const auto fits = tape_of({note("a", std::string(1 << 20, ' '))});
  EXPECT_TRUE(Player::create(fits, kMost).ok());

  const auto bomb = tape_of(std::vector<Record>(5, note("a", std::string(1 << 20, ' '))));
  EXPECT_LT(bomb.size(), 100'000u);
  const auto refused = Player::create(bomb, kMost);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().blame, Blame::kUser);
  EXPECT_THAT(refused.error().what, HasSubstr("unpacks to more than 4194304 B"));
}

TEST(HostileTape, RecordsThatAreNothingButThereCountAsWell) {
  Record stamp;
  stamp.kind = Kind::kStamp;
  const auto refused = Player::create(tape_of(std::vector<Record>(20'000, stamp)), 1 << 20);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().what, HasSubstr("too large"));
}

TEST(HostileTape, ANoteThatIsNestedTooDeepSaysNothing) {
  const auto shallow = parse_note<nlohmann::json>(nested(60));
  EXPECT_TRUE(shallow.is_array());
  EXPECT_EQ(shallow.dump(), nested(60));
  EXPECT_EQ(parse_note<nlohmann::json>("{\"a\":null,\"b\":[1,{}]}").dump(),
            "{\"a\":null,\"b\":[1,{}]}");
  EXPECT_TRUE(parse_note<nlohmann::json>(nested(1'000'000)).is_discarded());
  EXPECT_TRUE(parse_note<nlohmann::ordered_json>("{").is_discarded());

  const auto player = Player::create(tape_of({note("record", nested(1'000'000))}));
  ASSERT_TRUE(player.ok());
  EXPECT_TRUE((*player)->find_note("record").is_null());
}

}  // namespace
}  // namespace hil::tape
