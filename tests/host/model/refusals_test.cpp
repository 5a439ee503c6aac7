// SPDX-License-Identifier: Apache-2.0
// Models that are refused: sentence and hint, word for word.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "host/model/model.hpp"
#include "host/model/plan_builder.hpp"
#include "host/model/reader.hpp"
#include "host/model/summary.hpp"
#include "host/model/variables.hpp"
#include "protocol/plan/format.hpp"
#include "tests/host/model/tflite_builder.hpp"

namespace hil::model {
namespace {

using test::FileText;
using test::small_network;
using test::write_tflite;
using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

constexpr const char* kFresh = ", the file is damaged | get a fresh copy of the model";

/// "what | hint" of @p bytes, without the file's name; "none" if they compile.
std::string said(const Bytes& bytes, Blame blame) {
  const auto model = compile(bytes, "m");
  if (model.ok()) return "none";
  EXPECT_EQ(model.error().blame, blame) << model.error().what;
  EXPECT_EQ(model.error().what.substr(0, 3), "m: ");
  return model.error().what.substr(3) + " | " + model.error().hint;
}

std::string said(const FileText& file, Blame blame = Blame::kModel) {
  return said(write_tflite(file), blame);
}

/// ADD of the first and the last of @p inputs tensors of 1x4, @p operators times.
FileText additions(std::size_t inputs, std::size_t operators) {
  FileText file;
  file.tensors.resize(inputs + operators, {.shape = {1, 4}});
  for (std::size_t i = 0; i < inputs; ++i)
    file.inputs.push_back(static_cast<std::int32_t>(i));
  const auto last = static_cast<std::int32_t>(inputs) - 1;
  for (std::size_t i = 0; i < operators; ++i) {
    const auto output = static_cast<std::int32_t>(inputs + i);
    file.operators.push_back({0, {0, last}, {output}, 11, test::add_options()});
  }
  file.outputs = {static_cast<std::int32_t>(inputs + operators) - 1};
  return file;
}

TEST(ModelRefusal, WhatIsNoModel) {
  EXPECT_EQ(said(Bytes(64), Blame::kUser),
            "this is not a .tflite file (no TFL3 mark at byte 4) | "
            "give a model that the TensorFlow Lite converter wrote");
  EXPECT_EQ(said(Bytes(), Blame::kUser), said(Bytes(64), Blame::kUser));
}

TEST(ModelRefusal, AnotherVersionOrNoGraph) {
  FileText file = small_network();
  file.version = 2;
  EXPECT_EQ(said(file, Blame::kUser),
            "format version 2 is not known | "
            "convert the model with a current TensorFlow Lite converter");
  test::Builder builder;
  tflite::FinishModelBuffer(builder, tflite::CreateModel(builder, 3));
  const Bytes empty(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
  EXPECT_EQ(said(empty, Blame::kUser), std::string("there is no graph in it") + kFresh);
}

TEST(ModelRefusal, ATruncatedFileNamesItsSize) {
  Bytes bytes = write_tflite(small_network());
  bytes.resize(bytes.size() / 2);
  EXPECT_EQ(said(bytes, Blame::kUser), "a table or list reaches beyond the " +
                                           std::to_string(bytes.size()) + " bytes" + kFresh);
}

TEST(ModelRefusal, NothingToRun) {
  FileText file = small_network();
  file.outputs.clear();
  EXPECT_EQ(said(file, Blame::kUser), std::string("the model has no output") + kFresh);
  file.operators.clear();
  EXPECT_EQ(said(file, Blame::kUser), std::string("there is no operator in it") + kFresh);
}

TEST(ModelRefusal, TooManyOperatorsOrInputs) {
  EXPECT_EQ(said(additions(1, 4097)),
            "4097 operators, 1 inputs and 1 outputs are too many (at most 4096, 256 and 256) | "
            "split the model");
  EXPECT_EQ(said(additions(257, 1)),
            "1 operators, 257 inputs and 1 outputs are too many (at most 4096, 256 and 256) | "
            "split the model");
  EXPECT_EQ(said(additions(256, 1)), "none");
  const auto summary = summarise(write_tflite(additions(1, 4097)), "m");
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.error().what, "m: 4097 operators are too many (at most 4096)");
  EXPECT_EQ(summary.error().hint, "split the model");
}

TEST(ModelRefusal, ManyUnsupportedKindsAreNotAllNamed) {
  FileText file = additions(1, 30);
  for (std::int32_t i = 0; i < 30; ++i)
    file.operators[static_cast<std::size_t>(i)] = {500 + i, {0}, {i + 1}, 0, nullptr};
  const std::string text = said(file);
  EXPECT_THAT(text, HasSubstr("operator 19 (code 519, int8) and more are not supported | "
                              "convert the model to int8 or float32 with these operators: "));
  EXPECT_EQ(text.find("operator 20"), std::string::npos);
}

TEST(ModelRefusal, ABiasOfAnotherScale) {
  FileText file;
  file.tensors = {{.shape = {1, 3}, .scales = {0.5F}},
                  {.shape = {2, 3}, .scales = {0.25F}, .data = Bytes(6)},
                  {.shape = {2}, .type = TensorType::kInt32, .scales = {0.5F}, .data = Bytes(8)},
                  {.shape = {1, 2}, .scales = {0.5F}}};
  file.operators = {{9, {0, 1, 2}, {3}, 8, test::fully_connected_options()}};
  file.inputs = {0};
  file.outputs = {3};
  EXPECT_EQ(said(file),
            "operator 0 (FULLY_CONNECTED) has a bias of scale 0.5, not input times weights "
            "(0.125) | quantise the model again, its bias together with its weights");
  file.tensors[2].scales = {0.125F};
  EXPECT_EQ(said(file), "none");
}

/// One SOFTMAX of @p type.
FileText softmax(TensorType type, float beta) {
  FileText file;
  const bool wide = type == TensorType::kInt16;
  const float scale = wide ? 1.0F / 32768 : 1.0F / 256;
  file.tensors = {{.shape = {1, 4}, .type = type, .scales = {0.0625F}},
                  {.shape = {1, 4}, .type = type, .scales = {scale}}};
  file.tensors[1].zero_points = {wide ? 0 : -128};
  file.operators = {{25, {0}, {1}, 9, test::softmax_options(beta)}};
  file.inputs = {0};
  file.outputs = {1};
  return file;
}

TEST(ModelRefusal, SoftmaxBeta) {
  const std::string hint = " | give the softmax a beta of 1, or another number above 0";
  for (const TensorType type : {TensorType::kInt16, TensorType::kFloat32}) {
    EXPECT_EQ(said(softmax(type, -1)),
              "operator 0 (SOFTMAX) cannot compute with a beta of -1" + hint);
    EXPECT_EQ(said(softmax(type, std::nanf(""))),
              "operator 0 (SOFTMAX) cannot compute with a beta of nan" + hint);
    EXPECT_EQ(said(softmax(type, 1)), "none");
  }
  EXPECT_EQ(said(softmax(TensorType::kInt8, -1)),
            "operator 0 (SOFTMAX) has an input scale or beta too small to compute with | "
            "quantise the model again, with a softmax beta of 1");
  EXPECT_EQ(said(softmax(TensorType::kInt8, 1)), "none");
}

TEST(ModelRefusal, MoreInitialGraphsThanMayBe) {
  FileText file = additions(1, 1);
  file.operators.insert(file.operators.begin(), 17, {129, {}, {}, 103, test::call_once_options(1)});
  file.more_graphs = {FileText{}};
  EXPECT_EQ(said(file),
            "operator 16 (CALL_ONCE) is one of more than 16 | let one graph set all variables");
  file.operators.erase(file.operators.begin());
  EXPECT_EQ(said(file), "none");
}

TEST(ModelRefusal, AnInputOfATypeThatHasNoValues) {
  FileText file = additions(1, 1);
  file.tensors.push_back({.shape = {1}, .type = TensorType::kBool, .name = "flag"});
  file.inputs.push_back(2);
  EXPECT_EQ(said(file),
            "tensor 2 (flag) is a model input or output of type bool | "
            "convert the model to int8 or float32");
}

TEST(ModelRefusal, SoftmaxOverTooManyValues) {
  for (const TensorType type : {TensorType::kInt8, TensorType::kInt16}) {
    const std::int32_t most =
        type == TensorType::kInt16 ? plan::kMaxSoftmax16Depth : plan::kMaxSoftmaxDepth;
    FileText file = softmax(type, 1);
    file.tensors[0].shape = file.tensors[1].shape = {1, most + 1};
    EXPECT_EQ(said(file), "operator 0 (SOFTMAX) goes over " + std::to_string(most + 1) +
                              " values, at most " + std::to_string(most) +
                              " are supported | give it fewer classes");
  }
}

/// READ and ASSIGN of a variable of @p shape.
FileText keeps(const std::vector<std::int32_t>& shape) {
  FileText file;
  file.tensors = {{.shape = shape},
                  {.shape = {}, .type = TensorType::kResource, .scales = {}},
                  {.shape = shape}};
  file.operators = {{142, {}, {1}, 111, test::handle_options("v")},
                    {143, {1}, {2}, 112, nullptr},
                    {144, {1, 0}, {}, 113, nullptr}};
  file.inputs = {0};
  file.outputs = {2};
  return file;
}

TEST(ModelRefusal, MoreActivationsAndStateThanAnArenaHolds) {
  EXPECT_EQ(said(keeps({1, 4})), "none");
  EXPECT_EQ(said(keeps({1 << 20, 2047})),
            "the arena needs 4292870144 bytes | make the model's activations smaller");
  EXPECT_EQ(said(keeps({1 << 20, 700})),
            "arena and state need 2202009600 bytes | make the model's activations smaller");
}

TEST(ModelRefusal, MoreStateThanAnArenaHolds) {
  const std::vector<std::int32_t> shape{1 << 20, 1200};  // of two variables, read one by one
  FileText file;
  file.tensors = {{.shape = shape},
                  {.shape = {}, .type = TensorType::kResource, .scales = {}},
                  {.shape = shape},
                  {.shape = {}, .type = TensorType::kResource, .scales = {}}};
  file.operators = {{142, {}, {1}, 111, test::handle_options("v")},
                    {143, {1}, {0}, 112, nullptr},
                    {142, {}, {3}, 111, test::handle_options("w")},
                    {143, {3}, {2}, 112, nullptr}};
  file.outputs = {2};
  EXPECT_EQ(said(file), "the state needs 2516582400 bytes | make what the model keeps smaller");
}

TEST(ModelRefusal, MoreWorkThan64BitsCount) {
  const std::int32_t side = 46340;  // of 2^31 elements, times a filter of 2^22
  FileText file;
  file.tensors = {{.shape = {1, side, side, 1}},
                  {.shape = {1, 2048, 2048, 1}, .data = Bytes(std::size_t{1} << 22)}};
  for (std::int32_t i = 0; i < 2049; ++i) {
    file.tensors.push_back({.shape = {1, side, side, 1}});
    file.operators.push_back({3, {0, 1}, {2 + i}, 1, test::conv_options(Padding::kSame)});
  }
  file.inputs = {0};
  file.outputs = {2};
  EXPECT_EQ(said(file),
            "operator 2048 (CONV_2D) makes the model's work overflow 64 bits | "
            "make the model smaller");
}

TEST(ModelRefusal, MoreBytesThanAFileMayHave) {
  const std::size_t size = kMaxFileBytes + 1;
  const std::unique_ptr<std::uint8_t[]> bytes(new std::uint8_t[size]);  // never touched
  const auto model = read_model({bytes.get(), size});
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().blame, Blame::kUser);
  EXPECT_EQ(model.error().what, "268435457 bytes are more than a model may have (268435456)");
  EXPECT_EQ(model.error().hint, "check that this is the right file");
}

/// build_plan() of @p file as compile() calls it; "what | hint" of its refusal.
std::string said_by_builder(const FileText& file, std::size_t most_constant_bytes) {
  const Model model = read_model(write_tflite(file)).value();
  const Variables variables = find_variables(model).value();
  const auto plan = build_plan(model.graphs.front(), variables.of_graph(0), plan::Core::kReference,
                               most_constant_bytes);
  if (plan.ok()) return "none";
  EXPECT_EQ(plan.error().blame, Blame::kModel);
  return plan.error().what + " | " + plan.error().hint;
}

TEST(ModelRefusal, MoreConstantsThanAPlanMayHave) {
  const Model model = read_model(write_tflite(small_network())).value();
  const std::size_t bytes =
      build_plan(model.graphs.front(), find_variables(model).value().of_graph(0),
                 plan::Core::kReference)
          .value()
          .constants.size();
  EXPECT_EQ(said_by_builder(small_network(), bytes), "none");
  EXPECT_EQ(said_by_builder(small_network(), bytes - 1),
            "operator 5 (FULLY_CONNECTED) makes the constants exceed " + std::to_string(bytes - 1) +
                " bytes | make the model smaller");
}

TEST(ModelRefusal, ATypeThatNoPlanCarries) {
  FileText file = additions(1, 1);
  file.tensors.push_back({.shape = {1}, .type = TensorType::kBool, .name = "flag"});
  file.inputs.push_back(2);
  EXPECT_EQ(said_by_builder(file, kMaxConstantBytes),
            "tensor 2 (flag) is of type bool, which the engine does not run | "
            "convert the model to int8 or float32");
}

}  // namespace
}  // namespace hil::model
