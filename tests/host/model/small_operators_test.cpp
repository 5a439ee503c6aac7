// SPDX-License-Identifier: Apache-2.0
// Tables of operators on single values against plain arithmetic in wide integers, and what folding
// refuses of elementwise, pooling and averaging operators.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <random>

#include "host/model/model.hpp"
#include "host/model/quantise.hpp"
#include "tests/host/model/tflite_builder.hpp"
#include "tests/target/engine/naive.hpp"

namespace hil::model {
namespace {

using engine::testing::naive_divide;
using engine::testing::naive_exp;
using engine::testing::naive_multiply_high;
using engine::testing::naive_newton;
using engine::testing::naive_rescale;
using engine::testing::naive_saturate;
using test::FileText;
using test::write_tflite;
using testing::HasSubstr;

/// Scales and zero points of one operator, and LEAKY_RELU's alpha.
struct Setting {
  float in_scale, out_scale;
  int in_zero, out_zero;
  float alpha;
};

constexpr std::int32_t kRelu = 19, kRelu6 = 21, kLogistic = 14, kTanh = 28, kLeakyRelu = 98,
                       kHardSwish = 117;

test::MakeOptions leaky_options(float alpha) {
  return [alpha](test::Builder& builder) {
    return tflite::CreateLeakyReluOptions(builder, alpha).Union();
  };
}

FileText unary_file(std::int32_t code, const Setting& setting) {
  FileText file;
  file.tensors = {
      {.shape = {256}, .scales = {setting.in_scale}, .zero_points = {setting.in_zero}},
      {.shape = {256}, .scales = {setting.out_scale}, .zero_points = {setting.out_zero}},
  };
  file.operators = {{code, {0}, {1}, 0, {}}};
  if (code == kLeakyRelu) {
    file.operators[0].options_type = tflite::BuiltinOptions_LeakyReluOptions;
    file.operators[0].options = leaky_options(setting.alpha);
  }
  file.inputs = {0};
  file.outputs = {1};
  return file;
}

/// The outputs for -128..127.
std::vector<int> table_of(std::int32_t code, const Setting& setting) {
  const auto model = compile(write_tflite(unary_file(code, setting)), "unary.tflite");
  EXPECT_TRUE(model.ok()) << model.error().what;
  if (!model.ok()) return {};
  auto runner = ReferenceRunner::make(*model);
  std::vector<std::uint8_t> input(256);
  for (int i = 0; i < 256; ++i)
    input[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(i - 128);
  const auto outputs = runner->run(std::vector<std::vector<std::uint8_t>>(1, input));
  std::vector<int> table;
  for (const std::uint8_t byte : outputs->at(0))
    table.push_back(static_cast<std::int8_t>(byte));
  return table;
}

int clamp8(std::int64_t value) {
  return static_cast<int>(std::clamp<std::int64_t>(value, -128, 127));
}

std::int64_t rescaled(std::int64_t value, const plan::Rescale& rescale) {
  return naive_rescale(value, rescale.multiplier, rescale.shift);
}

int plain_relu(int x, const Setting& s) {
  const auto rescale = rescale_of(static_cast<double>(s.in_scale / s.out_scale));
  return clamp8(std::max<std::int64_t>(rescaled(x - s.in_zero, rescale) + s.out_zero, s.out_zero));
}

int plain_relu6(int x, const Setting& s) {
  const int six = std::min<int>(127, static_cast<int>(std::lround(6.0F / s.in_scale)) + s.in_zero);
  return std::min(std::max(x, s.in_zero), six);
}

int plain_leaky_relu(int x, const Setting& s) {
  const int value = x - s.in_zero;
  if (value >= 0) {
    const auto rescale = rescale_of(static_cast<double>(s.in_scale / s.out_scale));
    return clamp8(s.out_zero + rescaled(value, rescale));
  }
  const float product = s.in_scale * s.alpha;
  plan::Rescale rescale = rescale_of(static_cast<double>(product / s.out_scale));
  const bool is_negative = rescale.multiplier < 0;
  if (is_negative) rescale.multiplier = -rescale.multiplier;
  const std::int64_t scaled = rescaled(value, rescale);
  return clamp8(is_negative ? s.out_zero - scaled : s.out_zero + scaled);
}

/// The input of LOGISTIC and TANH with 27 fractional bits; saturated values come back as 15 * 2^27
/// and more.
std::int64_t sigmoid_argument(int x, const Setting& s) {
  const auto rescale = rescale_of(static_cast<double>(s.in_scale) * 134217728.0);
  const double radius = std::floor(15 * 134217728.0 / std::exp2(rescale.shift));
  const int value = x - s.in_zero;
  constexpr std::int64_t kSaturated = std::int64_t{1} << 40;
  if (value <= -radius) return -kSaturated;
  if (value >= radius) return kSaturated;
  return rescaled(value, rescale);
}

int plain_logistic(int x, const Setting& s) {
  const std::int64_t a = sigmoid_argument(x, s);
  if (std::abs(a) > (std::int64_t{15} << 27)) return a < 0 ? -128 : 127;
  const std::int64_t share = a == 0 ? std::int64_t{1} << 30
                                    : naive_saturate(2 * naive_newton(naive_exp(-std::abs(a), 27)));
  return clamp8(naive_divide(a < 0 ? 2147483647 - share : share, 23) - 128);
}

int plain_tanh(int x, const Setting& s) {
  const std::int64_t a = sigmoid_argument(x, s);
  if (std::abs(a) > (std::int64_t{15} << 27)) return a < 0 ? -128 : 127;
  if (a == 0) return 0;
  const std::int64_t newton = naive_newton(naive_exp(-std::abs(a), 26));
  const std::int64_t magnitude = naive_saturate(4 * (newton - (std::int64_t{1} << 29)));
  return clamp8(naive_divide(a < 0 ? -magnitude : magnitude, 24));
}

std::int64_t saturate16(std::int64_t value) {
  return std::clamp<std::int64_t>(value, -32768, 32767);
}

/// a * b / 2^15, halves up, saturated.
std::int64_t multiply_high16(std::int64_t a, std::int64_t b) {
  const auto rounded =
      engine::testing::floor_divide(engine::testing::Wide{a} * b + (engine::testing::Wide{1} << 14),
                                    engine::testing::Wide{1} << 15);
  return saturate16(static_cast<std::int64_t>(rounded));
}

std::int64_t upper_half(std::int32_t multiplier) {
  return std::min<std::int64_t>((std::int64_t{multiplier} + 32768) / 65536, 32767);
}

int plain_hard_swish(int x, const Setting& s) {
  const float fine = s.in_scale / 128.0F;
  const auto output = rescale_of(static_cast<double>(fine / s.out_scale));
  const auto reluish = rescale_of(static_cast<double>(fine / (3.0F / 32768.0F)));
  const std::int64_t value = std::int64_t{x - s.in_zero} * 128;
  const std::int64_t scaled = multiply_high16(value, upper_half(output.multiplier));
  std::int64_t gate = value;
  if (reluish.shift > 0) gate = saturate16(gate * (std::int64_t{1} << (reluish.shift - 1)));
  gate = multiply_high16(gate, upper_half(reluish.multiplier));
  if (reluish.shift > 0) gate = saturate16(gate * 2);
  if (reluish.shift < 0) gate = naive_divide(gate, -reluish.shift);
  const std::int64_t open = (gate + 32768) / 2;  // 0..32767
  const std::int64_t product = open * scaled / 32768;
  return clamp8(naive_divide(product, -output.shift) + s.out_zero);
}

struct Curve {
  const char* name;
  std::int32_t code;
  int (*plain)(int, const Setting&);
};

class UnaryTable : public testing::TestWithParam<Curve> {};

TEST_P(UnaryTable, MatchesThePlainOne) {
  std::mt19937 random(static_cast<std::uint32_t>(GetParam().code));
  std::uniform_real_distribution<float> log_scale(-9, 0), log_ratio(-4, 4), slope(-1.5F, 1.5F);
  std::uniform_int_distribution<int> zero(-128, 127);
  for (int round = 0; round < 200; ++round) {
    Setting setting{};
    setting.in_scale = std::exp2(log_scale(random));
    setting.out_scale = setting.in_scale * std::exp2(log_ratio(random));
    setting.in_zero = round % 3 == 0 ? -128 : zero(random);
    setting.out_zero = GetParam().code == kLogistic ? -128 : zero(random);
    setting.alpha = slope(random);
    const std::vector<int> table = table_of(GetParam().code, setting);
    ASSERT_EQ(table.size(), 256U);
    for (int x = -128; x <= 127; ++x) {
      ASSERT_EQ(table[static_cast<std::size_t>(x + 128)], GetParam().plain(x, setting))
          << "round " << round << ", x " << x << ", scales " << setting.in_scale << ", "
          << setting.out_scale;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Operators, UnaryTable,
                         testing::Values(Curve{"Relu", kRelu, plain_relu},
                                         Curve{"Relu6", kRelu6, plain_relu6},
                                         Curve{"LeakyRelu", kLeakyRelu, plain_leaky_relu},
                                         Curve{"Logistic", kLogistic, plain_logistic},
                                         Curve{"Tanh", kTanh, plain_tanh},
                                         Curve{"HardSwish", kHardSwish, plain_hard_swish}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(UnaryTable, FollowsTheRealCurves) {
  const Setting setting{1.0F / 16, 1.0F / 16, 0, 0, 0};
  const Setting probability{1.0F / 16, 1.0F / 256, 0, -128, 0};
  const std::vector<int> swish = table_of(kHardSwish, setting), tanh = table_of(kTanh, setting);
  const std::vector<int> logistic = table_of(kLogistic, probability);
  for (int x = -128; x <= 127; ++x) {
    const double real = x / 16.0;
    const auto at = static_cast<std::size_t>(x + 128);
    EXPECT_NEAR(swish[at], std::min(127.0, x * std::clamp(real + 3, 0.0, 6.0) / 6), 1.0) << x;
    EXPECT_NEAR(tanh[at], std::min(127.0, 128 * std::tanh(real)), 0.51) << x;
    EXPECT_NEAR(logistic[at], std::min(127.0, 256 / (1 + std::exp(-real)) - 128), 0.51) << x;
  }
}

TEST(UnaryTable, SaturatesAtEnormousScales) {
  // A radius of 0: 0 itself counts as below it in the reference.
  const Setting setting{1e30F, 1.0F / 256, 3, -128, 0};
  const std::vector<int> table = table_of(kLogistic, setting);
  EXPECT_EQ(table[128 + 3], -128);
  EXPECT_EQ(table[128 + 4], 127);
}

/// One operator of two inputs, or one input and constant axes.
FileText pair_file(std::int32_t code, std::vector<std::int32_t> b) {
  FileText file;
  file.tensors = {{.shape = {2, 3}}, {.shape = std::move(b)}, {.shape = {2, 3}}};
  file.operators = {{code, {0, 1}, {2}, 0, {}}};
  file.inputs = {0, 1};
  file.outputs = {2};
  return file;
}

FileText mean_file(const std::vector<std::int32_t>& axes) {
  FileText file = pair_file(40, {static_cast<std::int32_t>(axes.size())});
  file.tensors[1].type = TensorType::kInt32;
  file.tensors[1].scales = {};
  file.tensors[1].zero_points = {};
  file.tensors[1].data.resize(axes.size() * 4);
  std::memcpy(file.tensors[1].data.data(), axes.data(), axes.size() * 4);
  file.tensors[2].shape = {2};
  file.inputs = {0};
  return file;
}

FileText max_pool_file() {
  FileText file;
  file.tensors = {{.shape = {1, 4, 4, 2}}, {.shape = {1, 2, 2, 2}}};
  file.operators = {{17, {0}, {1}, 5, test::pool_options(Padding::kValid, 2, 2)}};
  file.inputs = {0};
  file.outputs = {1};
  return file;
}

TEST(SmallOperators, MeanTakesAxesInAnyForm) {
  for (const auto& axes : std::vector<std::vector<std::int32_t>>{{1}, {-1}, {1, 1}, {-1, 1}}) {
    EXPECT_TRUE(compile(write_tflite(mean_file(axes)), "mean.tflite").ok());
  }
}

struct Refused {
  const char* name;
  FileText file;
  const char* says;
};

class RefusedSmallOperator : public testing::TestWithParam<Refused> {};

TEST_P(RefusedSmallOperator, NamesTheReason) {
  const auto compiled = compile(write_tflite(GetParam().file), "refused.tflite");
  ASSERT_FALSE(compiled.ok());
  EXPECT_EQ(compiled.error().blame, Blame::kModel) << compiled.error().what;
  EXPECT_THAT(compiled.error().what, HasSubstr(GetParam().says));
}

template <class Change>
FileText changed(FileText file, const Change& change) {
  change(file);
  return file;
}

std::vector<Refused> refused_files() {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  const Setting plain{0.5F, 0.5F, 0, -128, 0.5F};
  const auto with_output_shape = [](FileText& f) { f.tensors.back().shape = {16, 16}; };
  return {
      {"SubShapes", pair_file(41, {2}), "operator 0 (SUB) has inputs and output whose shapes"},
      {"MulShapes", pair_file(18, {2}), "operator 0 (MUL) has inputs and output whose shapes"},
      {"SubScale", changed(pair_file(41, {3}), [](FileText& f) { f.tensors[2].scales = {1e-7F}; }),
       "operator 0 (SUB) has an output scale too small"},
      {"MulFactor",
       changed(pair_file(18, {3}), [](FileText& f) { f.tensors[2].scales = {1e-30F}; }),
       "more than 2^30"},
      {"MulQuantisation",
       changed(pair_file(18, {3}), [](FileText& f) { f.tensors[1].scales = {}; }),
       "operator 0 (MUL) needs quantisation"},
      {"MeanAxis", mean_file({2}), "operator 0 (MEAN) goes along axis 2 of 2 dimensions"},
      {"MeanNegativeAxis", mean_file({-3}), "operator 0 (MEAN) goes along axis -3"},
      {"MeanShape", mean_file({0}), "operator 0 (MEAN) has an output whose shape"},
      {"MeanAxesNotConstant",
       changed(mean_file({1}),
               [](FileText& f) {
                 f.tensors[1].data = {};
                 f.inputs = {0, 1};
               }),
       "operator 0 (MEAN) needs constant axes"},
      {"MaxPoolQuantisation",
       changed(max_pool_file(), [](FileText& f) { f.tensors[1].zero_points = {1}; }),
       "operator 0 (MAX_POOL_2D) has different quantisation"},
      {"LogisticZeroPoint", unary_file(kLogistic, {0.5F, 1.0F / 256, 0, 0, 0}),
       "operator 0 (LOGISTIC) needs an output of scale 1/256 and zero point -128"},
      {"LogisticTinyScale", unary_file(kLogistic, {1e-30F, 1.0F / 256, 0, -128, 0}),
       "operator 0 (LOGISTIC) has an input scale too small"},
      {"TanhTinyScale", unary_file(kTanh, {1e-30F, 1.0F / 128, 0, 0, 0}),
       "operator 0 (TANH) has an input scale too small"},
      {"ReluFactor", unary_file(kRelu, {1e20F, 1e-20F, 0, 0, 0}), "more than 2^30"},
      {"Relu6Scale", unary_file(kRelu6, {1e-30F, 1e-30F, 0, 0, 0}),
       "operator 0 (RELU6) has an input scale too small to hold 6"},
      {"LeakyReluAlpha", unary_file(kLeakyRelu, {0.5F, 0.5F, 0, 0, kNan}), "more than 2^30"},
      {"HardSwishScale", unary_file(kHardSwish, {1.0F, 1e-3F, 0, 0, 0}),
       "operator 0 (HARD_SWISH) has an output scale too small"},
      {"ReluShape", changed(unary_file(kRelu, plain), with_output_shape),
       "operator 0 (RELU) needs an output of the same shape"},
      {"HardSwishShape", changed(unary_file(kHardSwish, plain), with_output_shape),
       "operator 0 (HARD_SWISH) needs an output of the same shape"},
  };
}

INSTANTIATE_TEST_SUITE_P(Operators, RefusedSmallOperator, testing::ValuesIn(refused_files()),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace hil::model
