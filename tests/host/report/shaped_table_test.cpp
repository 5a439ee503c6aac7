// SPDX-License-Identifier: Apache-2.0
// Tables at every width: what wraps, what goes, what stays whole.
#include "host/report/shaped_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/report/text.hpp"

namespace hil::report {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Rows = std::vector<std::vector<std::string>>;

const Rows kRows{{"id", "size", "what it is"},
                 {"first", "1", "a board with a long name"},
                 {"second", "1,000", "kürzer"}};

TableShape shape() {
  TableShape shape;
  shape.right = {1};
  shape.flexible = {{2, 8}};
  shape.droppable = {2, 1};
  return shape;
}

TEST(ShapedTable, WithRoomNothingHappens) {
  for (const std::size_t width : {kNoWidth, std::size_t{41}}) {
    const auto table = shaped_table(kRows, shape(), width);
    EXPECT_EQ(table.text,
              "  id       size  what it is\n"
              "  first       1  a board with a long name\n"
              "  second  1,000  kürzer\n");
    EXPECT_THAT(table.dropped, IsEmpty());
  }
}

TEST(ShapedTable, FlexibleCellsWrap) {
  const auto table = shaped_table(kRows, shape(), 30);
  EXPECT_EQ(table.text,
            "  id       size  what it is\n"
            "  first       1  a board with\n"
            "                 a long name\n"
            "  second  1,000  kürzer\n");
  EXPECT_THAT(table.dropped, IsEmpty());
}

TEST(ShapedTable, ThenColumnsGo) {
  auto table = shaped_table(kRows, shape(), 24);
  EXPECT_EQ(table.text, "  id       size\n  first       1\n  second  1,000\n");
  EXPECT_THAT(table.dropped, ElementsAre("what it is"));
  table = shaped_table(kRows, shape(), 10);
  EXPECT_EQ(table.text, "  id\n  first\n  second\n");
  EXPECT_THAT(table.dropped, ElementsAre("what it is", "size"));
}

TEST(ShapedTable, NoLineIsWiderAtAnyWidth) {
  for (std::size_t width = 8; width < 60; ++width) {
    const auto table = shaped_table(kRows, shape(), width);
    EXPECT_LE(widest_line(table.text), width) << table.text;
  }
}

TEST(ShapedTable, TheWidestColumnGivesWayFirst) {
  TableShape both;
  both.flexible = {{0, 4}, {1, 4}};
  both.indent = 0;
  const auto table = shaped_table({{"aaaa aaaa aaaa", "bb bb"}}, both, 14);
  EXPECT_EQ(table.text, "aaaa     bb bb\naaaa\naaaa\n");
}

TEST(ShapedTable, EmptyOnesAreEmpty) {
  EXPECT_EQ(shaped_table({}, shape(), 80).text, "");
  EXPECT_EQ(shaped_table({{""}}, {}, 80).text, "\n");
}

TEST(Wrapped, BreaksAtSpacesAndLongWordsAnywhere) {
  EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("0123456789", 4), ElementsAre("0123", "4567", "89"));
  EXPECT_THAT(wrapped("ab 0123456789", 4), ElementsAre("ab", "0123", "4567", "89"));
  EXPECT_THAT(wrapped("äöüß äöü", 4), ElementsAre("äöüß", "äöü"));
  EXPECT_THAT(wrapped("äöüß", 3), ElementsAre("äöü", "ß")) << "never inside a sequence";
}

TEST(Wrapped, WhatFitsStaysAsItIs) {
  EXPECT_THAT(wrapped("", 5), ElementsAre(""));
  EXPECT_THAT(wrapped("  a  b", 6), ElementsAre("  a  b"));
}

TEST(CommandLines, GoOnBehindBackslashes) {
  EXPECT_EQ(command_lines("run --a 1 --b 2", 2, 80), "  run --a 1 --b 2\n");
  EXPECT_EQ(command_lines("run --a 1 --b 2", 2, 18),
            "  run --a 1 \\\n"
            "    --b 2\n");
  EXPECT_EQ(command_lines("run --a 1234567", 2, 13),
            "  run --a \\\n"
            "    1234567\n")
      << "option and value fit on no line together";
  EXPECT_EQ(command_lines("run --a 1 --b 2", 0, kNoWidth), "run --a 1 --b 2\n");
}

TEST(CommandLines, QuotedSpacesHoldTogether) {
  EXPECT_EQ(command_lines("a 'b c  d' e\\ f 'it'\\''s g'", 0, 8),
            "a \\\n  'b c  d' \\\n  e\\ f \\\n  'it'\\''s g'\n");
}

}  // namespace
}  // namespace hil::report
