// SPDX-License-Identifier: Apache-2.0
// What operators become in the plan: exact products, geometry, and refusals in words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>

#include "host/model/model.hpp"
#include "host/model/quantise.hpp"
#include "protocol/plan/view.hpp"
#include "tests/host/model/tflite_builder.hpp"

namespace hil::model {
namespace {

using test::FileText;
using test::small_network;
using test::write_tflite;
using testing::HasSubstr;

/// A compiled file and access to its plan.
class Compiled {
 public:
  explicit Compiled(const FileText& file) {
    auto result = compile(write_tflite(file), "test.tflite");
    EXPECT_TRUE(result.ok()) << result.error().what;
    if (result.ok()) model = std::move(result).value();
    view = plan::PlanView(model.plan);
  }

  /// Parameters of operator @p index.
  template <class Params>
  [[nodiscard]] Params params(std::uint32_t index) const {
    plan::OperatorCursor cursor = view.operators(view.subgraph(0));
    plan::OperatorView op;
    for (std::uint32_t i = 0; i <= index; ++i)
      EXPECT_TRUE(cursor.next(op)) << i;
    return op.params<Params>();
  }

  /// Multiplier of channel @p channel.
  [[nodiscard]] std::int32_t multiplier(std::uint32_t offset, std::uint32_t channel) const {
    return plan::load_at<std::int32_t>(view.section(plan::SectionType::kConstants),
                                       offset + 4 * std::size_t{channel});
  }

