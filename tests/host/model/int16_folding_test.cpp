// SPDX-License-Identifier: Apache-2.0
// int16 activations, uint8 ends, float16 weights and the newer movers through the compiler: small
// models made here, with results worked out from the reference's rules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "host/model/folding.hpp"
#include "host/model/model.hpp"
#include "host/model/operators/kinds.hpp"
#include "host/model/operators/softmax_tables.hpp"
#include "host/model/reader.hpp"
#include "tests/host/model/tflite_builder.hpp"
#include "tests/target/engine/naive.hpp"

namespace hil::model {
namespace {

using engine::testing::floor_divide;
using engine::testing::naive_rescale;
using engine::testing::Wide;
using test::FileText;
using test::MakeOptions;
using test::TensorText;
using test::write_tflite;
using testing::HasSubstr;
using Shape = std::vector<std::int32_t>;
using Bytes = std::vector<std::uint8_t>;
using Shorts = std::vector<std::int16_t>;

constexpr auto kShort = TensorType::kInt16;

template <class T>
Bytes raw(const std::vector<T>& values) {
  Bytes bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

template <class T>
std::vector<T> values_of(const Bytes& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

/// One operator of all tensors but the last @p outputs, which it writes; activations are inputs.
FileText one_operator(std::int32_t code, std::vector<TensorText> tensors,
                      std::uint8_t options_type = 0, const MakeOptions& options = nullptr,
                      std::size_t outputs = 1) {
  FileText file;
  file.tensors = std::move(tensors);
  test::OperatorText op{code, {}, {}, options_type, options};
  for (std::size_t i = 0; i < file.tensors.size(); ++i) {
    const auto index = static_cast<std::int32_t>(i);
    const bool is_output = i + outputs >= file.tensors.size();
    (is_output ? op.outputs : op.inputs).push_back(index);
    if (is_output) file.outputs.push_back(index);
    if (!is_output && file.tensors[i].data.empty()) file.inputs.push_back(index);
  }
  file.operators = {op};
  return file;
}

TensorText quantised(const Shape& shape, TensorType type, float scale, std::int64_t zero = 0) {
  return {.shape = shape, .type = type, .scales = {scale}, .zero_points = {zero}};
}

TensorText plain(const Shape& shape, TensorType type, const Bytes& data = {}) {
  return {.shape = shape, .type = type, .scales = {}, .zero_points = {}, .data = data};
}

/// All outputs for @p inputs; fails the test if the file does not compile and run.
std::vector<Bytes> run(const FileText& file, const std::vector<Bytes>& inputs) {
  const auto model = compile(write_tflite(file), "int16.tflite");
  EXPECT_TRUE(model.ok()) << model.error().what;
  if (!model.ok()) return std::vector<Bytes>(8);
  auto runner = ReferenceRunner::make(*model);
  EXPECT_TRUE(runner.ok()) << runner.error().what;
  if (!runner.ok()) return std::vector<Bytes>(8);
  const auto outputs = runner->run(inputs);
  EXPECT_TRUE(outputs.ok());
  return outputs.ok() ? *outputs : std::vector<Bytes>(8);
}

/// x [1,1,1,2] by weights [2,1,1,2] of two scales, with a bias or none.
FileText conv_file(std::int32_t code, const TensorText* bias, float in = 0.01F, float out = 0.02F) {
  const bool depthwise = code == 4;
  TensorText weights =
      quantised(depthwise ? Shape{1, 1, 1, 2} : Shape{2, 1, 1, 2}, TensorType::kInt8, 0.5F);
  weights.scales = {0.5F, 0.3F};
  weights.zero_points = {0, 0};
  weights.quantized_dimension = depthwise ? 3 : 0;
  weights.data = depthwise ? Bytes{100, 0x9C} : Bytes{100, 50, 0x9C, 7};  // 0x9C is -100
  std::vector<TensorText> tensors{quantised({1, 1, 1, 2}, kShort, in), weights};
  if (bias != nullptr) tensors.push_back(*bias);
  tensors.push_back(quantised({1, 1, 1, 2}, kShort, out));
  return one_operator(code, tensors, depthwise ? 2 : 1,
                      depthwise ? test::depthwise_options(Padding::kValid, 1)
                                : test::conv_options(Padding::kValid));
}

std::int64_t wide_rescaled(std::int64_t sum, double factor) {
  int exponent = 0;
  const double mantissa = std::frexp(factor, &exponent);
  const Wide reduced =
      std::min<Wide>(floor_divide(std::llround(mantissa * 2147483648.0) + 32768, 65536), 32767);
  const Wide one = Wide{1} << (15 - exponent);
  return static_cast<std::int64_t>(floor_divide(sum * reduced + one / 2, one));
}

std::int64_t narrow_rescaled(std::int64_t sum, double factor) {
  int exponent = 0;
  const double mantissa = std::frexp(factor, &exponent);
  return naive_rescale(sum, std::llround(mantissa * 2147483648.0), exponent);
}

double factor_of(float weights) {
  return static_cast<double>(0.01F) * static_cast<double>(weights) / static_cast<double>(0.02F);
}

std::int16_t saturated(std::int64_t value) {
  return static_cast<std::int16_t>(std::clamp<std::int64_t>(value, -32768, 32767));
}

TEST(Int16Folding, ConvolutionAddsUpAsWideAsItsBias) {
  const Shorts x{123, -321};
  const std::int64_t first = 123 * 100 - 321 * 50, second = 123 * -100 - 321 * 7;
  const TensorText wide = plain({2}, TensorType::kInt64, raw<std::int64_t>({77777, -5}));
  EXPECT_EQ(values_of<std::int16_t>(run(conv_file(3, &wide), {raw(x)})[0]),
            (Shorts{saturated(wide_rescaled(first + 77777, factor_of(0.5F))),
                    saturated(wide_rescaled(second - 5, factor_of(0.3F)))}));
  const TensorText narrow = plain({2}, TensorType::kInt32, raw<std::int32_t>({77777, -5}));
  EXPECT_EQ(values_of<std::int16_t>(run(conv_file(3, &narrow), {raw(x)})[0]),
            (Shorts{saturated(narrow_rescaled(first + 77777, factor_of(0.5F))),
                    saturated(narrow_rescaled(second - 5, factor_of(0.3F)))}));
  EXPECT_EQ(values_of<std::int16_t>(run(conv_file(3, nullptr), {raw(x)})[0]),
            (Shorts{saturated(narrow_rescaled(first, factor_of(0.5F))),
                    saturated(narrow_rescaled(second, factor_of(0.3F)))}));
}

TEST(Int16Folding, DepthwiseConvolutionAddsUpIn64Bits) {
  const Shorts x{123, -321};
  EXPECT_EQ(values_of<std::int16_t>(run(conv_file(4, nullptr), {raw(x)})[0]),
            (Shorts{saturated(wide_rescaled(12300, factor_of(0.5F))),
                    saturated(wide_rescaled(32100, factor_of(0.3F)))}));
  const TensorText wide = plain({2}, TensorType::kInt64, raw<std::int64_t>({1000, -2000}));
  EXPECT_EQ(values_of<std::int16_t>(run(conv_file(4, &wide), {raw(x)})[0]),
            (Shorts{saturated(wide_rescaled(13300, factor_of(0.5F))),
                    saturated(wide_rescaled(30100, factor_of(0.3F)))}));
}

FileText unary(std::int32_t code, float in, float out, std::int64_t zero = 0) {
  return one_operator(code, {quantised({4}, kShort, in, zero), quantised({4}, kShort, out, zero)});
}

Shorts run_unary(const FileText& file, const Shorts& x) {
  return values_of<std::int16_t>(run(file, {raw(x)})[0]);
}

TEST(Int16Folding, SigmoidsFollowTheRealOnesAtEveryKindOfScale) {
  const Shorts x{-20000, -300, 7, 32767};
  for (const float scale : {1.0F / 4096, 1.0F / 2048, 0.00031F, 1.0F / 65536, 2.0F}) {
    const Shorts logistic = run_unary(unary(14, scale, 1.0F / 32768), x);
    const Shorts tangent = run_unary(unary(28, scale, 1.0F / 32768), x);
    ASSERT_EQ(logistic.size() + tangent.size(), 8U);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double real = x[i] * static_cast<double>(scale);
      EXPECT_NEAR(logistic[i], std::min(32767.0, 32768 / (1 + std::exp(-real))), 10) << scale;
      EXPECT_NEAR(tangent[i], std::clamp(32768 * std::tanh(real), -32768.0, 32767.0), 20) << scale;
    }
  }
}

TEST(Int16Folding, RectifiersRescaleOrClamp) {
  EXPECT_EQ(run_unary(unary(19, 0.5F, 0.25F), {-5, 0, 9, 20000}), (Shorts{0, 0, 18, 32767}));
  EXPECT_EQ(run_unary(unary(21, 0.5F, 0.25F), {-5, 0, 9, 20000}), (Shorts{0, 0, 9, 12}));
  FileText leaky = unary(98, 0.5F, 0.5F, 100);
  leaky.operators[0].options_type = tflite::BuiltinOptions_LeakyReluOptions;
  leaky.operators[0].options = [](test::Builder& fbb) {
    return tflite::CreateLeakyReluOptions(fbb, -0.25F).Union();
  };
  // Above 100 as it is; below, a quarter on the other side.
  EXPECT_EQ(run_unary(leaky, {100, 300, 60, -300}), (Shorts{100, 300, 110, 200}));
}

FileText softmax_file(TensorType in, float in_scale, float out_scale, std::int64_t out_zero) {
  return one_operator(
      25, {quantised({1, 4}, in, in_scale), quantised({1, 4}, kShort, out_scale, out_zero)}, 9,
      test::softmax_options(1.0F));
}

TEST(Int16Folding, SoftmaxFollowsTheRealOne) {
  const Shorts x{3000, 2000, -8000, 2990};
  const Shorts y =
      values_of<std::int16_t>(run(softmax_file(kShort, 0.001F, 1.0F / 32768, 0), {raw(x)})[0]);
  const auto narrow = values_of<std::int16_t>(
      run(softmax_file(TensorType::kInt8, 0.1F, 1.0F / 65536, -32768), {{30, 20, 0xB0, 29}})[0]);
  ASSERT_EQ(y.size() + narrow.size(), 8U);
  double total = 0, narrow_total = 0;
  for (const int value : x)
    total += std::exp(value / 1000.0);
  for (const int value : {30, 20, -80, 29})
    narrow_total += std::exp(value / 10.0);
  for (std::size_t i = 0; i < 4; ++i) {
    const int small = std::vector<int>{30, 20, -80, 29}[i];
    EXPECT_NEAR(y[i], 32768 * std::exp(x[i] / 1000.0) / total, 4) << i;
    EXPECT_NEAR(narrow[i], 65536 * std::exp(small / 10.0) / narrow_total - 32768, 4) << i;
  }
}

TEST(Int16Folding, SoftmaxTablesInterpolateWithinOneStep) {
  const Shorts exponential = softmax_exp_table(), reciprocal = softmax_reciprocal_table();
  ASSERT_EQ(exponential.size(), plan::kInt16TableEntries);
  ASSERT_EQ(reciprocal.size(), plan::kInt16TableEntries);
  EXPECT_EQ(exponential.back(), 32767);
  EXPECT_EQ(reciprocal.front(), 32767);
  EXPECT_EQ(reciprocal.back(), 16384);
  for (int i = 0; i < 1024; ++i) {  // entries and the middles between them
    const auto at = static_cast<std::size_t>(i / 2);
    const double e = i % 2 == 0 ? exponential[at] : (exponential[at] + exponential[at + 1]) / 2.0;
    const double r = i % 2 == 0 ? reciprocal[at] : (reciprocal[at] + reciprocal[at + 1]) / 2.0;
    EXPECT_NEAR(e, 32768 * std::exp(-10 + 10 * i / 1024.0), 2.0) << i;
    EXPECT_NEAR(r, 32768 / (1 + i / 1024.0), 2.0) << i;
  }
}

TEST(Int16Folding, ElementwiseAndReducingOperatorsKeepTheirMeaning) {
  const std::vector<TensorText> pair{quantised({2}, kShort, 0.5F), quantised({2}, kShort, 0.25F),
                                     quantised({2}, kShort, 0.125F)};
  const std::vector<Bytes> inputs{raw<std::int16_t>({100, -7}), raw<std::int16_t>({6, 2})};
  EXPECT_EQ(values_of<std::int16_t>(run(one_operator(0, pair), inputs)[0]), (Shorts{412, -24}));
  EXPECT_EQ(values_of<std::int16_t>(run(one_operator(41, pair), inputs)[0]), (Shorts{388, -32}));
  EXPECT_EQ(values_of<std::int16_t>(run(one_operator(18, pair), inputs)[0]), (Shorts{600, -14}));
  const FileText mean = one_operator(
      40, {quantised({2, 2}, kShort, 0.5F), plain({1}, TensorType::kInt32, raw<std::int32_t>({1})),
           quantised({2}, kShort, 0.5F)});
  EXPECT_EQ(values_of<std::int16_t>(run(mean, {raw<std::int16_t>({10, 20, -3000, -1000})})[0]),
            (Shorts{15, -2000}));
}

TEST(Uint8Folding, ModelsMayHaveUint8Ends) {
  FileText file = one_operator(114, {quantised({3}, TensorType::kUint8, 0.5F, 128),
                                     quantised({3}, TensorType::kInt8, 0.5F)});
  file.tensors.push_back(quantised({3}, TensorType::kUint8, 0.25F, 10));
  file.operators.push_back({114, {1}, {2}, 0, {}});
  file.outputs = {2};
  EXPECT_EQ(run(file, {{128, 130, 0}})[0], (Bytes{10, 14, 0}));
  const FileText to_float = one_operator(
      6, {quantised({2}, TensorType::kUint8, 0.5F, 100), plain({2}, TensorType::kFloat32)});
  EXPECT_EQ(values_of<float>(run(to_float, {{0, 255}})[0]), (std::vector<float>{-50.0F, 77.5F}));
}

TEST(Float16Folding, ConstantsBecomeFloat32) {
  // 1, -2, the smallest subnormal, the largest number, -0, infinity, 0.1 rounded.
  const std::vector<std::uint16_t> halves{0x3C00, 0xC000, 0x0001, 0x7BFF, 0x8000, 0x7C00, 0x2E66};
  const auto bytes = write_tflite(one_operator(
      6, {plain({7}, TensorType::kFloat16, raw(halves)), plain({7}, TensorType::kFloat32)}));
  const auto model = read_model(bytes);
  ASSERT_TRUE(model.ok()) << model.error().what;
  const OperatorView view(model->graphs[0], 0);
  ASSERT_TRUE(kDequantizeKind.supports(view));
  ConstantPool pool;
  const auto folded = kDequantizeKind.fold(view, pool);
  ASSERT_TRUE(folded.ok()) << folded.error().what;
  ASSERT_TRUE(folded->constant.has_value());
  const std::vector<float> expected{1.0F,
                                    -2.0F,
                                    std::ldexp(1.0F, -24),
                                    65504.0F,
                                    -0.0F,
                                    std::numeric_limits<float>::infinity(),
                                    0.0999755859375F};
  EXPECT_EQ(*folded->constant, raw(expected));  // bit by bit
}

TEST(Float16Folding, APlanHasTheConstantInsteadOfTheOperator) {
  FileText file =
      one_operator(6, {plain({2}, TensorType::kFloat16, raw<std::uint16_t>({0x3C00, 0xC000})),
                       plain({2}, TensorType::kFloat32)});
  file.tensors.push_back(plain({2}, TensorType::kFloat32));
  file.tensors.push_back(plain({2}, TensorType::kFloat32));
  file.operators.push_back({0, {2, 1}, {3}, 0, {}});
  file.inputs = {2};
  file.outputs = {3};
  EXPECT_EQ(values_of<float>(run(file, {raw<float>({0.5F, 10.0F})})[0]),
            (std::vector<float>{1.5F, 8.0F}));
  const auto model = compile(write_tflite(file), "half.tflite");
  ASSERT_TRUE(model.ok()) << model.error().what;
  EXPECT_EQ(model->operators.size(), 1U);
}

TEST(Float16Folding, ActivationsHaveNoKernel) {
  const auto compiled = compile(write_tflite(one_operator(6, {plain({7}, TensorType::kFloat16),
                                                              plain({7}, TensorType::kFloat32)})),
                                "half.tflite");
  ASSERT_FALSE(compiled.ok());
  EXPECT_THAT(compiled.error().what, HasSubstr("DEQUANTIZE, float16"));
}

MakeOptions pack_options(std::int32_t axis) {
  return [axis](test::Builder& fbb) { return tflite::CreatePackOptions(fbb, 2, axis).Union(); };
}

MakeOptions unpack_options(std::int32_t axis) {
  return [axis](test::Builder& fbb) { return tflite::CreateUnpackOptions(fbb, 2, axis).Union(); };
}

TEST(NewerMovers, PackAndUnpackAlongANewAxis) {
  const TensorText part = quantised({2}, TensorType::kInt8, 0.5F);
  const TensorText whole = quantised({2, 2}, TensorType::kInt8, 0.5F);
  const FileText pack = one_operator(83, {part, part, whole}, 59, pack_options(-1));
  EXPECT_EQ(run(pack, {{1, 2}, {3, 4}})[0], (Bytes{1, 3, 2, 4}));
  const FileText unpack = one_operator(88, {whole, part, part}, 64, unpack_options(1), 2);
  const auto parts = run(unpack, {{1, 3, 2, 4}});
  EXPECT_EQ(parts[0], (Bytes{1, 2}));
  EXPECT_EQ(parts[1], (Bytes{3, 4}));
}

TEST(NewerMovers, SplitVTakesTheSizesOfItsOutputs) {
  const FileText file = one_operator(
      102,
      {quantised({2, 3}, TensorType::kInt8, 0.5F),
       plain({2}, TensorType::kInt32, raw<std::int32_t>({1, 2})),
       plain({1}, TensorType::kInt32, raw<std::int32_t>({-1})),
       quantised({2, 1}, TensorType::kInt8, 0.5F), quantised({2, 2}, TensorType::kInt8, 0.5F)},
      0, nullptr, 2);
  const auto parts = run(file, {{1, 2, 3, 4, 5, 6}});
  EXPECT_EQ(parts[0], (Bytes{1, 4}));
  EXPECT_EQ(parts[1], (Bytes{2, 3, 5, 6}));
}

TEST(Largest, OfPairsAndAlongAxes) {
  const TensorText x = quantised({2, 3}, TensorType::kInt8, 0.5F);
  EXPECT_EQ(run(one_operator(55, {x, quantised({3}, TensorType::kInt8, 0.5F), x}),
                {{1, 0xFE, 3, 4, 5, 0x80}, {2, 0, 0xFF}})[0],
            (Bytes{2, 0, 3, 4, 5, 0xFF}));
  EXPECT_EQ(run(one_operator(57, {x, x, x}), {{1, 2, 3, 4, 5, 6}, {6, 5, 4, 3, 2, 0xFF}})[0],
            (Bytes{1, 2, 3, 3, 2, 0xFF}));
  const TensorText axis = plain({1}, TensorType::kInt32, raw<std::int32_t>({-1}));
  const auto index = run(one_operator(56, {x, axis, plain({2}, TensorType::kInt32)}),
                         {{1, 7, 7, 0x80, 0xFF, 0x81}});
  EXPECT_EQ(values_of<std::int32_t>(index[0]), (std::vector<std::int32_t>{1, 1}));
  EXPECT_EQ(run(one_operator(82, {x, axis, quantised({2}, TensorType::kInt8, 0.5F)}),
                {{1, 7, 7, 0x80, 0xFF, 0x81}})[0],
            (Bytes{7, 0xFF}));
}

struct Refused {
  const char* name;
  FileText file;
  const char* says;
};

class RefusedInt16 : public testing::TestWithParam<Refused> {};

TEST_P(RefusedInt16, NamesTheReason) {
  const auto compiled = compile(write_tflite(GetParam().file), "refused.tflite");
  ASSERT_FALSE(compiled.ok());
  EXPECT_EQ(compiled.error().blame, Blame::kModel) << compiled.error().what;
  EXPECT_THAT(compiled.error().what, HasSubstr(GetParam().says));
}

std::vector<Refused> refused_files() {
  const TensorText narrow = plain({2}, TensorType::kInt32, raw<std::int32_t>({1, 2}));
  const TensorText wide = plain({2}, TensorType::kInt64, raw<std::int64_t>({1, 2}));
  const TensorText x = quantised({2, 3}, TensorType::kInt8, 0.5F);
  const TensorText axis = plain({1}, TensorType::kInt32, raw<std::int32_t>({2}));
  FileText shifted = conv_file(3, &wide);
  shifted.tensors[0].zero_points = {1};
  FileText pair = one_operator(18, {quantised({2}, kShort, 0.5F), quantised({2}, kShort, 0.5F, 3),
                                    quantised({2}, kShort, 0.5F)});
  const TensorText half = quantised({3}, TensorType::kInt8, 0.5F);
  return {
      {"DepthwiseNarrowBias", conv_file(4, &narrow), "DEPTHWISE_CONV_2D, int16"},
      {"ConvZeroPoint", shifted, "operator 0 (CONV_2D) has int16 values with zero points of 1"},
      {"ConvWideFactor", conv_file(3, &wide, 100.0F, 0.01F), "rescales sums of 64 bits by 2^7"},
      {"MulZeroPoint", pair, "operator 0 (MUL) has int16 values with zero points of 3"},
      {"HardSwish", unary(117, 0.5F, 0.5F), "HARD_SWISH, int16"},
      {"LogisticOutput", unary(14, 0.5F, 0.5F), "needs an output of scale 1/32768"},
      {"LogisticZeroPoint", unary(14, 0.5F, 1.0F / 32768, 4), "zero points of 4 and 4"},
      {"TanhScale", unary(28, 3.0F, 1.0F / 32768), "has an input scale too large"},
      {"ReluZeroPoint", unary(19, 0.5F, 0.5F, -1), "zero points of -1 and -1"},
      {"SoftmaxOutput", softmax_file(kShort, 0.5F, 1.0F / 256, 0),
       "scale 1/32768 and zero point 0"},
      {"SoftmaxScale", softmax_file(kShort, 20.0F, 1.0F / 32768, 0), "input scale too large"},
      {"SoftmaxToInt16", softmax_file(TensorType::kInt8, 0.5F, 1.0F / 65536, 0),
       "scale 1/65536 and zero point -32768"},
      {"Uint8ToInt16",
       one_operator(114, {quantised({2}, TensorType::kUint8, 0.5F), quantised({2}, kShort, 0.5F)}),
       "QUANTIZE, uint8"},
      {"ArgMaxAxis", one_operator(56, {x, axis, plain({2}, TensorType::kInt32)}),
       "goes along axis 2 of 2"},
      {"ArgMaxShape",
       one_operator(56, {x, plain({1}, TensorType::kInt32, raw<std::int32_t>({0})),
                         plain({2}, TensorType::kInt32)}),
       "operator 0 (ARG_MAX) has an output whose shape"},
      {"ReduceMaxQuantisation",
       one_operator(82, {x, plain({1}, TensorType::kInt32, raw<std::int32_t>({0})),
                         quantised({3}, TensorType::kInt8, 0.25F)}),
       "operator 0 (REDUCE_MAX) has different quantisation"},
      {"MaximumShape", one_operator(55, {x, quantised({2}, TensorType::kInt8, 0.5F), x}),
       "operator 0 (MAXIMUM) has inputs and output whose shapes"},
      {"PackShape",
       one_operator(83, {half, half, quantised({3, 3}, TensorType::kInt8, 0.5F)}, 59,
                    pack_options(0)),
       "operator 0 (PACK) has shapes that are not 2 tensors along axis 0"},
      {"UnpackAxis", one_operator(88, {x, half, half}, 64, unpack_options(2), 2),
       "operator 0 (UNPACK) goes along axis 2"},
      {"SplitVSizes",
       one_operator(
           102,
           {x, plain({2}, TensorType::kInt32, raw<std::int32_t>({1, 2})),
            plain({1}, TensorType::kInt32, raw<std::int32_t>({1})),
            quantised({2, 1}, TensorType::kInt8, 0.5F), quantised({2, 1}, TensorType::kInt8, 0.5F)},
           0, nullptr, 2),
       "operator 0 (SPLIT_V) has outputs that are not parts of its input along axis 1"},
  };
}

INSTANTIATE_TEST_SUITE_P(Operators, RefusedInt16, testing::ValuesIn(refused_files()),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace hil::model
