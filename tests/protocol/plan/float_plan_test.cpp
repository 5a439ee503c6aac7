// SPDX-License-Identifier: Apache-2.0
// The validator on float32 and hybrid operators: each check is tripped by one change.
#include <gtest/gtest.h>

#include <cfloat>
#include <cmath>
#include <functional>
#include <limits>
#include <ostream>
#include <random>
#include <string>

#include "tests/protocol/plan/float_plan.hpp"

namespace hil::plan {
namespace {

using testing::Bytes;
using testing::FloatPlan;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

struct Case {
  std::string name;
  Fault fault;
  std::function<void(FloatPlan&)> change;
};

void PrintTo(const Case& test_case, std::ostream* out) {
  *out << test_case.name;
}

/// Changes the parameters of the operator at @p op.
template <class Params>
Case params_case(std::string name, Fault fault, std::size_t FloatPlan::*op,
                 std::function<void(Params&)> change) {
  return {std::move(name), fault, [op, change](FloatPlan& plan) {
            Bytes& operators = plan.builder.operators;
            const auto head = testing::peek<OperatorRecord>(operators, plan.*op);
            const std::size_t at = plan.*op + sizeof(OperatorRecord) +
                                   (std::size_t{head.input_count} + head.output_count + 1) / 2 * 4;
            auto params = testing::peek<Params>(operators, at);
            change(params);
            testing::poke(operators, at, params);
          }};
}

/// Puts operand @p position (inputs, then outputs) on a fresh tensor.
Case operand_case(std::string name, Fault fault, std::size_t FloatPlan::*op, std::size_t position,
                  std::vector<std::int32_t> dims, ElementType type = ElementType::kFloat32) {
  return {std::move(name), fault, [op, position, dims, type](FloatPlan& plan) {
            const auto index = plan.builder.arena_tensor({4096});
            TensorRecord& record = plan.builder.tensors[index];
            record.type = type;
            record.rank = static_cast<std::uint8_t>(dims.size());
            record.dims[0] = 1;
            for (std::size_t i = 0; i < dims.size(); ++i)
              record.dims[i] = dims[i];
            const std::size_t at = plan.*op + sizeof(OperatorRecord) + position * 2;
            testing::poke(plan.builder.operators, at, index);
          }};
}

void add_conv_cases(std::vector<Case>& cases) {
  using P = FloatConvParams;
  const auto both = [&](const std::string& name, Fault fault, std::function<void(P&)> change) {
    cases.push_back(params_case<P>("conv " + name, fault, &FloatPlan::conv_op, change));
    cases.push_back(params_case<P>("depthwise " + name, fault, &FloatPlan::depthwise_op, change));
  };
  both("stride", Fault::kGeometry, [](P& p) { p.stride_h = 0; });
  both("padding", Fault::kGeometry, [](P& p) { p.pad_bottom += 1; });
  both("empty range", Fault::kActivationRange, [](P& p) { p.activation_max = -1.0F; });
  both("range NaN", Fault::kActivationRange, [](P& p) { p.activation_min = kNaN; });
  const auto conv = &FloatPlan::conv_op;
  cases.push_back(params_case<P>("scales outside", Fault::kRescaleBounds, conv,
                                 [](P& p) { p.scale_offset = 0xFFFF'FFFC; }));
  cases.push_back(params_case<P>("scales unaligned", Fault::kRescaleBounds, conv,
                                 [](P& p) { p.scale_offset += 2; }));
  cases.push_back({"scale NaN", Fault::kRescaleRange,
                   [](FloatPlan& plan) { testing::poke(plan.builder.constants, 16, kNaN); }});
  cases.push_back({"scale negative", Fault::kRescaleRange,
                   [](FloatPlan& plan) { testing::poke(plan.builder.constants, 20, -0.5F); }});
  const auto type = Fault::kOperandType;
  cases.push_back(operand_case("conv weights", type, conv, 1, {3, 3, 3, 2}, ElementType::kInt16));
  cases.push_back(operand_case("conv bias", type, conv, 2, {3}, ElementType::kInt32));
  cases.push_back(operand_case("conv output", type, conv, 3, {1, 4, 4, 3}, ElementType::kInt8));
  cases.push_back(operand_case("conv bias length", Fault::kOperandShape, conv, 2, {4}));
  cases.push_back(operand_case("conv channels", Fault::kOperandShape, conv, 1, {4, 3, 3, 2},
                               ElementType::kFloat32));
  cases.push_back(operand_case("conv groups", Fault::kGroups, conv, 0, {1, 4, 4, 3}));
  // An int8 input finds the int8 row: other parameters, which are longer.
  cases.push_back(operand_case("conv input", Fault::kOperatorParameters, conv, 0, {1, 4, 4, 2},
                               ElementType::kInt8));
  cases.push_back(operand_case("conv of int32", type, conv, 0, {1, 4, 4, 2}, ElementType::kInt32));
}

void add_flat_cases(std::vector<Case>& cases) {
  const auto dense = &FloatPlan::dense_op;
  using D = FloatFullyConnectedParams;
  cases.push_back(params_case<D>("dense range", Fault::kActivationRange, dense,
                                 [](D& p) { p.activation_max = kNaN; }));
  cases.push_back(params_case<D>("dense scales", Fault::kRescaleBounds, dense,
                                 [](D& p) { p.scale_offset += 64; }));
  cases.push_back(params_case<D>("dense scale values", Fault::kRescaleRange, dense, [](D& p) {
    p.scale_offset += 12;  // into weights of -3, which are negative as floats
  }));
  cases.push_back(
      operand_case("dense weights", Fault::kOperandType, dense, 1, {5, 3}, ElementType::kInt32));
  cases.push_back(operand_case("dense depth", Fault::kOperandShape, dense, 1, {5, 4}));
  cases.push_back(
      operand_case("dense output", Fault::kOperandType, dense, 3, {1, 5}, ElementType::kInt8));
  cases.push_back(
      operand_case("dense bias", Fault::kOperandType, dense, 2, {5}, ElementType::kInt32));
  const auto add = &FloatPlan::add_op;
  using R = FloatRangeParams;
  cases.push_back(params_case<R>("add range", Fault::kActivationRange, add,
                                 [](R& p) { p.activation_min = 7.0F; }));
  cases.push_back(operand_case("add shape", Fault::kOperandShape, add, 1, {2}));
  cases.push_back(operand_case("add type", Fault::kOperandType, add, 1, {3}, ElementType::kInt8));
  const auto softmax = &FloatPlan::softmax_op;
  using S = FloatSoftmaxParams;
  for (const float beta : {kNaN, -1.0F, std::numeric_limits<float>::infinity()}) {
    cases.push_back(params_case<S>("softmax beta", Fault::kRescaleRange, softmax,
                                   [beta](S& p) { p.beta = beta; }));
  }
  cases.push_back(operand_case("softmax shape", Fault::kOperandShape, softmax, 1, {5}));
  cases.push_back(
      operand_case("softmax type", Fault::kOperandType, softmax, 1, {1, 5}, ElementType::kInt8));
}

void add_pool_cases(std::vector<Case>& cases) {
  const auto pool = &FloatPlan::pool_op;
  using P = FloatPoolParams;
  cases.push_back(params_case<P>("pool window", Fault::kEmptyWindow, pool, [](P& p) {
    p.stride_h = 100;
    p.pad_top = 4;
  }));
  cases.push_back(params_case<P>("pool range", Fault::kActivationRange, pool,
                                 [](P& p) { p.activation_min = kNaN; }));
  cases.push_back(operand_case("pool depth", Fault::kOperandShape, pool, 1, {1, 1, 1, 4}));
  cases.push_back(
      operand_case("pool type", Fault::kOperandType, pool, 1, {1, 1, 1, 3}, ElementType::kInt32));
}

std::vector<Case> broken_cases() {
  std::vector<Case> cases;
  add_conv_cases(cases);
  add_flat_cases(cases);
  add_pool_cases(cases);
  return cases;
}

TEST(FloatPlan, IsValid) {
  const Validation result = validate(FloatPlan().builder.build(), FloatPlan::limits());
  EXPECT_TRUE(result.ok()) << text_of(result.fault) << ", operator " << result.operator_index;
  EXPECT_EQ(result.work, FloatPlan::kConvMacs + FloatPlan::kDepthwiseMacs + FloatPlan::kDenseMacs);
  // Pool 3 x 16, ADD 3, SOFTMAX 3 x 5.
  EXPECT_EQ(result.steps, result.work + 48 + 3 + 15);
}

TEST(FloatPlan, NeedsTheFeatureAndTheKernels) {
  const Bytes blob = FloatPlan().builder.build();
  Limits limits = FloatPlan::limits();
  limits.features = kFeatureInt8;
  EXPECT_EQ(validate(blob, limits).fault, Fault::kFeatures);
  limits = FloatPlan::limits();
  limits.operators.types[9] = kInt8Only;
  const Validation result = validate(blob, limits);
  EXPECT_EQ(result.fault, Fault::kOperatorUnsupported);
  EXPECT_EQ(result.operator_index, 4u);
}

class BrokenFloat : public ::testing::TestWithParam<Case> {};

TEST_P(BrokenFloat, TripsExactlyItsFault) {
  FloatPlan plan;
  GetParam().change(plan);
  const Bytes blob = plan.builder.build();
  const Validation result = validate(blob, FloatPlan::limits());
  EXPECT_EQ(result.fault, GetParam().fault)
      << "got: " << text_of(result.fault) << "; expected: " << text_of(GetParam().fault);
}

std::string test_name(const ::testing::TestParamInfo<Case>& info) {
  std::string name = std::to_string(info.index) + "_";
  for (const char c : info.param.name)
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Validate, BrokenFloat, ::testing::ValuesIn(broken_cases()), test_name);

TEST(FloatPlan, RandomDamageUnderAGoodCrcDoesNoHarm) {
  const Bytes blob = FloatPlan().builder.build();
  std::mt19937 random(71);
  std::size_t refused = 0;
  for (int round = 0; round < 5000; ++round) {
    Bytes damaged = blob;
    for (std::size_t i = random() % 6 + 1; i > 0; --i)
      damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
    testing::reseal(damaged);
    if (!validate(damaged, FloatPlan::limits()).ok()) ++refused;
  }
  EXPECT_GT(refused, 1000u);
}

}  // namespace
}  // namespace hil::plan
