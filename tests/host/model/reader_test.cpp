// SPDX-License-Identifier: Apache-2.0
// Files that are right, cut, flipped or contradict themselves: one clear sentence, never a crash.
#include "host/model/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>

#include "host/model/model.hpp"
#include "tests/host/model/tflite_builder.hpp"

namespace hil::model {
namespace {

using test::FileText;
using test::small_network;
using test::write_tflite;
using testing::HasSubstr;

Error error_of(const FileText& file) {
  const auto compiled = compile(write_tflite(file), "broken.tflite");
  if (compiled.ok()) return Error{Blame::kBug, "it compiled", {}};
  return compiled.error();
}

TEST(Reader, TakesTensorsOperatorsAndOptionsFromTheFile) {
  const auto model = read_model(write_tflite(small_network()));
  ASSERT_TRUE(model.ok()) << model.error().what;
  ASSERT_EQ(model->graphs.size(), 1U);
  const Graph& graph = model->graphs[0];
  ASSERT_EQ(graph.tensors.size(), 14U);
  EXPECT_EQ(graph.tensors[0].name, "input");
  EXPECT_EQ(graph.tensors[0].element_count(), 72);
  EXPECT_FALSE(graph.tensors[0].is_constant());
  EXPECT_TRUE(graph.tensors[1].is_constant());
  EXPECT_EQ(graph.tensors[1].scales.size(), 4U);
  ASSERT_EQ(graph.operators.size(), 7U);
  const auto* options = std::get_if<ConvOptions>(&graph.operators[0].options);
  ASSERT_NE(options, nullptr);
  EXPECT_EQ(options->stride_h, 1);
  EXPECT_EQ(options->activation, Activation::kRelu);
  EXPECT_EQ(graph.operators[5].inputs[2], kNoInput);
}

// Found by the fuzzer: the verifier accepts lists of int64 at odd addresses.
TEST(Reader, ListsOf64BitNumbersMayBeMisaligned) {
  std::vector<std::uint8_t> bytes(17);
  const std::int64_t numbers[] = {-5, std::int64_t{1} << 40};
  std::memcpy(bytes.data() + 1, numbers, sizeof(numbers));
  const Int64List list(bytes.data() + 1, 2);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0], -5);
  EXPECT_EQ(list[1], std::int64_t{1} << 40);
  EXPECT_TRUE(Int64List().empty());
}

TEST(Reader, EveryTruncationIsOneClearSentence) {
  const auto whole = write_tflite(small_network());
  ASSERT_TRUE(compile(whole, "whole.tflite").ok());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto compiled = compile(std::span(whole).first(size), "cut.tflite");
    ASSERT_FALSE(compiled.ok()) << size;
    EXPECT_EQ(compiled.error().blame, Blame::kUser) << size << ": " << compiled.error().what;
    EXPECT_THAT(compiled.error().what, HasSubstr("cut.tflite: "));
    EXPECT_THAT(compiled.error().what, Not(HasSubstr("\n")));
  }
}

TEST(Reader, EverySingleBitFlipEndsInAPlanOrAnErrorThatIsNotOurs) {
  const auto whole = write_tflite(small_network());
  int accepted = 0;
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    auto flipped = whole;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
    const auto compiled = compile(flipped, "flipped.tflite");
    accepted += compiled.ok() ? 1 : 0;
    if (compiled.ok()) continue;
    ASSERT_TRUE(compiled.error().blame == Blame::kUser || compiled.error().blame == Blame::kModel)
        << "bit " << bit << ": " << compiled.error().what;
  }
  EXPECT_GT(accepted, 0);  // flipped weights and names are still a model
}

TEST(Reader, WrongMarkAndVersionAreNamed) {
  auto bytes = write_tflite(small_network());
  bytes[4] = 'X';
  const auto compiled = compile(bytes, "other.bin");
  ASSERT_FALSE(compiled.ok());
  EXPECT_EQ(compiled.error().blame, Blame::kUser);
  EXPECT_THAT(compiled.error().what, HasSubstr("not a .tflite file"));
  FileText file = small_network();
  file.version = 2;
  EXPECT_THAT(error_of(file).what, HasSubstr("version 2"));
}

/// A network beside which a tensor of type @p type goes straight from input to output.
test::FileText with_passed_through(TensorType type) {
  test::FileText text = test::small_network();
  const auto index = static_cast<std::int32_t>(text.tensors.size());
  text.tensors.push_back({.shape = {1, 4}, .type = type});
  text.inputs.push_back(index);
  text.outputs.push_back(index);
  return text;
}

TEST(Compile, ATensorThatNoOperatorTouchesMustStillBeOfATypeThatRuns) {
  const auto model =
      compile(test::write_tflite(with_passed_through(TensorType::kBool)), "passed_through.tflite");
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().blame, Blame::kModel);
  EXPECT_THAT(model.error().what, testing::HasSubstr("of type bool"));
}

