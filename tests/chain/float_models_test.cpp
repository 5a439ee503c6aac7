// SPDX-License-Identifier: Apache-2.0
// Float32 and hybrid models over int8 samples through the whole chain, outputs within the
// tolerance.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "host/report/json_record.hpp"
#include "tests/chain/program.hpp"

namespace hil::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr double kTolerance = 1e-5;  // of the outputs' scale, which is 1 for probabilities

struct Row {
  std::string name;
  std::vector<double> values;  ///< label, then outputs
};

std::vector<Row> rows_of(const fs::path& path) {
  std::vector<Row> rows;
  std::istringstream text(read_text(path));
  std::string line, cell;
  std::getline(text, line);  // header
  while (std::getline(text, line)) {
    std::istringstream cells(line);
    Row row;
    std::getline(cells, row.name, ',');
    while (std::getline(cells, cell, ','))
      row.values.push_back(std::stod(cell));
    rows.push_back(row);
  }
  return rows;
}

double largest_difference(const Row& a, const Row& b) {
  if (a.name != b.name || a.values.size() != b.values.size()) return HUGE_VAL;
  double largest = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    largest = std::max(largest, std::abs(a.values[i] - b.values[i]));
  }
  return largest;
}

struct FloatModel {
  const char* model;
  const char* outputs;
};

class FloatModels : public testing::TestWithParam<FloatModel> {};

TEST_P(FloatModels, DigitsAgreeWithTheScriptThatMadeThem) {
  const fs::path digits = "fixtures/digits";
  const TemporaryFolder folder;
  const auto outcome = run_hilbench({"evaluate", digits / GetParam().model, "--dataset",
                                     digits / "test", "--board", "linux", "--json",
                                     folder / "record.json", "--outputs", folder / "outputs.csv"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;

  const auto record = report::load_record(folder / "record.json");
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_EQ(record->verdict.outputs_checked, 360u);
  EXPECT_EQ(record->verdict.outputs_differing, 0u);
  EXPECT_THAT(record->conditions.conversion, HasSubstr("i8"));
  const auto top1 = std::find_if(record->metrics.begin(), record->metrics.end(),
                                 [](const auto& metric) { return metric.name == "top1"; });
  ASSERT_NE(top1, record->metrics.end());
  EXPECT_DOUBLE_EQ(top1->value, 357.0 / 360);

  const auto expected = rows_of(digits / GetParam().outputs);
  const auto got = rows_of(folder / "outputs.csv");
  ASSERT_EQ(expected.size(), 360u);
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_LE(largest_difference(got[i], expected[i]), kTolerance) << expected[i].name;
  }
}

INSTANTIATE_TEST_SUITE_P(Models, FloatModels,
                         testing::Values(FloatModel{"digits_float32.tflite",
                                                    "expected_float32.csv"},
                                         FloatModel{"digits_hybrid.tflite", "expected_hybrid.csv"}),
                         [](const auto& item) {
                           const std::string name = item.param.model;
                           return name.substr(7, name.find('.') - 7);
                         });

}  // namespace
}  // namespace hil::test
