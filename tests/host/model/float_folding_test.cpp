// SPDX-License-Identifier: Apache-2.0
// Folding of float32 and hybrid operators: what enters the plan, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "host/model/model.hpp"
#include "tests/host/model/tflite_builder.hpp"

namespace hil::model {
namespace {

using test::FileText;
using ::testing::HasSubstr;

/// One FULLY_CONNECTED of float32, 1x3 to 1x2, with int8 weights 1..6.
FileText hybrid(std::vector<float> scales, std::vector<std::int64_t> zero_points) {
  FileText file;
  file.tensors = {
      {.shape = {1, 3}, .type = TensorType::kFloat32, .scales = {}, .zero_points = {}},
      {.shape = {2, 3},
       .scales = std::move(scales),
       .zero_points = std::move(zero_points),
       .data = {1, 2, 3, 4, 5, 6}},
      {.shape = {1, 2}, .type = TensorType::kFloat32, .scales = {}, .zero_points = {}},
  };
  file.operators = {{9, {0, 1}, {2}, 8, test::fully_connected_options(Activation::kRelu6)}};
  file.inputs = {0};
  file.outputs = {2};
  return file;
}

std::vector<float> run(const FileText& file, const std::vector<float>& input) {
  const auto model = compile(test::write_tflite(file), "float.tflite");
  EXPECT_TRUE(model.ok()) << (model.ok() ? "" : model.error().what);
  if (!model.ok()) return {};
  std::vector<std::uint8_t> bytes(input.size() * sizeof(float));
  std::memcpy(bytes.data(), input.data(), bytes.size());
  auto runner = ReferenceRunner::make(*model);
  EXPECT_TRUE(runner.ok());
  const auto outputs = runner->run(std::vector<std::vector<std::uint8_t>>{bytes});
  EXPECT_TRUE(outputs.ok());
  std::vector<float> values(outputs->at(0).size() / sizeof(float));
  std::memcpy(values.data(), outputs->at(0).data(), outputs->at(0).size());
  return values;
}

std::string refusal_of(const FileText& file) {
  const auto model = compile(test::write_tflite(file), "float.tflite");
  EXPECT_FALSE(model.ok());
  if (model.ok()) return "";
  EXPECT_EQ(model.error().blame, Blame::kModel);
  return model.error().what;
}

TEST(FloatFolding, HybridWeightsAreScaledPerTensorOrPerChannel) {
  EXPECT_EQ(run(hybrid({0.125F}, {0}), {1, 1, 1}), (std::vector<float>{0.75F, 1.875F}));
  EXPECT_EQ(run(hybrid({0.5F, 0.25F}, {0, 0}), {1, 1, 1}), (std::vector<float>{3.0F, 3.75F}));
  EXPECT_EQ(run(hybrid({0.5F, 0.25F}, {}), {-1, 0, 3}), (std::vector<float>{4.0F, 3.5F}));
  EXPECT_EQ(run(hybrid({1.0F}, {0}), {0, 0, 10}), (std::vector<float>{6.0F, 6.0F}));
}

TEST(FloatFolding, HybridModelsKeepTheirWeightsAsBytes) {
  const auto model = compile(test::write_tflite(hybrid({0.5F}, {0})), "float.tflite");
  ASSERT_TRUE(model.ok()) << model.error().what;
  plan::Header header{};
  std::memcpy(&header, model->plan.data(), sizeof header);
  EXPECT_EQ(header.features,
            static_cast<std::uint32_t>(plan::kFeatureFloat32 | plan::kFeatureInt8));
  EXPECT_EQ(model->operators, (std::vector<UsedOperator>{{9, plan::kFloat32Only}}));
}

TEST(FloatFolding, HybridWeightsThatHaveNoMeaningAreRefused) {
  EXPECT_THAT(refusal_of(hybrid({0.5F}, {3})), HasSubstr("weights with a zero point of 3"));
  EXPECT_THAT(refusal_of(hybrid({}, {})), HasSubstr("0 weight scales for 2 channels"));
  FileText along_inputs = hybrid({1.0F, 1.0F, 1.0F}, {});
  along_inputs.tensors[1].quantized_dimension = 1;
  EXPECT_THAT(refusal_of(along_inputs), HasSubstr("3 weight scales for 2 channels"));
}

TEST(FloatFolding, TypesThatDoNotGoTogetherAreRefused) {
  FileText file = hybrid({0.5F}, {0});
  file.tensors[2].type = TensorType::kInt8;
  EXPECT_THAT(refusal_of(file), HasSubstr("operator 0 (FULLY_CONNECTED"));
  file = hybrid({0.5F}, {0});
  file.operators[0].options = test::fully_connected_options(Activation::kTanh);
  EXPECT_THAT(refusal_of(file), HasSubstr("fused activation"));
}

TEST(FloatFolding, SoftmaxNeedsAFiniteBeta) {
  FileText file;
  file.tensors = {{.shape = {1, 2}, .type = TensorType::kFloat32, .scales = {}, .zero_points = {}},
                  {.shape = {1, 2}, .type = TensorType::kFloat32, .scales = {}, .zero_points = {}}};
  file.inputs = {0};
  file.outputs = {1};
  file.operators = {{25, {0}, {1}, 9, test::softmax_options(0.0F)}};
  EXPECT_EQ(run(file, {5, -7}), (std::vector<float>{0.5F, 0.5F}));
  file.operators[0].options = test::softmax_options(std::numeric_limits<float>::infinity());
  EXPECT_THAT(refusal_of(file), HasSubstr("a beta of inf"));
  file.operators[0].options = test::softmax_options(-1.0F);
  EXPECT_THAT(refusal_of(file), HasSubstr("a beta of -1"));
}

}  // namespace
}  // namespace hil::model
