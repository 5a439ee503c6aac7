// SPDX-License-Identifier: Apache-2.0
// Comparisons as text against approved files, for any width, and as JSON.
#include "host/report/comparison_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "host/report/comparison_json.hpp"
#include "host/report/text.hpp"
#include "host/report/words.hpp"
#include "tests/host/report/approved_text.hpp"
#include "tests/host/report/energy_records.hpp"
#include "tests/host/report/example_records.hpp"

namespace hil::report {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace hil::results;

std::string text_of(const Record& a, const Record& b, std::size_t width) {
  return comparison_text(compare(a, b), {"before.json", &a}, {"after.json", &b}, width);
}

/// Another model, and with it other figures.
Record other_model() {
  Record record = scored_record();
  record.model.file = "models/kws_float.tflite";
  record.model.sha256 = std::string(64, 'e');
  record.conditions.conversion.clear();
  record.metrics[0].value = 0.9;
  record.metrics[0].interval = Interval{0.88, 0.92, 0.95, "wilson"};
  record.metrics[3].interval.reset();
  return record;
}

TEST(ComparisonText, ProfilesAt80Columns) {
  expect_approved("compare_profiles_80.txt",
                  text_of(profile_record(), faster_profile_record(), 80));
}

TEST(ComparisonText, ProfilesAt60Columns) {
  expect_approved("compare_profiles_60.txt",
                  text_of(profile_record(), faster_profile_record(), 60));
}

TEST(ComparisonText, ModelsOnPurpose) {
  expect_approved("compare_models_80.txt", text_of(scored_record(), other_model(), 80));
}

TEST(ComparisonText, PartialAndEmptyRecords) {
  expect_approved("compare_broken_80.txt", text_of(full_record(), broken_record(), 80));
  expect_approved("compare_empty_80.txt", text_of(empty_record(), empty_record(), 80));
}

/// Another idle, less energy, and a wire elsewhere: net energies are left out, the rest compares.
TEST(ComparisonText, EnergiesOverAnotherIdle) {
  const Record before = energy_record();
  Record after = energy_record();
  after.energy->idle->mode = "stop";
  after.energy->gross_uj->value *= 0.97;
  after.energy->charge_uc->value *= 0.97;
  after.metrics[0].value *= 0.97;
  expect_approved("compare_energies_80.txt", text_of(before, after, 80));
  EXPECT_TRUE(compare(before, after).comparable());
}

TEST(ComparisonText, EnergiesThatDoNotCompare) {
  expect_approved("compare_energies_refused_80.txt", text_of(energy_record(), charge_record(), 80));
}

TEST(ComparisonText, LinesKeepToTheWidth) {
  const std::vector<Record> records = {
      full_record(),           broken_record(),          profile_record(),
      faster_profile_record(), profile_of_operators(30), other_model()};
  for (const std::size_t width : {60U, 71U, 80U, 120U}) {
    for (const Record& a : records) {
      for (const Record& b : records) {
        const std::string text = text_of(a, b, width);
        EXPECT_LE(widest_line(text), width) << text;
        EXPECT_THAT(text, Not(HasSubstr(" \n")));
      }
    }
  }
}

TEST(ComparisonText, HostileNamesSteerNothing) {
  Record a = profile_record();
  a.metrics[0].name = std::string(3'000, 'n') + "\x1b[2J";
  a.operators->rows[0].op = "\x1b]0;x\x07";
  a.operators->unit = "\x1bs";
  Record b = a;
  b.board.id = "\x1b[31mred";
  b.metrics[0].unit = "\x1b";
  const std::string text = text_of(a, b, 80);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\x07")));
  EXPECT_THAT(disagreement_text(compare(a, b)), Not(HasSubstr("\x1b")));
}

TEST(ComparisonText, DigestsAreShownAsFarAsTheyTellApart) {
  Record a = full_record();
  Record b = full_record();
  a.model.sha256 = std::string(63, 'a') + "1";
  b.model.sha256 = std::string(63, 'a') + "2";
  EXPECT_THAT(differences_text(compare(a, b), 100), HasSubstr(a.model.sha256));
  b.model.sha256 = std::string(64, 'b');
  EXPECT_THAT(differences_text(compare(a, b), 100), HasSubstr("A aaaaaaaaaaaa\n"));
}

TEST(ComparisonText, DisagreementsInOneSentence) {
  const Record a = full_record();
  Record b = full_record();
  EXPECT_EQ(disagreement_text(compare(a, b)), "");
  b.command = "infer";
  EXPECT_EQ(disagreement_text(compare(a, b)), "command");
  b.model.sha256.clear();
  EXPECT_EQ(disagreement_text(compare(a, b)), "command and model.sha256");
  b.dataset.samples = 1;
  b.board.id = "x";
  EXPECT_EQ(disagreement_text(compare(a, b)),
            "command, model.sha256, dataset.samples and board.id");
  b.board.core = "x";
  EXPECT_EQ(disagreement_text(compare(a, b)), "command, model.sha256, dataset.samples and 2 more");
}

TEST(ComparisonJson, HoldsWhatTheTextShows) {
  const Comparison comparison = compare(profile_record(), faster_profile_record());
  const json document = json::parse(comparison_json(comparison, "a.json", "b.json"));
  EXPECT_EQ(document["schema"]["name"], "hilbench-comparison");
  EXPECT_EQ(document["a"], "a.json");
  EXPECT_EQ(document["comparable"], true);
  EXPECT_EQ(document["differences"][0], json({{"field", "conditions.host_version"},
                                              {"a", "0.1.0"},
                                              {"b", "0.1.1"},
                                              {"must_agree", false}}));
  const json& latency = document["metrics"][0];
  EXPECT_EQ(latency["name"], "latency_us");
  EXPECT_EQ(latency["finding"], "better");
  EXPECT_EQ(latency["a"]["value"], profile_record().metrics[0].value);
  EXPECT_EQ(latency["b"]["interval"]["level"], 0.95);
  EXPECT_EQ(document["metrics"][10]["a"], nullptr);
  EXPECT_EQ(document["metrics"][10]["ratio"], nullptr);
  const json& operators = document["operators"];
  EXPECT_EQ(operators["unit"], "us");
  ASSERT_EQ(operators["rows"].size(), 6U);
  EXPECT_EQ(operators["rows"][3]["op_b"], "");
  EXPECT_EQ(operators["rows"][3]["b"], nullptr);
  EXPECT_EQ(operators["rows"][0]["difference"], 301 - 402.25);
  EXPECT_EQ(operators["total"]["a"]["value"], 1012.5);
}

TEST(ComparisonJson, HasTheNotesIfThereAreAny) {
  const Record record = energy_record();
  const auto with = json::parse(comparison_json(compare(record, record), "a", "b"));
  EXPECT_THAT(with["notes"][0].get<std::string>(), HasSubstr("one instrument"));
  const auto without =
      json::parse(comparison_json(compare(empty_record(), empty_record()), "", ""));
  EXPECT_FALSE(without.contains("notes"));
}

TEST(ComparisonJson, NumbersThatAreNotFiniteBecomeNull) {
  Record a = full_record();
  a.metrics[1].value = std::nan("");
  const json document =
      json::parse(comparison_json(compare(a, full_record()), "a", "b\xff"), nullptr, false);
  ASSERT_FALSE(document.is_discarded());
  EXPECT_EQ(document["metrics"][1]["a"]["value"], nullptr);
  EXPECT_EQ(document["metrics"][1]["finding"], "unclear");
}

TEST(ComparisonWords, AreThoseOfTheRecord) {
  for (std::size_t i = 0; i < kWords<VerdictStatus>.size(); ++i) {
    Record a = full_record();
    Record b = full_record();
    a.verdict.status = static_cast<VerdictStatus>((i + 1) % kWords<VerdictStatus>.size());
    b.verdict.status = static_cast<VerdictStatus>(i);
    EXPECT_EQ(compare(a, b).differences.at(0).b, word_of(b.verdict.status));
  }
  for (std::size_t i = 0; i < kWords<Origin>.size(); ++i) {
    Record a = full_record();
    Record b = full_record();
    a.metrics[1].origin = static_cast<Origin>((i + 1) % kWords<Origin>.size());
    b.metrics[1].origin = static_cast<Origin>(i);
    EXPECT_EQ(compare(a, b).differences.at(0).b, word_of(b.metrics[1].origin));
  }
}

}  // namespace
}  // namespace hil::report
