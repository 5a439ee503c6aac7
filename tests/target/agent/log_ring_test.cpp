// SPDX-License-Identifier: Apache-2.0
// The ring of log lines: numbers, order, what is dropped and what is cut.
#include "target/agent/log_ring.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <vector>

namespace hil::test {
namespace {

using agent::LogRing;

std::string text_of(const LogRing& ring, std::uint32_t number, std::size_t room = 96) {
  std::vector<char> text(room, '#');
  ring.read(number, text);
  return text.data();
}

TEST(LogRing, is_empty_at_first) {
  std::vector<std::uint8_t> memory(64);
  const LogRing ring(memory);
  EXPECT_EQ(ring.oldest(), 1u);
  EXPECT_EQ(ring.next(), 1u);
}

TEST(LogRing, gives_back_what_was_added) {
  std::vector<std::uint8_t> memory(64);
  LogRing ring(memory);
  ring.add(2, 0x1122334455667788, "one");
  ring.add(0, ~0ull, "");
  EXPECT_EQ(ring.oldest(), 1u);
  EXPECT_EQ(ring.next(), 3u);
  EXPECT_EQ(text_of(ring, 1), "one");
  const auto head = ring.read(1, {});
  EXPECT_EQ(head.ticks, 0x1122334455667788u);
  EXPECT_EQ(head.level, 2);
  EXPECT_EQ(head.text_bytes, 3);
  EXPECT_EQ(text_of(ring, 2), "");
  EXPECT_EQ(ring.read(2, {}).ticks, ~0ull);
}

TEST(LogRing, cuts_to_the_readers_room) {
  std::vector<std::uint8_t> memory(64);
  LogRing ring(memory);
  ring.add(1, 1, "hello");
  EXPECT_EQ(text_of(ring, 1, 6), "hello");
  EXPECT_EQ(text_of(ring, 1, 5), "hell");
  EXPECT_EQ(text_of(ring, 1, 1), "");
}

// A line cut in the middle of a character, or a crash note of random bytes, would be no UTF-8:
// neither it nor the answer that holds it could be sent.
TEST(LogRing, keeps_ascii_alone) {
  std::vector<std::uint8_t> memory(64);
  LogRing ring(memory);
  ring.add(1, 1, "5 \xc2\xb5s\x7f");
  EXPECT_EQ(text_of(ring, 1), "5 ??s\x7f");
}

TEST(LogRing, cuts_what_is_longer_than_a_line_or_the_ring) {
  std::vector<std::uint8_t> large(1024), least(LogRing::kLeastBytes);
  LogRing ring(large), small(least);
  const std::string text(500, 'x');
  ring.add(1, 1, text.c_str());
  EXPECT_EQ(text_of(ring, 1), text.substr(0, LogRing::kMostText));
  small.add(1, 1, "before");
  small.add(1, 1, text.c_str());
  EXPECT_EQ(small.oldest(), 2u);
  EXPECT_EQ(text_of(small, 2), text.substr(0, LogRing::kLeastBytes - LogRing::kHeadBytes));
  small.add(1, 1, "after");
  EXPECT_EQ(small.oldest(), 3u);
  EXPECT_EQ(text_of(small, 3), "after");
}

TEST(LogRing, is_a_queue_of_any_lines_in_any_memory) {
  struct Line {
    std::uint8_t level;
    std::uint64_t ticks;
    std::string text;
  };
  std::mt19937 random(7);
  for (const std::size_t bytes : {64u, 65u, 105u, 128u, 1000u}) {
    std::vector<std::uint8_t> memory(bytes);
    LogRing ring(memory);
    std::deque<Line> kept;
    std::size_t used = 0;
    const std::size_t most = std::min(LogRing::kMostText, bytes - LogRing::kHeadBytes);
    for (std::uint32_t added = 1; added <= 2000; ++added) {
      const Line line{static_cast<std::uint8_t>(random() % 4), random(),
                      std::string(random() % (most + 1), static_cast<char>('a' + random() % 26))};
      ring.add(line.level, line.ticks, line.text.c_str());
      kept.push_back(line);
      used += LogRing::kHeadBytes + line.text.size();
      for (; used > bytes; kept.pop_front())
        used -= LogRing::kHeadBytes + kept.front().text.size();
      ASSERT_EQ(ring.next(), added + 1);
      ASSERT_EQ(ring.oldest(), added + 1 - kept.size());
      for (std::uint32_t i = 0; i < kept.size(); ++i) {
        ASSERT_EQ(text_of(ring, ring.oldest() + i), kept[i].text);
        ASSERT_EQ(ring.read(ring.oldest() + i, {}).ticks, kept[i].ticks);
        ASSERT_EQ(ring.read(ring.oldest() + i, {}).level, kept[i].level);
      }
    }
  }
}

}  // namespace
}  // namespace hil::test
