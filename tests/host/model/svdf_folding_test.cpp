// SPDX-License-Identifier: Apache-2.0
// Folding of SVDF: what enters the plan, what runs, every refusal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/model/recurrent_text.hpp"

namespace hil::model {
namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

MakeOptions svdf_options(std::int32_t rank, Activation activation = Activation::kNone) {
  return [=](Builder& fbb) {
    return tflite::CreateSVDFOptions(fbb, rank, static_cast<std::int8_t>(activation)).Union();
  };
}

/// @p tensors are the operator's inputs and, last, its output.
FileText svdf(std::vector<TensorText> tensors, std::int32_t rank,
              Activation activation = Activation::kNone) {
  FileText file;
  file.tensors = std::move(tensors);
  file.operators = {{27, {0, 1, 2, 3, 4}, {5}, 6, svdf_options(rank, activation)}};
  file.inputs = {0};
  file.outputs = {5};
  return file;
}

/// 1x3 to 1x2 by 4 filters with a memory of 5.
FileText int8_svdf(TensorType state = TensorType::kInt8) {
  const std::size_t size = state == TensorType::kInt8 ? 1 : 2;
  TensorText time = quantised({4, 5}, state, 0.25F);
  time.data = test::some_bytes(20 * size);
  return svdf({quantised({1, 3}, TensorType::kInt8, 0.5F), int8_weights({4, 3}, 0.5F), time,
               zeros({2}, 0.03125F), variable(quantised({1, 20}, state, 0.125F)),
               quantised({1, 2}, TensorType::kInt8, 2.0F)},
              2);
}

/// One filter with weights 1 and 2 for the input, 10 and 1 for the older and the newer state.
FileText float_svdf(Activation activation = Activation::kNone) {
  return svdf({reals({1, 2}), reals({1, 2}, {1, 2}), reals({1, 2}, {10, 1}), reals({1}, {0.5F}),
               variable(reals({1, 2})), reals({1, 1})},
              1, activation);
}

TEST(SvdfFolding, ScalesAreFolded) {
  FileText file = int8_svdf();
  file.tensors[0].zero_points = {-7};
  file.tensors[4].zero_points = {3};
  file.tensors[5].zero_points = {9};
  const auto params = params_of<plan::SvdfParams>(file);
  EXPECT_EQ(params.input_zero_point, -7);
  EXPECT_EQ(params.state_zero_point, 3);
  EXPECT_EQ(params.output_zero_point, 9);
  EXPECT_EQ(params.feature.multiplier, 1 << 30);  // 0.5 * 0.5 / 0.125 = 2
  EXPECT_EQ(params.feature.shift, 2);
  EXPECT_EQ(params.output.multiplier, 1 << 30);  // 0.125 * 0.25 / 2 = 2^-6
  EXPECT_EQ(params.output.shift, -5);
  EXPECT_TRUE(compiled(int8_svdf(TensorType::kInt16)).ok());
}

TEST(SvdfFolding, MacsAndStateAreCounted) {
  const auto model = compiled(int8_svdf());
  ASSERT_TRUE(model.ok()) << model.error().what;
  EXPECT_EQ(model->macs, 4U * (3 + 5));
  EXPECT_EQ(macs_of(int8_svdf()), model->macs);
  const plan::PlanView view(model->plan);
  EXPECT_EQ(view.header().state_bytes, 32U);
  EXPECT_EQ(view.state_count(), 1U);
  EXPECT_NE(view.header().features & plan::kFeatureState, 0U);
}

TEST(SvdfFolding, FloatRemembers) {
  const std::vector<std::vector<float>> inputs{{1, 1}, {0, 0}, {-1, 0}};
  EXPECT_EQ(run(float_svdf(), inputs), (std::vector<std::vector<float>>{{3.5F}, {30.5F}, {-0.5F}}));
  EXPECT_EQ(run(float_svdf(Activation::kRelu6), inputs),
            (std::vector<std::vector<float>>{{3.5F}, {6.0F}, {0.0F}}));
}

TEST(SvdfFolding, TakesHybridWeightsAndNoBias) {
  FileText file = float_svdf();
  file.tensors[1] = quantised({1, 2}, TensorType::kInt8, 0.5F);
  file.tensors[1].data = {2, 4};
  file.operators[0].inputs[3] = -1;
  EXPECT_EQ(run(file, {{1, 1}, {0, 0}}), (std::vector<std::vector<float>>{{3.0F}, {30.0F}}));
}

TEST(SvdfFolding, ThatDoesNotFitIsRefused) {
  const auto refused = [](auto change) {
    FileText file = int8_svdf();
    change(file);
    return refusal_of(file);
  };
  EXPECT_THAT(refused([](FileText& f) { f.operators[0].options = svdf_options(3); }),
              HasSubstr("operator 0 (SVDF) has 4 filters that do not divide by its rank of 3"));
  EXPECT_THAT(refused([](FileText& f) { f.operators[0].options = svdf_options(0); }),
              HasSubstr("rank of 0"));
  EXPECT_THAT(refused([](FileText& f) {
                f.tensors[1] = int8_weights({4, 2});
              }),
              HasSubstr("feature weights (input 1) of shape 4x3"));
  EXPECT_THAT(refused([](FileText& f) {
                f.tensors[2] = int8_weights({3, 5}, 0.25F);
              }),
              HasSubstr("time weights (input 2) of shape 4x5"));
  EXPECT_THAT(refused([](FileText& f) { f.tensors[3] = zeros({4}, 0.03125F); }),
              HasSubstr("a bias (input 3) of shape 2"));
  EXPECT_THAT(refused([](FileText& f) {
                f.tensors[4].shape = {1, 16};
              }),
              HasSubstr("a state (input 4) of shape 1x20"));
  EXPECT_THAT(refused([](FileText& f) {
                f.tensors[5].shape = {1, 4};
              }),
              HasSubstr("should have an output of 1x2, the file says otherwise"));
  EXPECT_THAT(refused([](FileText& f) {
                f.tensors[0].shape = {1, 1, 3};
              }),
              HasSubstr("of two dimensions"));
  EXPECT_THAT(refused([](FileText& f) { f.operators[0].inputs.pop_back(); }),
              HasSubstr("lacks a state (input 4)"));
  EXPECT_THAT(refused([](FileText& f) { f.tensors[4].is_variable = false; }),
              HasSubstr("operator 0 (SVDF) keeps its state in tensor 4 (t), which is no variable"));
  EXPECT_THAT(refused([](FileText& f) { f.tensors[3].scales = {0.04F}; }),
              HasSubstr("has a bias of scale 0.04, not state times time weights (0.03125)"));
  EXPECT_THAT(refused([](FileText& f) { f.tensors[1].zero_points = {1}; }),
              HasSubstr("weights (input 1) with a zero point of 1"));
  EXPECT_THAT(refused([](FileText& f) {
                f.tensors[1].scales = {1, 1, 1, 1};
                f.tensors[1].zero_points = {};
              }),
              HasSubstr("cannot use 4 scales"));
  EXPECT_THAT(refused([](FileText& f) { f.tensors[5].scales = {1e-30F}; }),
              MatchesRegex(".*operator 0 .SVDF. rescales by [0-9.e+]+, more than 2.30"));
  EXPECT_THAT(refused([](FileText& f) { f.tensors[4].type = TensorType::kInt16; }),
              HasSubstr("SVDF, int8) is not supported"));
  EXPECT_THAT(refusal_of(float_svdf(Activation::kTanh)), HasSubstr("fused activation"));
}

}  // namespace
}  // namespace hil::model
