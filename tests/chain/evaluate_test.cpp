// SPDX-License-Identifier: Apache-2.0
// Real models over real datasets through the whole chain, every output compared.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/report/json_record.hpp"
#include "tests/chain/golden_rows.hpp"
#include "tests/chain/program.hpp"
#include "tests/shared_data.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const results::Metric* find_metric(const results::Record& record, const std::string& name) {
  for (const results::Metric& metric : record.metrics) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

struct Expected {
  std::string model, dataset, golden;
  std::vector<std::string> options;
  std::size_t samples;
  double top1;
  int golden_skip = 0;  ///< fields between name and values
};

void expect_chain_gives(const Expected& expected) {
  const TemporaryFolder folder;
  std::vector<std::string> words{
      "evaluate", expected.model,         "--dataset", expected.dataset,      "--board", "linux",
      "--json",   folder / "record.json", "--outputs", folder / "outputs.csv"};
  words.insert(words.end(), expected.options.begin(), expected.options.end());
  const auto outcome = run_hilbench(words);
  ASSERT_EQ(outcome.code, 0) << outcome.err;

  const auto record = report::load_record(folder / "record.json");
  ASSERT_TRUE(record) << record.error().what;
  const results::Metric* top1 = find_metric(*record, "top1");
  ASSERT_NE(top1, nullptr);
  EXPECT_DOUBLE_EQ(top1->value, expected.top1);
  EXPECT_EQ(record->verdict.outputs_checked, expected.samples);
  EXPECT_EQ(record->verdict.outputs_differing, 0u);
  EXPECT_TRUE(record->verdict.complete);

  const auto golden = rows_of(expected.golden, expected.golden_skip);
  const auto got = rows_of(folder / "outputs.csv", 1);
  ASSERT_EQ(golden.size(), expected.samples);
  ASSERT_EQ(got.size(), expected.samples);
  const std::size_t equal = equal_rows(got, golden);
  EXPECT_EQ(equal, expected.samples);
  fmt::print("{}: {} of {} rows equal, top-1 {:.1f} %, plan {} B, arena {} B\n",
             fs::path(expected.model).filename().string(), equal, expected.samples,
             top1->value * 100, record->model.plan_bytes, record->model.arena_bytes);
}

TEST(Evaluate, DigitsAgreeWithTheIntegerModelThatMadeThem) {
  expect_chain_gives({"fixtures/digits/digits_int8.tflite",
                      "fixtures/digits/test",
                      "fixtures/digits/expected_outputs.csv",
                      {},
                      360,
                      357.0 / 360,
                      1});
}

class MlperfTiny : public testing::Test {
 protected:
  void SetUp() override { HIL_NEEDS_FOLDER(folder_); }
  fs::path folder_ = mlperf_tiny();
};

TEST_F(MlperfTiny, KeywordSpottingIsBitExact) {
  expect_chain_gives({folder_ / "models/kws_ref_model.tflite",
                      folder_ / "datasets/kws01",
                      folder_ / "golden/kws01_int8_output.csv",
                      {},
                      1000,
                      0.901});
}

TEST_F(MlperfTiny, ImageClassificationIsBitExact) {
  expect_chain_gives({folder_ / "models/pretrainedResnet_quant.tflite",
                      folder_ / "datasets/ic01",
                      folder_ / "golden/ic01_int8_output.csv",
                      {"--input-type", "u8"},
                      200,
                      0.875});
}

TEST_F(MlperfTiny, LargeImageClassificationIsBitExact) {
  expect_chain_gives({folder_ / "models/pretrainedResnet_large_int8.tflite",
                      folder_ / "datasets/ic01",
                      folder_ / "golden/ic02_large_int8_output.csv",
                      {"--input-type", "u8"},
                      200,
                      0.94});
}

TEST(Evaluate, SaysTheConversionAndKeepsItInTheRecord) {
  const TemporaryFolder folder;
  const auto outcome = run_hilbench({"evaluate", "fixtures/digits/digits_int8.tflite", "--dataset",
                                     "fixtures/digits/test", "--board", "linux", "--limit", "5",
                                     "--input-type", "u8", "--json", folder / "record.json"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("u8 samples are shifted by 128"));
  const auto record = report::load_record(folder / "record.json");
  ASSERT_TRUE(record);
  EXPECT_THAT(record->conditions.conversion, HasSubstr("shifted by 128"));
  EXPECT_EQ(record->verdict.samples_planned, 5u);
}

TEST(Evaluate, JsonOnStandardOutputIsAloneThere) {
  const auto outcome =
      run_hilbench({"evaluate", "fixtures/digits/digits_int8.tflite", "--dataset",
                    "fixtures/digits/test", "--board", "linux", "--limit", "20", "--json", "-"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto record = report::parse_record(outcome.out, "standard output");
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_EQ(record->verdict.samples_done, 20u);
}

TEST(Evaluate, TableNamesWhatAPersonLooksFor) {
  const auto outcome = run_hilbench({"evaluate", "fixtures/digits/digits_int8.tflite", "--dataset",
                                     "fixtures/digits/test", "--board", "linux"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  for (const char* part : {"99.2 %", "linux", "digits_int8.tflite", "360"}) {
    EXPECT_THAT(outcome.out, HasSubstr(part));
  }
  EXPECT_THAT(outcome.err, HasSubstr("evaluate 360 of 360"));
}

}  // namespace
}  // namespace hil::test
