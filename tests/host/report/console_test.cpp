// SPDX-License-Identifier: Apache-2.0
// The console report against approved text, and its promises for any width and label.
#include "host/report/console.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "host/report/text.hpp"
#include "tests/host/report/approved_text.hpp"
#include "tests/host/report/example_records.hpp"

namespace hil::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Console, FullRecordAt80Columns) {
  expect_approved("full_80.txt", console_text(full_record(), 80));
}

TEST(Console, FullRecordAt120Columns) {
  expect_approved("full_120.txt", console_text(full_record(), 120));
}

TEST(Console, BrokenRecord) {
  expect_approved("broken_80.txt", console_text(broken_record(), 80));
}

TEST(Console, EmptyRecord) {
  expect_approved("empty_80.txt", console_text(empty_record(), 80));
}

TEST(Console, ManyClasses) {
  expect_approved("classes_80.txt", console_text(record_of_classes(50), 80));
}

TEST(Console, MetricsSpreadAndSlicesAt80Columns) {
  expect_approved("scored_80.txt", console_text(scored_record(), 80));
}

TEST(Console, Autoencoder) {
  expect_approved("autoencoder_80.txt", console_text(autoencoder_record(), 80));
}

TEST(Console, Profile) {
  expect_approved("profile_80.txt", console_text(profile_record(), 80));
  expect_approved("profile_emulated_80.txt", console_text(emulated_profile_record(), 80));
}

TEST(Console, ProfileOfWideOperators) {
  expect_approved("profile_wide_80.txt", console_text(profile_of_operators(4), 80));
}

TEST(Console, ProfileThatEndedEarly) {
  results::Record record = profile_record();
  record.operators.reset();
  record.metrics.resize(2);
  record.metrics.erase(record.metrics.begin());
  record.metrics[0].origin = results::Origin::kEmulated;
  record.verdict = broken_record().verdict;
  expect_approved("profile_partial_80.txt", console_text(record, 80));
}

TEST(Console, EveryOperatorIsShown) {
  const std::string text = console_text(profile_of_operators(300), 80);
  for (const char* layer : {"\n  0    ", "\n  450  ", "\n  897  "})
    EXPECT_THAT(text, HasSubstr(layer));
}

TEST(Console, HostileOperatorsStayInTheirTable) {
  results::Record record = profile_record();
  results::OperatorTable& table = *record.operators;
  table.unit = "u\x1bs, but a very long one indeed";
  table.rows[0].op = std::string(5'000, 'x') + "\x1b[2J";
  table.rows[0].output.assign(10'000, 7);
  table.rows[1].time = std::nan("");
  table.rows[2].time = 1e300;
  table.rows[2].macs = UINT64_MAX;
  const std::string text = console_text(record, 80);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_LE(widest_line(text), 80U);
  table.rows.clear();
  table.total = 0;
  EXPECT_LE(widest_line(console_text(record, 60)), 60U);
}

TEST(Console, TwelveClassesInNarrowWindowUseNumbers) {
  expect_approved("full_60.txt", console_text(full_record(), 60));
}

TEST(Console, LinesKeepToTheWidth) {
  for (const std::size_t width : {60U, 64U, 71U, 80U, 100U, 120U, 200U}) {
    for (const auto& record :
         {full_record(), scored_record(), autoencoder_record(), broken_record(), empty_record(),
          profile_record(), profile_of_operators(4), profile_of_operators(120),
          record_of_classes(3), record_of_classes(12), record_of_classes(13),
          record_of_classes(50)}) {
      std::istringstream lines(console_text(record, width));
      for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(width_of(line), width) << line;
        EXPECT_FALSE(line.ends_with(' ')) << line;
      }
    }
  }
}

TEST(Console, LongLabelsAreCutAndSteeringCharactersShown) {
  results::Record record = broken_record();
  record.classification->label_names = {std::string(300, 'x'), "d\x1b[31mog\xc2\x9b"};
  record.model.file =
      "a/\x07"
      "b.tflite";
  const std::string text = console_text(record, 80);
  EXPECT_THAT(text, HasSubstr(std::string(26, 'x') + "~ "));
  EXPECT_THAT(text, HasSubstr("d?[31mog?"));
  EXPECT_THAT(text, HasSubstr("evaluate ?b.tflite on linux"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(Console, WindowsOfNoWidthGetTheLeastWidth) {
  EXPECT_EQ(console_text(full_record(), 0), console_text(full_record(), 60));
}

TEST(Text, NumbersForPeople) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(UINT64_MAX), "18,446,744,073,709,551,615");
  EXPECT_EQ(number_text(-1234567), "-1,234,567");
  EXPECT_EQ(number_text(-123), "-123");
  EXPECT_EQ(number_text(1234.56789), "1,234.57");
  EXPECT_EQ(number_text(1e-7), "1e-07");
  EXPECT_EQ(number_text(0), "0");
  EXPECT_EQ(fixed_text(1234.5, 2), "1,234.50");
  EXPECT_EQ(fixed_text(-0.0004, 3), "0.000");
  EXPECT_EQ(fixed_text(-12.25, 1), "-12.2");
  EXPECT_EQ(fixed_text(1e300, 2), "1e+300");
  EXPECT_EQ(fixed_text(NAN, 2), "nan");
  EXPECT_EQ(percent(0.9012), "90.1 %");
  EXPECT_EQ(percent(1), "100.0 %");
}

TEST(Text, WidthsCountCodePoints) {
  EXPECT_EQ(width_of("h\xc3\xbcr"), 3U);
  EXPECT_EQ(fitted("h\xc3\xbcrde", 3), "h\xc3\xbc~");
  EXPECT_EQ(fitted("h\xc3\xbcr", 3), "h\xc3\xbcr");
  EXPECT_EQ(fitted("abc", 0), "");
  EXPECT_EQ(right_aligned("h\xc3\xbc", 4), "  h\xc3\xbc");
  EXPECT_EQ(left_aligned("abc", 2), "abc");
  EXPECT_EQ(printable("a\tb\x7f\xc2\x85\xc3\xa9"), "a?b??\xc3\xa9");
  EXPECT_EQ(printable("\xc2"), "\xc2");
  EXPECT_EQ(widest_line("ab\nh\xc3\xbcr\n"), 3U);
  EXPECT_EQ(widest_line(""), 0U);
  EXPECT_TRUE(fits("ab\nabc", 3));
  EXPECT_FALSE(fits("ab\nabc", 2));
}

TEST(Text, ParagraphsBreakAtSpaces) {
  EXPECT_EQ(paragraph(" a", "one two three", 4, 11), " a  one two\n    three\n");
  EXPECT_EQ(paragraph("", "averyveryverylongword b", 2, 8), "  averyveryverylongword\n  b\n");
  EXPECT_EQ(paragraph("x", "", 4, 20), "");
}

TEST(Console, WhatTheAgentSaysWhenAllIsWellIsCounted) {
  results::Record record = full_record();
  record.events = {{1, "agent-log", "session opened", "info", 20.5},
                   {2, "agent-log", "run of 3 begins", "debug", 21.5},
                   {3, "agent-log", "run stopped: budget exceeded", "warning", 22.5}};
  const std::string text = console_text(record, 80);
  EXPECT_THAT(text, testing::HasSubstr(
                        "  events     3.0 ms agent-log: warning: run stopped: budget exceeded\n"));
  EXPECT_THAT(text, testing::HasSubstr("  agent log  2 lines up to level info "
                                       "('hilbench log RECORD' shows them)\n"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("session opened")));
}

}  // namespace
}  // namespace hil::report
