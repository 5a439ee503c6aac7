// SPDX-License-Identifier: Apache-2.0
// The summary's text, JSON and picture: approved text, widths, valid output whatever the names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>

#include "host/base/file.hpp"
#include "host/report/memory_picture.hpp"
#include "host/report/summary_json.hpp"
#include "host/report/summary_svg.hpp"
#include "host/report/summary_text.hpp"
#include "host/report/summary_words.hpp"
#include "host/report/svg.hpp"
#include "host/report/text.hpp"
#include "tests/host/report/approved_text.hpp"
#include "tests/host/report/example_summaries.hpp"
#include "tests/host/report/xml_check.hpp"

namespace hil::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<model::ModelSummary> all_examples() {
  std::vector<model::ModelSummary> examples;
  examples.push_back(digits_summary());
  examples.push_back(tight_summary());
  examples.push_back(unsupported_summary());
  examples.push_back(residual_summary(2));
  examples.push_back(residual_summary(40));
  examples.push_back(hostile_summary());
  return examples;
}

TEST(SummaryText, DigitsAt80Columns) {
  expect_approved("summary_digits_80.txt", summary_text(digits_summary(), 80));
}

TEST(SummaryText, DigitsAt120Columns) {
  expect_approved("summary_digits_120.txt", summary_text(digits_summary(), 120));
}

TEST(SummaryText, BoardThatIsTooSmall) {
  expect_approved("summary_tight_80.txt", summary_text(tight_summary(), 80));
}

TEST(SummaryText, OperatorsWithoutKernel) {
  expect_approved("summary_unsupported_80.txt", summary_text(unsupported_summary(), 80));
}

TEST(SummaryText, WideModelIsSummarised) {
  expect_approved("summary_wide_80.txt", summary_text(residual_summary(40), 80));
}

TEST(SummaryText, LinesKeepToTheWidth) {
  for (const std::size_t width : {80U, 81U, 100U, 120U, 200U}) {
    for (const auto& summary : all_examples()) {
      std::istringstream lines(summary_text(summary, width));
      for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(width_of(line), width) << line;
        EXPECT_FALSE(line.ends_with(' ')) << line;
      }
    }
  }
}

TEST(SummaryText, NamesSteerNothing) {
  const std::string text = summary_text(hostile_summary(), 80);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\x01")));
}

TEST(MemoryPicture, EveryBufferIsThereWhereItIsAlive) {
  model::MemorySummary memory;
  memory.arena_bytes = 64;
  memory.buffers = {{{}, 0, 32, 0, 1}, {{}, 32, 32, 1, 2}, {{}, 0, 16, 2, 2}};
  EXPECT_EQ(memory_picture(memory, 3, 40),
            "   address\n"
            "        48 |......BBBBBBBBBBBB|\n"
            "        32 |......BBBBBBBBBBBB|\n"
            "        16 |AAAAAAAAAAAA......|\n"
            "         0 |AAAAAAAAAAAACCCCCC|\n"
            "  operator  0     1     2\n"
            "    live %  50    100   75\n");
}

TEST(MemoryPicture, SeveralOperatorsInAColumn) {
  model::MemorySummary memory;
  memory.arena_bytes = 16;
  memory.buffers = {{{}, 0, 16, 0, 49}};
  const std::string picture = memory_picture(memory, 100, 40);
  EXPECT_THAT(picture, HasSubstr("each column is 4 operators\n"));
  EXPECT_THAT(picture, HasSubstr("|AAAAAAAAAAAA"));
  EXPECT_THAT(picture, HasSubstr("A............|")) << picture;
}

TEST(SummaryWords, KeysFollowTimeThenAddress) {
  model::MemorySummary memory;
  memory.buffers = {{{}, 64, 16, 1, 1}, {{}, 16, 16, 0, 1}, {{}, 0, 16, 0, 0}};
  EXPECT_THAT(in_order(memory), testing::ElementsAre(2, 1, 0));
  EXPECT_EQ(key_of(0), 'A');
  EXPECT_EQ(key_of(51), 'z');
  EXPECT_EQ(key_of(52), 'A');
}

