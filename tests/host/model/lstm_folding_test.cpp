// SPDX-License-Identifier: Apache-2.0
// Folding of UNIDIRECTIONAL_SEQUENCE_LSTM: what enters the plan, what runs, every refusal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/host/model/recurrent_text.hpp"

namespace hil::model {
namespace {

using namespace test;
using ::testing::HasSubstr;

struct LstmText {
  Activation activation = Activation::kTanh;
  float cell_clip = 0;
  bool time_major = false;
  bool diagonal = false;
};

MakeOptions lstm_options(const LstmText& text) {
  return [=](Builder& fbb) {
    return tflite::CreateUnidirectionalSequenceLSTMOptions(
               fbb, static_cast<std::int8_t>(text.activation), text.cell_clip, 0.0F,
               text.time_major, false, text.diagonal)
        .Union();
  };
}

/// Tensors 0 x, 1..8 weights, 9..12 biases, 13 hidden and 14 cell state, 15 y.
FileText lstm(std::vector<TensorText> tensors, const LstmText& options) {
  FileText file;
  file.tensors = std::move(tensors);
  file.operators = {
      {44,
       {0, 1, 2, 3, 4, 5, 6, 7, 8, -1, -1, -1, 9, 10, 11, 12, -1, -1, 13, 14, -1, -1, -1, -1},
       {15},
       71,
       lstm_options(options)}};
  file.inputs = {0};
  file.outputs = {15};
  return file;
}

/// 2x3x4 (batch, time, depth) to 2x3x5.
FileText int8_lstm(const LstmText& options = {}) {
  std::vector<TensorText> tensors{quantised({2, 3, 4}, TensorType::kInt8, 0.5F)};
  for (int gate = 0; gate < 4; ++gate)
    tensors.push_back(int8_weights({5, 4}, 0.25F));
  for (int gate = 0; gate < 4; ++gate)
    tensors.push_back(int8_weights({5, 5}, 0.03125F));
  for (int gate = 0; gate < 4; ++gate)
    tensors.push_back(zeros({5}, 0.125F));
  const std::int32_t batch = options.time_major ? 3 : 2;
  tensors.push_back(variable(quantised({batch, 5}, TensorType::kInt8, 0.0078125F)));
  tensors.push_back(variable(quantised({batch, 5}, TensorType::kInt16, 0.00048828125F)));  // 2^-11
  tensors.push_back(quantised({2, 3, 5}, TensorType::kInt8, 0.0078125F));
  return lstm(tensors, options);
}

/// One unit, one input, two steps; x goes to all gates, biases open the gates.
FileText float_lstm(const LstmText& options = {}) {
  std::vector<TensorText> tensors{reals({1, 2, 1})};
  for (const float weight : {0.0F, 0.0F, 1.0F, 0.0F})
    tensors.push_back(reals({1, 1}, {weight}));
  for (const float weight : {0.0F, 0.0F, 0.5F, 0.0F})
    tensors.push_back(reals({1, 1}, {weight}));
  for (int gate = 0; gate < 4; ++gate)
    tensors.push_back(reals({1}, {gate == 2 ? 0.0F : 30.0F}));
  tensors.push_back(variable(reals({1, 1})));
  tensors.push_back(variable(reals({1, 1})));
  tensors.push_back(reals({1, 2, 1}));
  return lstm(tensors, options);
}

TEST(LstmFolding, ScalesAreFolded) {
  FileText file = int8_lstm();
  file.tensors[0].zero_points = {11};
  file.tensors[13].zero_points = {-12};
  const auto params = params_of<plan::LstmParams>(file);
  EXPECT_EQ(params.time_major, 0U);
  EXPECT_EQ(params.input_zero_point, 11);
  EXPECT_EQ(params.hidden_zero_point, -12);
  EXPECT_EQ(params.cell_min, -32768);
  EXPECT_EQ(params.cell_max, 32767);
  EXPECT_EQ(params.cell_shift, 1);
  EXPECT_EQ(params.cell.shift, -18);    // 2^-30 / 2^-11
  EXPECT_EQ(params.hidden.shift, -22);  // 2^-30 / 2^-7
  for (const plan::LstmGateRescales& gate : params.gates) {
    EXPECT_EQ(gate.input.multiplier, 1 << 30);
    EXPECT_EQ(gate.input.shift, 10);     // 2^-3 * 2^12
    EXPECT_EQ(gate.recurrent.shift, 1);  // 2^-12 * 2^12
  }
}

TEST(LstmFolding, MacsAndStatesAreCounted) {
  const auto model = compiled(int8_lstm({.time_major = true}));
  ASSERT_TRUE(model.ok()) << model.error().what;
  EXPECT_EQ(model->macs, 2U * 3 * 4 * 5 * (4 + 5));
  EXPECT_EQ(macs_of(int8_lstm()), model->macs);
  const plan::PlanView view(model->plan);
  EXPECT_EQ(view.state_count(), 2U);
  EXPECT_GE(view.header().state_bytes, 15U + 30U);
  EXPECT_NE(view.header().features & plan::kFeatureInt16, 0U);
}

TEST(LstmFolding, CellClipBecomesSteps) {
  const auto clipped = [](float clip) {
    return params_of<plan::LstmParams>(int8_lstm({.cell_clip = clip}));
  };
  EXPECT_EQ(clipped(1.0F).cell_max, 2048);
  EXPECT_EQ(clipped(1.0F).cell_min, -2048);
  EXPECT_EQ(clipped(0.0007F).cell_max, 1);  // truncated
  EXPECT_EQ(clipped(1e-9F).cell_max, 0);
  EXPECT_EQ(clipped(100.0F).cell_min, -32767);
  EXPECT_EQ(clipped(std::numeric_limits<float>::infinity()).cell_max, 32767);
  EXPECT_EQ(clipped(-1.0F).cell_min, -32768);
}

TEST(LstmFolding, FloatRemembers) {
  // Gates are open (sigmoid(30) is 1 in float32): cell += tanh(x + hidden / 2), y = tanh(cell).
  const auto outputs = run(float_lstm(), {{0.5F, -1.0F}, {0.0F, 0.25F}});
  ASSERT_EQ(outputs.size(), 2U);
  double cell = 0, hidden = 0;
  std::size_t at = 0;
  for (const double x : {0.5, -1.0, 0.0, 0.25}) {
    cell += std::tanh(x + 0.5 * hidden);
    hidden = std::tanh(cell);
    EXPECT_NEAR(outputs[at / 2][at % 2], hidden, 1e-6) << at;
    ++at;
  }
  const auto clipped = run(float_lstm({.cell_clip = 0.1F}), {{3.0F, -7.0F}});
  ASSERT_EQ(clipped.size(), 1U);
  EXPECT_NEAR(clipped[0][0], std::tanh(0.1), 1e-6);
  EXPECT_NEAR(clipped[0][1], -std::tanh(0.1), 1e-6);
}

TEST(LstmFolding, TakesHybridWeightsSideBySideWithFloat) {
  FileText file = float_lstm();
  file.tensors[3] = quantised({1, 1}, TensorType::kInt8, 0.25F);
  file.tensors[3].data = {4};
  EXPECT_EQ(run(file, {{0.5F, -1.0F}}), run(float_lstm(), {{0.5F, -1.0F}}));
}

TEST(LstmFolding, TakesTwentyInputs) {
  FileText file = int8_lstm();
  file.operators[0].inputs.resize(20);
  EXPECT_TRUE(compiled(file).ok());
}

TEST(LstmFolding, VariantsWithoutAKernelAreRefused) {
  const auto with_input = [](std::size_t input) {
    FileText file = int8_lstm();
    file.operators[0].inputs[input] = 1;
    return refusal_of(file);
  };
  for (const std::size_t i : {9U, 10U, 11U})
    EXPECT_THAT(with_input(i), HasSubstr("(UNIDIRECTIONAL_SEQUENCE_LSTM) has peephole weights"));
  for (const std::size_t i : {16U, 17U})
    EXPECT_THAT(with_input(i), HasSubstr("has projection weights"));
  for (const std::size_t i : {20U, 23U})
    EXPECT_THAT(with_input(i), HasSubstr("has layer normalisation weights (input 2"));
  const auto without_input = [](std::size_t input) {
    FileText file = int8_lstm();
    file.operators[0].inputs[input] = -1;
    return refusal_of(file);
  };
  EXPECT_THAT(without_input(1), HasSubstr("lacks weights (input 1)"));
  EXPECT_THAT(without_input(5), HasSubstr("lacks recurrent weights (input 5)"));
  EXPECT_THAT(without_input(15), HasSubstr("lacks a bias (input 15)"));
  EXPECT_THAT(without_input(18), HasSubstr("lacks a hidden state (input 18)"));
  EXPECT_THAT(without_input(19), HasSubstr("lacks a cell state (input 19)"));
  EXPECT_THAT(refusal_of(int8_lstm({.activation = Activation::kRelu})),
              HasSubstr("activation of number 1, only 4 (TANH)"));
  EXPECT_THAT(refusal_of(int8_lstm({.diagonal = true})), HasSubstr("diagonal"));
  EXPECT_THAT(refusal_of(int8_lstm({.cell_clip = NAN})),
              HasSubstr("operator 0 (UNIDIRECTIONAL_SEQUENCE_LSTM) clips its cell state at NaN"));
}

TEST(LstmFolding, ThatDoesNotFitIsRefused) {
  const auto refused = [](auto change) {
    FileText file = int8_lstm();
    change(file);
    return refusal_of(file);
  };
  EXPECT_THAT(refused([](FileText& f) {
                f.tensors[0].shape = {6, 4};
              }),
              HasSubstr("three dimensions"));
  EXPECT_THAT(refused([](FileText& f) {
                f.tensors[15].shape = {3, 2, 5};
              }),
              HasSubstr("alike but for the last one"));
  EXPECT_THAT(refused([](FileText& f) {
                f.tensors[4] = int8_weights({4, 5});
              }),
              HasSubstr("weights (input 4) of shape 5x4"));
  EXPECT_THAT(refused([](FileText& f) { f.tensors[8] = int8_weights({5}); }),
              HasSubstr("recurrent weights (input 8) of shape 5x5"));
  EXPECT_THAT(refused([](FileText& f) { f.tensors[10] = zeros({4}, 0.125F); }),
              HasSubstr("a bias (input 13) of shape 5"));
  EXPECT_THAT(refused([](FileText& f) {
                f.tensors[14].shape = {3, 5};
              }),
              HasSubstr("a cell state (input 19) of shape 2x5"));
  EXPECT_THAT(
      refused([](FileText& f) { f.operators[0].options = lstm_options({.time_major = true}); }),
      HasSubstr("a hidden state (input 18) of shape 3x5"));
  EXPECT_THAT(refused([](FileText& f) { f.tensors[13].is_variable = false; }),
              HasSubstr("which is no variable"));
  EXPECT_THAT(refused([](FileText& f) { f.tensors[14].scales = {0.0005F}; }),
              HasSubstr("cell state of scale 0.0005"));
  EXPECT_THAT(refused([](FileText& f) { f.tensors[14].scales = {8.0F}; }),
              HasSubstr("power of two from 2^-42 to 2^2"));
  EXPECT_THAT(refused([](FileText& f) { f.tensors[14].zero_points = {1}; }),
              HasSubstr("zero point 1"));
  EXPECT_THAT(refused([](FileText& f) { f.tensors[6].zero_points = {-1}; }),
              HasSubstr("weights (input 6) with a zero point of -1"));
  EXPECT_THAT(refused([](FileText& f) { f.tensors[3].scales = {1e30F}; }),
              HasSubstr("rescales by"));
  EXPECT_THAT(refused([](FileText& f) { f.tensors[14].type = TensorType::kInt8; }),
              HasSubstr("is not supported"));
  FileText shared = float_lstm();
  shared.operators[0].inputs[19] = 13;
  EXPECT_THAT(
      refusal_of(shared),
      HasSubstr("operator 0 (UNIDIRECTIONAL_SEQUENCE_LSTM) keeps its hidden state and its cell "
                "state in one tensor"));
  EXPECT_EQ(compiled(shared).error().hint, "give each state a variable of its own");
  EXPECT_EQ(compiled(int8_lstm({.cell_clip = NAN})).error().hint,
            "give cell_clip a number, 0 for none");
}

}  // namespace
}  // namespace hil::model