TEST(Compile, WhatCompilesTheReferenceRuns) {
  for (const auto type :
       {TensorType::kInt8, TensorType::kInt16, TensorType::kInt32, TensorType::kFloat32}) {
    const auto model = compile(test::write_tflite(with_passed_through(type)), "passed.tflite");
    ASSERT_TRUE(model.ok()) << model.error().what;
    EXPECT_TRUE(ReferenceRunner::make(*model).ok());
  }
}

TEST(Reader, MissingFileIsTheUsersTurn) {
  const auto model = load("no/such/model.tflite");
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().blame, Blame::kUser);
  EXPECT_THAT(model.error().what, HasSubstr("no/such/model.tflite"));
}

struct Broken {
  const char* name;
  std::function<void(FileText&)> change;
  Blame blame;
  const char* says;
};

class BrokenFile : public testing::TestWithParam<Broken> {};

TEST_P(BrokenFile, IsRefusedWithPlaceAndReason) {
  FileText file = small_network();
  GetParam().change(file);
  const Error error = error_of(file);
  EXPECT_EQ(error.blame, GetParam().blame) << error.what;
  EXPECT_THAT(error.what, HasSubstr("broken.tflite: "));
  EXPECT_THAT(error.what, HasSubstr(GetParam().says));
}

constexpr std::int32_t kHuge = 1 << 24;

