// SPDX-License-Identifier: Apache-2.0
// Reading a plan's parts, and reading what is not there.
#include "protocol/plan/view.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/protocol/plan/small_plan.hpp"

namespace hil::plan {
namespace {

using testing::Bytes;
using testing::SmallPlan;

std::string text(std::span<const char> chars) {
  return {chars.begin(), chars.end()};
}

TEST(PlanView, ReadsWhatTheBuilderWrote) {
  SmallPlan small;
  const Bytes blob = small.build();
  const PlanView plan(blob);
  ASSERT_EQ(plan.tensor_count(), small.builder.tensors.size());
  EXPECT_EQ(plan.tensor(small.conv).dims[3], 6);
  EXPECT_EQ(plan.tensor(small.image).zero_point, -3);
  ASSERT_EQ(plan.subgraph_count(), 1u);
  const SubgraphRecord graph = plan.subgraph(0);
  EXPECT_EQ(plan.index(graph.first_input), small.image);
  EXPECT_EQ(plan.index(graph.first_output), small.scores);
  EXPECT_EQ(text(plan.name(0)), "ta");
  EXPECT_EQ(text(plan.name(12)), "tm");
  EXPECT_TRUE(plan.name(13).empty());
}

TEST(PlanView, WalksTheOperators) {
  SmallPlan small;
  const Bytes blob = small.build();
  const PlanView plan(blob);
  OperatorCursor cursor = plan.operators(plan.subgraph(0));
  std::vector<Opcode> opcodes;
  OperatorView op;
  while (cursor.next(op))
    opcodes.push_back(op.opcode());
  EXPECT_TRUE(cursor.at_end());
  const std::vector<Opcode> expected{
      Opcode::kConv2d,  Opcode::kDepthwiseConv2d, Opcode::kAdd,    Opcode::kAveragePool2d,
      Opcode::kReshape, Opcode::kFullyConnected,  Opcode::kSoftmax};
  EXPECT_EQ(opcodes, expected);
}

TEST(PlanView, ReadsOperandsAndParameters) {
  SmallPlan small;
  const Bytes blob = small.build();
  const PlanView plan(blob);
  OperatorCursor cursor = plan.operators(plan.subgraph(0));
  OperatorView op;
  ASSERT_TRUE(cursor.next(op));
  EXPECT_EQ(op.input(0), small.image);
  EXPECT_EQ(op.input(2), small.conv_bias);
  EXPECT_EQ(op.input(3), kNoTensor);
  EXPECT_EQ(op.output(0), small.conv);
  EXPECT_EQ(op.output(1), kNoTensor);
  EXPECT_EQ(op.params_bytes(), sizeof(ConvParams));
  EXPECT_EQ(op.params<ConvParams>().output_zero_point, 5);
  ASSERT_TRUE(cursor.next(op));
  EXPECT_EQ(op.input(2), kNoTensor);  // no bias
}

TEST(PlanView, ReadsNothingOutsideThePlan) {
  const Bytes blob = SmallPlan().build();
  const PlanView plan(blob);
  EXPECT_EQ(plan.tensor(60000).rank, 0);
  EXPECT_EQ(plan.index(60000), kNoTensor);
  EXPECT_EQ(plan.subgraph(3).operator_count, 0);
  EXPECT_EQ(plan.state_count(), 0u);
  EXPECT_TRUE(plan.constant(0xFFFF'FFFF, 1).empty());
  EXPECT_TRUE(plan.constant(0, 1 << 20).empty());
  EXPECT_TRUE(plan.section(static_cast<SectionType>(500)).empty());
  EXPECT_TRUE(OperatorView().params<ConvParams>().stride_h == 0);
}

TEST(PlanView, AnyPrefixCanBeRead) {
  const Bytes blob = SmallPlan().build();
  for (std::size_t size = 0; size < blob.size(); ++size) {
    const Bytes cut(blob.begin(), blob.begin() + static_cast<std::ptrdiff_t>(size));
    const PlanView plan(cut);
    OperatorCursor cursor = plan.operators(plan.subgraph(0));
    OperatorView op;
    std::uint32_t count = 0;
    while (cursor.next(op))
      ++count;
    EXPECT_LE(count, 7u);
    for (std::uint32_t i = 0; i < 20; ++i)
      EXPECT_LE(plan.name(i).size(), 2u);
  }
}

TEST(OperatorCursor, StopsAtRecordsThatDoNotFit) {
  for (const int size : {0, 4, 6, 7, 10, 16, 65535}) {
    Bytes bytes;
    testing::append(bytes, OperatorRecord{static_cast<std::uint16_t>(size), Opcode::kAdd, 0, 0, 0});
    testing::append(bytes, std::uint32_t{0});
    OperatorCursor cursor{bytes};
    OperatorView op;
    EXPECT_FALSE(cursor.next(op)) << size;
    EXPECT_FALSE(cursor.at_end()) << size;
  }
}

TEST(ElementCount, KnowsItsLimits) {
  TensorRecord tensor{};
  tensor.type = ElementType::kInt32;
  for (auto& dim : tensor.dims)
    dim = 1;
  EXPECT_EQ(element_count(tensor), 1u);  // rank 0
  EXPECT_EQ(tensor_bytes(tensor), 4u);
  tensor.rank = 6;
  tensor.dims[0] = kMaxDimension;
  tensor.dims[5] = 127;
  EXPECT_EQ(element_count(tensor), 127u << 24);
  EXPECT_EQ(tensor_bytes(tensor), (std::uint64_t{127} << 24) * 4);
  tensor.dims[5] = 128;
  EXPECT_EQ(element_count(tensor), 0u);  // 2^31
  tensor.dims[5] = 1;
  tensor.dims[0] = kMaxDimension + 1;
  EXPECT_EQ(element_count(tensor), 0u);
  tensor.dims[0] = 0;
  EXPECT_EQ(element_count(tensor), 0u);
}

}  // namespace
}  // namespace hil::plan