  CompiledModel model;
  plan::PlanView view;
};

/// One FULLY_CONNECTED, 1x3 to 1x2.
FileText fully_connected(float in, std::vector<float> weights, float out) {
  FileText file;
  file.tensors = {
      {.shape = {1, 3}, .scales = {in}},
      {.shape = {2, 3},
       .scales = weights,
       .zero_points = std::vector<std::int64_t>(weights.size()),
       .data = {1, 2, 3, 4, 5, 6}},
      {.shape = {1, 2}, .scales = {out}},
  };
  file.operators = {{9, {0, 1}, {2}, 8, test::fully_connected_options()}};
  file.inputs = {0};
  file.outputs = {2};
  return file;
}

constexpr float kIn = 0.1F;
constexpr float kWeights = 0.3F;
constexpr float kOut = 0.7F;

TEST(Folding, FullyConnectedPerTensorMultipliesScalesInFloat32) {
  const Compiled compiled(fully_connected(kIn, {kWeights}, kOut));
  const auto params = compiled.params<plan::FullyConnectedParams>(0);
  const float product = kIn * kWeights;
  const auto expected = rescale_of(static_cast<double>(product) / static_cast<double>(kOut));
  const auto in_double = rescale_of(static_cast<double>(kIn) * static_cast<double>(kWeights) /
                                    static_cast<double>(kOut));
  ASSERT_NE(expected.multiplier, in_double.multiplier);  // else the case shows nothing
  EXPECT_EQ(compiled.multiplier(params.multiplier_offset, 0), expected.multiplier);
  EXPECT_EQ(compiled.multiplier(params.multiplier_offset, 1), expected.multiplier);
}

TEST(Folding, FullyConnectedPerChannelMultipliesScalesInDouble) {
  const Compiled compiled(fully_connected(kIn, {kWeights, 0.2F}, kOut));
  const auto params = compiled.params<plan::FullyConnectedParams>(0);
  const auto expected = rescale_of(static_cast<double>(kIn) * static_cast<double>(kWeights) /
                                   static_cast<double>(kOut));
  EXPECT_EQ(compiled.multiplier(params.multiplier_offset, 0), expected.multiplier);
}

TEST(Folding, FullyConnectedTakesAPerTensorZeroPointOfItsWeights) {
  FileText file = fully_connected(kIn, {kWeights}, kOut);
  file.tensors[1].zero_points = {-24};
  EXPECT_EQ(Compiled(file).params<plan::FullyConnectedParams>(0).weights_zero_point, -24);
  file = fully_connected(kIn, {kWeights, kWeights}, kOut);
  file.tensors[1].zero_points = {-24, -24};  // the reference ignores them per channel
  EXPECT_EQ(Compiled(file).params<plan::FullyConnectedParams>(0).weights_zero_point, 0);
}

TEST(Folding, AddComputesInDouble) {
  const Compiled compiled(small_network());
  const auto params = compiled.params<plan::AddParams>(2);
  const double twice_max = 2.0 * 0.5;
  const auto output = rescale_of(twice_max / (1048576.0 * 0.5));
  EXPECT_EQ(params.a.multiplier, 1 << 30);
  EXPECT_EQ(params.a.shift, 0);   // 0.5 / 1
  EXPECT_EQ(params.b.shift, -1);  // 0.25 / 1
  EXPECT_EQ(params.output.multiplier, output.multiplier);
  EXPECT_EQ(params.output.shift, output.shift);
  EXPECT_EQ(params.zero_point_a, 1);
  EXPECT_EQ(params.output_zero_point, 7);
}

TEST(Folding, ConvolutionCarriesGeometryRangeAndOneFactorPerChannel) {
  const Compiled compiled(small_network());
  const auto params = compiled.params<plan::ConvParams>(0);
  EXPECT_EQ(params.pad_top, 1);
  EXPECT_EQ(params.pad_bottom, 1);
  EXPECT_EQ(params.input_zero_point, -3);
  EXPECT_EQ(params.activation_min, 5);  // ReLU at the output's zero point
  EXPECT_EQ(params.activation_max, 127);
  const auto third = rescale_of(0.5 * static_cast<double>(0.03F) / 0.5);
  EXPECT_EQ(compiled.multiplier(params.multiplier_offset, 2), third.multiplier);
}

TEST(Folding, SoftmaxScalesToFiveIntegerBits) {
  const Compiled compiled(small_network());
  const auto params = compiled.params<plan::SoftmaxParams>(6);
  EXPECT_EQ(params.beta.multiplier, 1 << 30);
  EXPECT_EQ(params.beta.shift, 24);       // 0.125 * 2^26 = 2^23
  EXPECT_EQ(params.diff_min, -(31 * 4));  // 31 * 2^26 / 2^24
}

TEST(Folding, MacsAreCountedPerOperator) {
  const Compiled compiled(small_network());
  const std::uint64_t conv = 36 * 4 * 9 * 2;
  const std::uint64_t depthwise = 36 * 4 * 9;
  const std::uint64_t fully_connected_macs = 4 * 36;
  EXPECT_EQ(compiled.model.macs, conv + depthwise + fully_connected_macs);
  EXPECT_EQ(compiled.view.header().work, compiled.model.macs);
}

struct Refusal {
  const char* name;
  std::function<void(FileText&)> change;
  const char* says;
};

class RefusedFold : public testing::TestWithParam<Refusal> {};

TEST_P(RefusedFold, NamesTheOperatorAndTheReason) {
  FileText file = small_network();
  GetParam().change(file);
  const auto compiled = compile(write_tflite(file), "refused.tflite");
  ASSERT_FALSE(compiled.ok());
  EXPECT_EQ(compiled.error().blame, Blame::kModel) << compiled.error().what;
  EXPECT_THAT(compiled.error().what, HasSubstr(GetParam().says));
  EXPECT_FALSE(compiled.error().hint.empty());
}

constexpr std::int32_t kHuge = 1 << 20;

INSTANTIATE_TEST_SUITE_P(
    Operators, RefusedFold,
    testing::Values(
        Refusal{"NoQuantisation", [](FileText& f) { f.tensors[0].scales = {}; },
                "operator 0 (CONV_2D) needs quantisation, but tensor 0 (input) has none"},
        Refusal{"ScaleZero", [](FileText& f) { f.tensors[3].scales = {0.0F}; },
                "operator 0 (CONV_2D) cannot use scale 0"},
        Refusal{"ConvOutputShape",
                [](FileText& f) {
                  f.tensors[3].shape = {1, 6, 5, 4};
                },
                "operator 0 (CONV_2D) should have an output of 1x6x6x4, the file says otherwise"},
        Refusal{"ConvStride",
                [](FileText& f) { f.operators[0].options = test::conv_options(Padding::kSame, 0); },
                "operator 0 (CONV_2D) has a filter, stride"},
        Refusal{
            "ConvStrideHuge",
            [](FileText& f) { f.operators[0].options = test::conv_options(Padding::kSame, kHuge); },
            "operator 0 (CONV_2D) has a filter, stride"},
        Refusal{"ConvPadding",
                [](FileText& f) {
                  f.operators[0].options = test::conv_options(static_cast<Padding>(3));
                },
                "operator 0 (CONV_2D) has a filter, stride, dilation or padding"},
        Refusal{"ConvActivation",
                [](FileText& f) {
                  f.operators[0].options = test::conv_options(Padding::kSame, 1, Activation::kTanh);
                },
                "operator 0 (CONV_2D) has a fused activation"},
        Refusal{"ConvGroups",
                [](FileText& f) {
                  f.tensors[0].shape = {1, 6, 6, 3};
                },
                "operator 0 (CONV_2D) has channels that do not divide"},
        Refusal{"ConvBias",
                [](FileText& f) {
                  f.tensors[2].shape = {3};
                  f.tensors[2].scales = {1.0F};
                  f.tensors[2].zero_points = {0};
                  f.tensors[2].data.resize(12);
                },
                "operator 0 (CONV_2D) needs a bias of 4 values"},
        Refusal{"ConvRank",
                [](FileText& f) {
                  f.tensors[0].shape = {6, 6, 2};
                },
                "operator 0 (CONV_2D) needs an input and weights of four dimensions"},
        Refusal{"ConvFactorTooLarge",
                [](FileText& f) {
                  f.tensors[0].scales = {1e30F};
                  f.tensors[3].scales = {1e-20F};
                },
                "operator 0 (CONV_2D) rescales by 1e+"},
        Refusal{"DepthwiseMultiplier",
                [](FileText& f) {
                  f.operators[1].options = test::depthwise_options(Padding::kSame, 2);
                },
                "operator 1 (DEPTHWISE_CONV_2D) cannot make 4 channels of 4 with a multiplier of"},
        Refusal{"AddShapes",
                [](FileText& f) {
                  f.tensors[7].shape = {1, 6, 6, 5};
                },
                "operator 2 (ADD) has inputs and output whose shapes"},
        Refusal{"AddScale", [](FileText& f) { f.tensors[7].scales = {1e-7F}; },
                "operator 2 (ADD) has an output scale too small"},
        Refusal{"PoolQuantisation", [](FileText& f) { f.tensors[8].zero_points = {6}; },
                "operator 3 (AVERAGE_POOL_2D) has different quantisation"},
        Refusal{"PoolShape",
                [](FileText& f) {
                  f.tensors[8].shape = {1, 3, 3, 5};
                },
                "operator 3 (AVERAGE_POOL_2D) should have an output of 1x3x3x4, the file says "
                "otherwise"},
        Refusal{"ReshapeCount",
                [](FileText& f) {
                  f.tensors[10].shape = {1, 35};
                },
                "operator 4 (RESHAPE) has an output with another number"},
        Refusal{"FullyConnectedShape",
                [](FileText& f) {
                  f.tensors[12].shape = {4, 1};
                },
                "operator 5 (FULLY_CONNECTED) has shapes that do not fit weights of 4x36"},
        Refusal{"SoftmaxScale", [](FileText& f) { f.tensors[13].scales = {1.0F / 128.0F}; },
                "operator 6 (SOFTMAX) needs an output of scale 1/256"},
        Refusal{"SoftmaxBeta",
                [](FileText& f) { f.operators[6].options = test::softmax_options(0.0F); },
                "operator 6 (SOFTMAX) has an input scale or beta too small"},
        Refusal{"SoftmaxBetaNan",
                [](FileText& f) {
                  f.operators[6].options =
                      test::softmax_options(std::numeric_limits<float>::quiet_NaN());
                },
                "operator 6 (SOFTMAX) has an input scale or beta too small"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace hil::model