TEST(SummaryWords, ShortNamesAreTheLastTwoParts) {
  EXPECT_EQ(short_name("a/b/Relu;a/b/bn/x"), "b/Relu");
  EXPECT_EQ(short_name("plain"), "plain");
  EXPECT_EQ(short_name("a/b/c/"), "b/c");
  EXPECT_EQ(short_name("a/b"), "a/b");
  EXPECT_EQ(short_name("/b"), "b");
  EXPECT_EQ(short_name("/"), "/");
  EXPECT_EQ(short_name(""), "");
}

TEST(SummaryJson, IsCompleteAndParses) {
  for (const auto& summary : all_examples()) {
    const auto json = nlohmann::json::parse(summary_json(summary));
    EXPECT_EQ(json["schema"], "hilbench-summary/1");
    EXPECT_EQ(json["layers"].size(), summary.layers.size());
    EXPECT_EQ(json["totals"]["macs"], summary.macs);
    EXPECT_EQ(json["totals"]["plan_bytes"].is_null(), !summary.compiled.has_value());
    EXPECT_EQ(json["memory"]["buffers"].size(), summary.memory->buffers.size());
    EXPECT_EQ(json["obstacles"].size(), summary.obstacles.size());
    EXPECT_EQ(json.contains("board"), summary.board.has_value());
  }
  const auto tight = nlohmann::json::parse(summary_json(tight_summary()));
  EXPECT_EQ(tight["board"]["runs"], false);
  EXPECT_EQ(tight["board"]["obstacles"][0]["operators"], nlohmann::json({6}));
}

TEST(SummarySvg, IsWellFormedAndSelfContained) {
  for (const auto& summary : all_examples()) {
    const std::string svg = summary_svg(summary);
    EXPECT_EQ(XmlCheck(svg).fault(), "");
    EXPECT_THAT(svg, Not(HasSubstr("href")));
    EXPECT_THAT(svg, Not(HasSubstr("<script")));
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    EXPECT_THAT(svg, Not(HasSubstr("=\"-"))) << "nothing lies outside";
  }
}

TEST(SummarySvg, XmlCheckFindsFaults) {
  EXPECT_NE(XmlCheck("<?xml version=\"1.0\"?>\n<a><b></a></b>").fault(), "");
  EXPECT_NE(XmlCheck("<?xml version=\"1.0\"?>\n<a>x & y</a>").fault(), "");
  EXPECT_NE(XmlCheck("<?xml version=\"1.0\"?>\n<a>").fault(), "");
  EXPECT_EQ(XmlCheck("<?xml version=\"1.0\"?>\n<a b=\"c\"><d/>x &amp; y</a>\n").fault(), "");
}

TEST(SummarySvg, ShowsEveryOperatorAndBuffer) {
  const auto summary = residual_summary(2);
  const std::string svg = summary_svg(summary);
  for (std::size_t i = 0; i < summary.layers.size(); ++i)
    EXPECT_THAT(svg, HasSubstr(std::to_string(i) + "  " + summary.layers[i].op));
  for (const auto& buffer : summary.memory->buffers)
    EXPECT_THAT(svg, HasSubstr(grouped(buffer.size_bytes) + " B at address"));
  EXPECT_THAT(svg, HasSubstr("1x8x8x4 int8, 9,216 MACs"));
}

TEST(SummarySvg, SaysWhatKeepsTheModelFromRunning) {
  EXPECT_THAT(summary_svg(unsupported_summary()),
              HasSubstr("FLOOR, int8: there is no kernel for it"));
  EXPECT_THAT(summary_svg(tight_summary()), HasSubstr("Does not run on tiny_board"));
}

TEST(SummarySvg, TextOfXml) {
  EXPECT_EQ(xml_text("a<b>&\"c\"'d'\x01\xc3\xa9"), "a&lt;b&gt;&amp;&quot;c&quot;&#39;d&#39;???");
}

}  // namespace
}  // namespace hil::report