INSTANTIATE_TEST_SUITE_P(
    Damaged, BrokenFile,
    testing::Values(
        Broken{"TensorIndexTooLarge", [](FileText& f) { f.operators[1].inputs[1] = 14; },
               Blame::kUser, "operator 1 (DEPTHWISE_CONV_2D) names tensor 14 of 14"},
        Broken{"TensorIndexNegative", [](FileText& f) { f.operators[0].inputs[2] = -2; },
               Blame::kUser, "operator 0 (CONV_2D) names tensor -2 of 14"},
        Broken{"OutputAbsent", [](FileText& f) { f.operators[2].outputs[0] = -1; }, Blame::kUser,
               "operator 2 (ADD) names tensor -1"},
        Broken{"ModelInput", [](FileText& f) { f.inputs[0] = 99; }, Blame::kUser,
               "model inputs names tensor 99"},
        Broken{"ModelOutput", [](FileText& f) { f.outputs[0] = -1; }, Blame::kUser,
               "model outputs names tensor -1"},
        Broken{"BufferIndex", [](FileText& f) { f.buffer_of_tensor0 = 77; }, Blame::kUser,
               "tensor 0 names buffer 77"},
        Broken{"OpcodeIndex", [](FileText& f) { f.opcode_index = 9; }, Blame::kUser,
               "operator 0 names code 9 of 7"},
        Broken{"OptionsOfAnotherOperator",
               [](FileText& f) {
                 f.operators[0].options_type = 5;
                 f.operators[0].options = test::pool_options(Padding::kSame, 1, 1);
               },
               Blame::kUser, "operator 0 (CONV_2D) carries options of type 5 instead of 1"},
        Broken{"NoOptions",
               [](FileText& f) {
                 f.operators[0].options_type = 0;
                 f.operators[0].options = nullptr;
               },
               Blame::kUser, "operator 0 (CONV_2D) carries no options"},
        Broken{"ConstantTooShort", [](FileText& f) { f.tensors[1].data.pop_back(); }, Blame::kUser,
               "tensor 1 (t) needs 72 bytes, but its buffer has 71"},
        Broken{"ConstantTooLong", [](FileText& f) { f.tensors[1].data.push_back(0); }, Blame::kUser,
               "needs 72 bytes, but its buffer has 73"},
        Broken{"NoOperators", [](FileText& f) { f.operators.clear(); }, Blame::kUser,
               "no operator"},
        Broken{"NoOutput", [](FileText& f) { f.outputs.clear(); }, Blame::kUser, "no output"},
        Broken{"TooFewInputs", [](FileText& f) { f.operators[2].inputs.pop_back(); }, Blame::kUser,
               "operator 2 (ADD) has 1 inputs"},
        Broken{"RequiredInputAbsent", [](FileText& f) { f.operators[0].inputs[1] = -1; },
               Blame::kUser, "operator 0 (CONV_2D) has 3 inputs"},
        Broken{"TooManyOutputs", [](FileText& f) { f.operators[2].outputs.push_back(8); },
               Blame::kUser, "2 outputs"},
        Broken{"ReadBeforeWritten", [](FileText& f) { f.operators[1].inputs[0] = 7; }, Blame::kUser,
               "reads tensor 7 (t), which nothing has written"},
        Broken{"WrittenTwice", [](FileText& f) { f.operators[2].outputs[0] = 5; }, Blame::kUser,
               "operator 2 (ADD) writes tensor 5 (t)"},
        Broken{"WritesConstant", [](FileText& f) { f.operators[2].outputs[0] = 6; }, Blame::kUser,
               "operator 2 (ADD) writes tensor 6 (t)"},
        Broken{"InputIsConstant", [](FileText& f) { f.inputs.push_back(1); }, Blame::kUser,
               "a model input is a constant"},
        Broken{"OutputNeverWritten",
               [](FileText& f) {
                 f.tensors.push_back({.shape = {1}});
                 f.outputs.push_back(14);
               },
               Blame::kUser, "tensor 14 (t) is a model output that no operator writes"},
        Broken{"ZeroPointCount",
               [](FileText& f) {
                 f.tensors[1].zero_points = {0, 0};
               },
               Blame::kUser, "has 4 scales but 2 zero points"},
        Broken{"ZeroPointRange", [](FileText& f) { f.tensors[0].zero_points = {128}; },
               Blame::kUser, "tensor 0 (input) has a zero point of 128"},
        Broken{"QuantizedDimension", [](FileText& f) { f.tensors[1].quantized_dimension = 4; },
               Blame::kUser, "quantised along dimension 4"},
        Broken{"ScaleCount",
               [](FileText& f) {
                 f.tensors[1].scales.pop_back();
                 f.tensors[1].zero_points.pop_back();
               },
               Blame::kUser, "has 3 scales for 4 channels"},
        Broken{"ScaleNegative", [](FileText& f) { f.tensors[0].scales = {-1.0F}; }, Blame::kUser,
               "scale of -1"}),
    [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    NotSupported, BrokenFile,
    testing::Values(
        Broken{"DimensionZero", [](FileText& f) { f.tensors[3].shape[1] = 0; }, Blame::kModel,
               "tensor 3 (t) has a dimension of 0"},
        Broken{"DimensionUnknown", [](FileText& f) { f.tensors[0].shape[0] = -1; }, Blame::kModel,
               "tensor 0 (input) has a dimension of -1"},
        Broken{"DimensionTooLarge", [](FileText& f) { f.tensors[0].shape[0] = kHuge + 1; },
               Blame::kModel, "has a dimension of 16777217"},
        Broken{"ProductOverflows",
               [](FileText& f) {
                 f.tensors[0].shape = {kHuge, kHuge, 4, 2};
               },
               Blame::kModel, "more than 2 GB"},
        Broken{"SevenDimensions", [](FileText& f) { f.tensors[0].shape = {1, 1, 1, 1, 6, 6, 2}; },
               Blame::kModel, "has 7 dimensions"},
        Broken{"Variable", [](FileText& f) { f.tensors[5].is_variable = true; }, Blame::kModel,
               "operator 1 (DEPTHWISE_CONV_2D) writes tensor 5 (t), a variable"},
        Broken{"Sparse", [](FileText& f) { f.tensors[1].is_sparse = true; }, Blame::kModel,
               "tensor 1 (t) is sparse"},
        Broken{"ExternalBuffer", [](FileText& f) { f.tensors[1].external_buffer = 1; },
               Blame::kModel, "outside of the model's buffers"},
        Broken{"BufferByOffset", [](FileText& f) { f.buffer_offset = 4096; }, Blame::kModel,
               "outside of the model's buffers"},
        Broken{"OneOperator", [](FileText& f) { f.operators[3].code = 111; }, Blame::kModel,
               "operator 3 (ELU, int8) is not supported"},
        Broken{"DistinctOnesOnce",
               [](FileText& f) {
                 f.operators[1].code = f.operators[2].code = 111;
                 f.operators[4].code = 190;
                 f.operators[6].code = 32;
                 f.operators[6].custom_code = "My\nOp";
               },
               Blame::kModel,
               "operator 1 (ELU, int8), operator 4 (code 190, int8), operator 6 (CUSTOM "
               "'My?Op', int8) are not supported"},
        Broken{"BeforeAnythingElse",
               [](FileText& f) {
                 f.operators[3].code = 111;
                 f.tensors[0].shape[0] = -1;
               },
               Blame::kModel, "operator 3 (ELU, int8) is not supported"},
        Broken{"TypeOfOperator",
               [](FileText& f) {
                 f.tensors[5].type = TensorType::kInt16;
                 f.tensors[7].type = TensorType::kInt16;
               },
               Blame::kModel, "operator 2 (ADD, int16 and int8)"},
        Broken{"UnknownUnionValueIsTolerated",
               [](FileText& f) {
                 f.operators[3].code = 150;
                 f.operators[3].options_type = 147;
               },
               Blame::kModel, "operator 3 (GELU, int8) is not supported"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace hil::model
