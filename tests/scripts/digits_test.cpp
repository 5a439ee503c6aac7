// SPDX-License-Identifier: Apache-2.0
// The engine gives, for every digits sample, the outputs of the fixture's own arithmetic.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "host/data/convert.hpp"
#include "host/data/mlperf_folder.hpp"
#include "host/model/model.hpp"
#include "tests/scripts/fixture_files.hpp"

namespace hil::test {
namespace {

const std::filesystem::path kFolder = "fixtures/digits";
constexpr std::size_t kSamples = 360;
constexpr double kTolerance = 1e-5;  // of the outputs' scale, which is 1 for probabilities

model::CompiledModel load_model(const char* name) {
  auto compiled = model::load(kFolder / name);
  EXPECT_TRUE(compiled.ok()) << compiled.error().what;
  return compiled.ok() ? std::move(compiled).value() : model::CompiledModel{};
}

std::vector<float> floats_of(const std::vector<std::uint8_t>& bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

TEST(Digits, ReferenceRunnerGivesTheExpectedOutputs) {
  auto runner = model::ReferenceRunner::make(load_model("digits_int8.tflite"));
  ASSERT_TRUE(runner.ok()) << runner.error().what;
  const auto expected = read_expected(kFolder / "expected_outputs.csv");
  ASSERT_EQ(expected.size(), kSamples);
  for (const ExpectedRow& row : expected) {
    const std::vector<std::vector<std::uint8_t>> inputs{read_bytes(kFolder / "test" / row.name)};
    const auto outputs = runner->run(inputs);
    ASSERT_TRUE(outputs.ok()) << row.name << ": " << outputs.error().what;
    EXPECT_THAT(*outputs, testing::ElementsAre(int8_bytes(row.outputs))) << row.name;
  }
}

struct FloatModel {
  const char* model;
  const char* outputs;
};

class DigitsFloat : public testing::TestWithParam<FloatModel> {};

TEST_P(DigitsFloat, ReferenceRunnerGivesTheExpectedOutputs) {
  const model::CompiledModel compiled = load_model(GetParam().model);
  auto runner = model::ReferenceRunner::make(compiled);
  ASSERT_TRUE(runner.ok()) << runner.error().what;
  const auto dataset = data::load_mlperf_folder(kFolder / "test");
  ASSERT_TRUE(dataset.ok()) << dataset.error().what;
  const auto conversion =
      data::Conversion::make({dataset->element_type.value(), dataset->scale, dataset->zero_point},
                             {compiled.inputs.at(0).type});
  ASSERT_TRUE(conversion.ok()) << conversion.error().what;
  const auto expected = read_expected(kFolder / GetParam().outputs);
  ASSERT_EQ(expected.size(), kSamples);
  for (const ExpectedRow& row : expected) {
    const auto input = conversion->apply(read_bytes(kFolder / "test" / row.name));
    ASSERT_TRUE(input.ok()) << row.name << ": " << input.error().what;
    const auto outputs = runner->run(std::vector<std::vector<std::uint8_t>>{*input});
    ASSERT_TRUE(outputs.ok()) << row.name << ": " << outputs.error().what;
    const std::vector<float> values = floats_of(outputs->at(0));
    ASSERT_EQ(values.size(), row.outputs.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double difference = std::abs(static_cast<double>(values[i]) - row.outputs[i]);
      EXPECT_LE(difference, kTolerance) << row.name << " output " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, DigitsFloat,
                         testing::Values(FloatModel{"digits_float32.tflite",
                                                    "expected_float32.csv"},
                                         FloatModel{"digits_hybrid.tflite", "expected_hybrid.csv"}),
                         [](const auto& item) {
                           const std::string name = item.param.model;
                           return name.substr(7, name.find('.') - 7);
                         });

TEST(Digits, SamplesAreInTheInt8ModelsOwnQuantisation) {
  const model::CompiledModel compiled = load_model("digits_int8.tflite");
  const auto dataset = data::load_mlperf_folder(kFolder / "test");
  ASSERT_TRUE(dataset.ok()) << dataset.error().what;
  EXPECT_EQ(dataset->scale, compiled.inputs.at(0).scale);
  EXPECT_EQ(dataset->zero_point, compiled.inputs.at(0).zero_point);
  const auto conversion = data::Conversion::make(
      {data::ElementType::kInt8, dataset->scale, dataset->zero_point},
      {data::ElementType::kInt8, compiled.inputs.at(0).scale, compiled.inputs.at(0).zero_point});
  ASSERT_TRUE(conversion.ok()) << conversion.error().what;
  EXPECT_EQ(conversion->describe(), "");
}

TEST(Digits, ModelsAreWhatTheReadmeSays) {
  for (const char* name : {"digits_int8.tflite", "digits_float32.tflite", "digits_hybrid.tflite"}) {
    const model::CompiledModel compiled = load_model(name);
    const auto type = std::string_view(name) == "digits_int8.tflite" ? data::ElementType::kInt8
                                                                     : data::ElementType::kFloat32;
    ASSERT_EQ(compiled.inputs.size(), 1U) << name;
    ASSERT_EQ(compiled.outputs.size(), 1U) << name;
    EXPECT_THAT(compiled.inputs[0].shape, testing::ElementsAre(1, 8, 8, 1)) << name;
    EXPECT_THAT(compiled.outputs[0].shape, testing::ElementsAre(1, 10)) << name;
    EXPECT_EQ(compiled.inputs[0].type, type) << name;
    EXPECT_EQ(compiled.outputs[0].type, type) << name;
    EXPECT_EQ(compiled.operators.size(), 7U) << name;
    EXPECT_EQ(compiled.file_bytes, std::filesystem::file_size(kFolder / name));
  }
}

}  // namespace
}  // namespace hil::test
