// SPDX-License-Identifier: Apache-2.0
// The engine gives, for every digits sample, the outputs of the fixture's own integer arithmetic.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "host/model/model.hpp"

namespace hil {
namespace {

constexpr const char* kFolder = "fixtures/digits/";

struct Expected {
  std::string name;
  std::vector<std::uint8_t> outputs;  ///< int8 values as bytes
};

std::vector<Expected> read_expected() {
  std::ifstream file(std::string(kFolder) + "expected_outputs.csv");
  std::vector<Expected> rows;
  std::string line;
  std::getline(file, line);  // the head
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    Expected row;
    std::string cell;
    std::getline(cells, row.name, ',');
    std::getline(cells, cell, ',');  // the label
    while (std::getline(cells, cell, ',')) {
      row.outputs.push_back(static_cast<std::uint8_t>(static_cast<std::int8_t>(std::stoi(cell))));
    }
    rows.push_back(row);
  }
  return rows;
}

std::vector<std::uint8_t> read_sample(const std::string& name) {
  std::ifstream file(std::string(kFolder) + "test/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(Digits, ReferenceRunnerGivesTheExpectedOutputs) {
  const auto compiled = model::load(std::string(kFolder) + "digits_int8.tflite");
  ASSERT_TRUE(compiled.ok()) << compiled.error().what;
  auto runner = model::ReferenceRunner::make(*compiled);
  ASSERT_TRUE(runner.ok()) << runner.error().what;
  const auto expected = read_expected();
  ASSERT_EQ(expected.size(), 360U);
  for (const Expected& row : expected) {
    const std::vector<std::vector<std::uint8_t>> inputs{read_sample(row.name)};
    const auto outputs = runner->run(inputs);
    ASSERT_TRUE(outputs.ok()) << row.name << ": " << outputs.error().what;
    EXPECT_THAT(*outputs, testing::ElementsAre(row.outputs)) << row.name;
  }
}

TEST(Digits, ModelIsWhatTheReadmeSays) {
  const auto compiled = model::load(std::string(kFolder) + "digits_int8.tflite");
  ASSERT_TRUE(compiled.ok()) << compiled.error().what;
  ASSERT_EQ(compiled->inputs.size(), 1U);
  ASSERT_EQ(compiled->outputs.size(), 1U);
  EXPECT_THAT(compiled->inputs[0].shape, testing::ElementsAre(1, 8, 8, 1));
  EXPECT_THAT(compiled->outputs[0].shape, testing::ElementsAre(1, 10));
  EXPECT_EQ(compiled->inputs[0].type, data::ElementType::kInt8);
  EXPECT_EQ(compiled->outputs[0].type, data::ElementType::kInt8);
  EXPECT_EQ(compiled->operators.size(), 7U);
  EXPECT_EQ(compiled->file_bytes, 8700U);
}

}  // namespace
}  // namespace hil
