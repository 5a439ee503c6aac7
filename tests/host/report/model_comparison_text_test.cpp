// SPDX-License-Identifier: Apache-2.0
// Compared models as text against approved files, and their flips as CSV.
#include "host/report/model_comparison_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "host/report/console.hpp"
#include "host/report/json_record.hpp"
#include "host/report/text.hpp"
#include "tests/host/report/approved_text.hpp"
#include "tests/host/report/example_records.hpp"
#include "tests/host/report/model_records.hpp"

namespace hil::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace hil::results;

TEST(ModelComparisonText, ClassesAt80Columns) {
  expect_approved("models_80.txt", console_text(models_record(), 80));
}

TEST(ModelComparisonText, ValuesAt80Columns) {
  expect_approved("model_values_80.txt", console_text(values_record(), 80));
}

TEST(ModelComparisonText, ClassesAt60Columns) {
  expect_approved("models_60.txt", model_comparison_text(models_record(), 60));
}

TEST(ModelComparisonText, LinesKeepToTheWidthAndTheTerminalToItself) {
  Record record = models_record();
  ModelComparison& found = *record.model_comparison;
  found.flips[0].sample = std::string(200, 'x') + "\x1b[31m";
  found.flips[1].sample = "a\x1b[31mb";
  found.flips[0].float_score = -1.23456789e-300;
  found.label_names[1] = std::string(90, 'y');
  found.pairs[0].largest_at = std::string(90, 'z');
  record.slices[0].value = std::string(90, 'w');
  for (const std::size_t width : {0U, 60U, 64U, 71U, 80U, 120U}) {
    const std::string text = model_comparison_text(record, width);
    EXPECT_TRUE(fits(text, std::max<std::size_t>(width, 60))) << text;
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, HasSubstr("a?[31mb"));
  }
}

TEST(ModelComparisonText, ARecordOfNoModelsGivesNothing) {
  EXPECT_EQ(model_comparison_text(full_record(), 80), "");
  EXPECT_THAT(console_text(full_record(), 80), Not(HasSubstr("float-host")));
}

TEST(ModelComparisonText, ARunBrokenOffBeforeAnythingWasComparedSaysNothingOfIt) {
  Record record = broken_record();
  record.model_comparison.emplace();
  EXPECT_EQ(model_comparison_text(record, 80), "");
}

TEST(ModelComparisonText, ARunBrokenOffSaysHowManySamplesAPairHas) {
  Record record = models_record();
  EXPECT_THAT(model_comparison_text(record, 80), Not(HasSubstr("  samples    float-host")));
  record.model_comparison->pairs[0].samples = 11;
  record.model_comparison->pairs[1].samples = 11;
  EXPECT_THAT(
      model_comparison_text(record, 80),
      HasSubstr("  samples    float-host/int8-host 11, float-host/int8-device 11 of 400\n"));
}

TEST(ModelComparisonText, NoFlipIsSaid) {
  Record record = models_record();
  record.model_comparison->flips.clear();
  EXPECT_THAT(model_comparison_text(record, 80), HasSubstr("  flips      none\n"));
  Record values = values_record();
  EXPECT_THAT(model_comparison_text(values, 80), Not(HasSubstr("flips")));
}

TEST(FlipsCsv, HasARowPerFlipThatReadsBackExactly) {
  ModelComparison comparison;
  comparison.flips = {{"a,b.bin", 3, 1, 2, 0.1, 0.00390625}, {"c.bin", 0, 0, 7, -1e-9, 1}};
  EXPECT_EQ(flips_csv(comparison),
            "name,label,float_class,int8_class,float_score,int8_score\n"
            "\"a,b.bin\",3,1,2,0.1,0.00390625\n"
            "c.bin,0,0,7,-1e-09,1\n");
}

TEST(ModelComparisonJson, EveryFieldComesBack) {
  const Record want = models_record();
  const auto back = parse_record(json_text(want), "x.json");
  ASSERT_TRUE(back.ok()) << back.error().what;
  ASSERT_TRUE(back->model_comparison);
  const ModelComparison& got = *back->model_comparison;
  const ModelComparison& sent = *want.model_comparison;
  EXPECT_EQ(got.float_model.file, sent.float_model.file);
  EXPECT_EQ(got.float_model.sha256, sent.float_model.sha256);
  EXPECT_EQ(got.float_conversion, sent.float_conversion);
  EXPECT_EQ(got.label_names, sent.label_names);
  EXPECT_EQ(got.only_float_right, sent.only_float_right);
  EXPECT_EQ(got.only_int8_right, sent.only_int8_right);
  ASSERT_EQ(got.pairs.size(), 3U);
  EXPECT_EQ(got.pairs[0].scope, "float-host/int8-host");
  EXPECT_EQ(got.pairs[0].samples, 400U);
  EXPECT_EQ(got.pairs[0].largest_at, sent.pairs[0].largest_at);
  ASSERT_EQ(got.flips.size(), sent.flips.size());
  EXPECT_EQ(flips_csv(got), flips_csv(sent));
  EXPECT_EQ(console_text(*back, 80), console_text(want, 80));
}

TEST(ModelComparisonJson, AWrongMemberIsNamed) {
  std::string text = json_text(models_record());
  const std::size_t at = text.find("\"float_class\": ");
  ASSERT_NE(at, std::string::npos);
  text.insert(at + 15, "-");
  const auto broken = parse_record(text, "x.json");
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().blame, Blame::kUser);
  EXPECT_THAT(broken.error().what, HasSubstr("model_comparison.flips[0].float_class"));
}

}  // namespace
}  // namespace hil::report
