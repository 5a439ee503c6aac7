// SPDX-License-Identifier: Apache-2.0
// The MLPerf Tiny int8 models: golden outputs, and the sizes their plans and arenas must keep.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "host/base/file.hpp"
#include "host/model/model.hpp"
#include "tests/shared_data.hpp"

namespace hil::model {
namespace {

namespace fs = std::filesystem;

struct Case {
  const char* name;
  const char* model;
  const char* dataset;
  const char* golden;
  int shift;  ///< taken off each byte of a sample file
  int rows;
  std::uint64_t macs;
  std::uint32_t arena_bytes;
  std::size_t plan_bytes;  ///< at most
};

class MlperfTiny : public testing::TestWithParam<Case> {};

std::vector<std::uint8_t> sample(const fs::path& path, int shift) {
  auto bytes = read_file(path, 1u << 20);
  if (!bytes.ok()) return {};
  for (auto& byte : *bytes)
    byte = static_cast<std::uint8_t>(byte - shift);
  return std::move(bytes).value();
}

/// "name,o0,o1,...": fields of one golden row.
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ',');)
    fields.push_back(field);
  return fields;
}

TEST_P(MlperfTiny, KeepsItsSizesAndGivesTheGoldenOutputs) {
  const Case& test_case = GetParam();
  const fs::path root = hil::test::mlperf_tiny();
  HIL_NEEDS_FOLDER(root);
  const auto model = load(root / "models" / test_case.model);
  ASSERT_TRUE(model.ok()) << model.error().what;
  EXPECT_EQ(model->macs, test_case.macs);
  EXPECT_EQ(model->arena_bytes, test_case.arena_bytes);
  EXPECT_LE(model->plan.size(), test_case.plan_bytes);
  auto runner = ReferenceRunner::make(*model);
  ASSERT_TRUE(runner.ok()) << runner.error().what;
  std::ifstream golden(root / "golden" / test_case.golden);
  std::string line;
  std::getline(golden, line);
  const std::vector<std::string> header = fields_of(line);
  const std::size_t first = header.size() - model->outputs.at(0).element_count();
  int equal = 0;
  int rows = 0;
  while (std::getline(golden, line)) {
    const std::vector<std::string> fields = fields_of(line);
    ++rows;
    const auto input =
        sample(root / "datasets" / test_case.dataset / fields.at(0), test_case.shift);
    const auto outputs = runner->run(std::vector<std::vector<std::uint8_t>>{input});
    ASSERT_TRUE(outputs.ok()) << outputs.error().what;
    bool same = true;
    for (std::size_t i = 0; i < outputs->at(0).size(); ++i) {
      const auto value = static_cast<std::int8_t>(outputs->at(0)[i]);
      same = same && std::to_string(int{value}) == fields.at(first + i);
    }
    EXPECT_TRUE(same) << fields.at(0);
    equal += same ? 1 : 0;
  }
  EXPECT_EQ(equal, test_case.rows);
  std::printf("%s: %d of %d rows equal, plan %zu B, arena %u B, %llu MACs\n", test_case.name, equal,
              rows, model->plan.size(), model->arena_bytes,
              static_cast<unsigned long long>(model->macs));
}

INSTANTIATE_TEST_SUITE_P(
    Int8, MlperfTiny,
    testing::Values(Case{"Kws", "kws_ref_model.tflite", "kws01", "kws01_int8_output.csv", 0, 1000,
                         2'656'768, 16'000, 32 * 1024},
                    Case{"Resnet8", "pretrainedResnet_quant.tflite", "ic01", "ic01_int8_output.csv",
                         128, 200, 12'501'632, 49'152, 92 * 1024},
                    Case{"ResnetLarge", "pretrainedResnet_large_int8.tflite", "ic01",
                         "ic02_large_int8_output.csv", 128, 200, 76'473'920, 122'880, 560 * 1024}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace hil::model
