// SPDX-License-Identifier: Apache-2.0
// Top-1 of the golden outputs of MLPerf Tiny is the published accuracy.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <unordered_map>

#include "host/data/mlperf_folder.hpp"
#include "host/results/classification.hpp"
#include "tests/shared_data.hpp"

namespace hil::results {
namespace {

using Rows = std::unordered_map<std::string, std::vector<std::uint8_t>>;

/// `file,label name,...` and a row of int8 values per sample.
Rows golden_rows(const std::filesystem::path& path) {
  Rows rows;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string name;
    std::getline(fields, name, ',');
    for (std::string value; std::getline(fields, value, ',');) {
      rows[name].push_back(static_cast<std::uint8_t>(std::stoi(value) & 0xff));
    }
  }
  return rows;
}

struct Case {
  const char* dataset;
  const char* golden;
  std::uint64_t samples;
  std::uint64_t correct;
};

class Golden : public ::testing::TestWithParam<Case> {};

TEST_P(Golden, Top1IsThePublishedOne) {
  const auto root = test::mlperf_tiny();
  HIL_NEEDS_FOLDER(root);
  const auto dataset = data::load_mlperf_folder(root / "datasets" / GetParam().dataset);
  ASSERT_TRUE(dataset.ok()) << dataset.error().what;
  const Rows rows = golden_rows(root / "golden" / GetParam().golden);
  Classification counts = make_classification(dataset->class_count, {});
  for (const data::Sample& sample : dataset->samples) {
    ASSERT_TRUE(rows.contains(sample.name)) << sample.name;
    const auto predicted = argmax(rows.at(sample.name), data::ElementType::kInt8);
    ASSERT_TRUE(predicted.ok()) << predicted.error().what;
    ASSERT_TRUE(add_sample(counts, sample.label, *predicted).ok());
  }
  EXPECT_EQ(total_counts(counts).samples, GetParam().samples);
  EXPECT_EQ(total_counts(counts).correct, GetParam().correct);
}

INSTANTIATE_TEST_SUITE_P(MlperfTiny, Golden,
                         ::testing::Values(Case{"kws01", "kws01_int8_output.csv", 1000, 901},
                                           Case{"ic01", "ic01_int8_output.csv", 200, 175},
                                           Case{"ic01", "ic02_large_int8_output.csv", 200, 188}),
                         [](const auto& one) {
                           const std::string golden = one.param.golden;
                           return golden.substr(0, golden.find('_'));
                         });

}  // namespace
}  // namespace hil::results
