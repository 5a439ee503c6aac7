// SPDX-License-Identifier: Apache-2.0
// RFC 4180 at its edges.
#include "host/data/formats/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hil::data {
namespace {

using testing::ElementsAre;
using Rows = std::vector<std::vector<std::string>>;

/// All rows, or one row with the error.
Rows rows_of(std::string_view text, std::vector<std::uint32_t>* lines = nullptr) {
  CsvReader reader(text, "a.csv");
  Rows rows;
  CsvRow row;
  for (;;) {
    const auto any = reader.next(row);
    if (!any) return {{any.error().what}};
    if (!*any) return rows;
    rows.push_back(row.fields);
    if (lines != nullptr) lines->push_back(row.line);
  }
}

TEST(Csv, RowsAndFields) {
  EXPECT_EQ(rows_of("a,b\r\nc,d\n"), (Rows{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(rows_of("a,b"), (Rows{{"a", "b"}}));
  EXPECT_EQ(rows_of(",\n"), (Rows{{"", ""}}));
  EXPECT_EQ(rows_of(" a b ,\tc\t\r"), (Rows{{"a b", "c"}}));
  EXPECT_EQ(rows_of(""), Rows{});
  EXPECT_EQ(rows_of("\xEF\xBB\xBF\n \r\n\t\n"), Rows{});
}

TEST(Csv, QuotesKeepWhatStandsInThem) {
  EXPECT_EQ(rows_of("\"a,b\",\"say \"\"x\"\"\" , \"\"\r\n"), (Rows{{"a,b", "say \"x\"", ""}}));
  EXPECT_EQ(rows_of("\" a \""), (Rows{{" a "}}));
}

TEST(Csv, LinesAreCountedThroughQuotesAndBlanks) {
  std::vector<std::uint32_t> lines;
  EXPECT_EQ(rows_of("\n\"a\nb\nc\",1\n\nd,2\n", &lines), (Rows{{"a\nb\nc", "1"}, {"d", "2"}}));
  EXPECT_THAT(lines, ElementsAre(2, 6));
}

TEST(Csv, WhatIsNotCsvIsNamedByLine) {
  EXPECT_EQ(rows_of("a\nb\"c\""), (Rows{{"a.csv line 2: a quote inside a plain field"}}));
  EXPECT_EQ(rows_of("\"a\"b"),
            (Rows{{"a.csv line 1: a closing quote is followed by more than a comma"}}));
  EXPECT_EQ(rows_of("a,\"b\n"), (Rows{{"a.csv line 1: a quote is not closed"}}));
  EXPECT_EQ(rows_of(std::string_view("a\0b", 3)),
            (Rows{{"a.csv line 1: a NUL byte or a lone carriage return"}}));
  EXPECT_EQ(rows_of("a\rb"), (Rows{{"a.csv line 1: a NUL byte or a lone carriage return"}}));
}

TEST(Csv, RefusalsSayHowFieldsAreQuoted) {
  const std::string commas(1 << 20, ',');
  CsvReader reader(commas, "a.csv");
  CsvRow row;
  const auto any = reader.next(row);
  ASSERT_FALSE(any);
  EXPECT_EQ(any.error().blame, Blame::kUser);
  EXPECT_EQ(any.error().what, "a.csv line 1: too many fields");
  EXPECT_EQ(any.error().hint,
            "fields with quotes, commas or line ends stand in double quotes (RFC 4180)");
}

}  // namespace
}  // namespace hil::data
