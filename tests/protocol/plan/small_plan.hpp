// SPDX-License-Identifier: Apache-2.0
// One small valid plan that uses every operator of this version; the golden plan is this one.
#pragma once

#include <cstdint>
#include <vector>

#include "protocol/plan/validate.hpp"
#include "tests/protocol/plan/plan_builder.hpp"

namespace hil::plan::testing {

/// @p count values that look arbitrary but are the same everywhere.
inline std::vector<std::int8_t> pattern(std::size_t count, std::uint32_t seed) {
  std::vector<std::int8_t> values(count);
  std::uint32_t state = seed * 2654435761u + 1u;
  for (std::int8_t& value : values) {
    state = state * 1664525u + 1013904223u;
    value = static_cast<std::int8_t>(static_cast<std::int32_t>(state >> 24) - 128);
  }
  return values;
}

/// The builder of the small plan with the byte offsets of its operator records, for breaking it.
/// Image [1,5,4,4] -> CONV_2D (3x3, 2 groups, stride 1, SAME) [1,5,4,6] -> DEPTHWISE_CONV_2D (3x3,
/// stride 2, SAME) [1,3,2,6] -> ADD (a constant [6]) -> AVERAGE_POOL_2D (3x2) [1,1,1,6] ->
/// RESHAPE [1,6] in place -> FULLY_CONNECTED [1,5] -> SOFTMAX [1,5].
struct SmallPlan {
  PlanBuilder builder;
  std::uint16_t image, conv_weights, conv_bias, conv, depthwise_weights, depthwise, addend, sum,
      pooled, flat, dense_weights, dense, scores;
  std::size_t conv_op, depthwise_op, add_op, pool_op, reshape_op, dense_op, softmax_op;

  static constexpr std::uint64_t kConvMacs = 5 * 4 * 6 * (3 * 3 * 2);
  static constexpr std::uint64_t kDepthwiseMacs = 3 * 2 * 6 * (3 * 3);
  static constexpr std::uint64_t kDenseMacs = 5 * 6;

  SmallPlan() {
    add_convolutions();
    add_tail();
    builder.graph({image}, {scores});
    builder.header.work = kConvMacs + kDepthwiseMacs + kDenseMacs;
    for (std::uint8_t i = 0; i < 32; ++i)
      builder.header.model_sha256[i] = i;
    for (std::size_t i = 0; i < builder.tensors.size(); ++i) {
      builder.names.push_back('t');
      builder.names.push_back(static_cast<std::uint8_t>('a' + i));
      builder.names.push_back(0);
    }
  }

  [[nodiscard]] Bytes build() { return builder.build(); }

  /// A memory that holds the plan, with all features and operators of this version.
  [[nodiscard]] static Limits limits() {
    Limits limits;
    limits.arena_bytes = 4096;
    limits.features = kFeatureInt8 | kFeatureState;
    for (const auto& rule : checks::kOperatorRules)
      limits.operators.add(rule.opcode, rule.types);
    return limits;
  }

 private:
  void add_convolutions() {
    image = builder.arena_tensor({1, 5, 4, 4}, -3, 0.25f);
    conv_weights = builder.constant_tensor({6, 3, 3, 2}, pattern(6 * 3 * 3 * 2, 1));
    conv_bias =
        builder.constant_tensor({6}, std::vector<std::int32_t>{100, -250, 0, 4000, -4000, 77});
    conv = builder.arena_tensor({1, 5, 4, 6}, 5, 0.5f);
    ConvParams params{};
    params.stride_h = params.stride_w = params.dilation_h = params.dilation_w = 1;
    params.pad_top = params.pad_left = params.pad_bottom = params.pad_right = 1;
    params.input_zero_point = -3;
    params.output_zero_point = 5;
    params.activation_min = 5;
    params.activation_max = 127;
    params.multiplier_offset = builder.constant(std::vector<std::int32_t>{
        1073741824, 1200000000, 1500000001, 2147483647, 1999999999, 1111111111});
    params.shift_offset = builder.constant(std::vector<std::int8_t>{-8, -9, -7, -10, -8, -9});
    conv_op = builder.op(Opcode::kConv2d, {image, conv_weights, conv_bias}, {conv}, params);

    depthwise_weights = builder.constant_tensor({1, 3, 3, 6}, pattern(3 * 3 * 6, 2));
    depthwise = builder.arena_tensor({1, 3, 2, 6}, -20, 0.5f);
    params.stride_h = params.stride_w = 2;
    params.pad_left = 0;
    params.input_zero_point = 5;
    params.output_zero_point = -20;
    params.activation_min = -128;
    depthwise_op = builder.op(Opcode::kDepthwiseConv2d, {conv, depthwise_weights, kNoTensor},
                              {depthwise}, params);
  }

  void add_tail() {
    addend = builder.constant_tensor({6}, pattern(6, 3));
    sum = builder.arena_tensor({1, 3, 2, 6}, 10, 0.5f);
    const AddParams add{-20,  4,  10, {1073741824, 0}, {1400000000, -2}, {1300000000, -18},
                        -128, 127};
    add_op = builder.op(Opcode::kAdd, {depthwise, addend}, {sum}, add);
    pooled = builder.arena_tensor({1, 1, 1, 6}, 10, 0.5f);
    pool_op = builder.op(Opcode::kAveragePool2d, {sum}, {pooled},
                         PoolParams{3, 2, 3, 2, 0, 0, 0, 0, -128, 127});
    flat = builder.tensor({1, 6}, Memory::kArena, builder.tensors[pooled].offset);
    builder.tensors[flat].scale = 0.5f;
    builder.tensors[flat].zero_point = 10;
    reshape_op = builder.op(Opcode::kReshape, {pooled}, {flat});
    dense_weights = builder.constant_tensor({5, 6}, pattern(5 * 6, 4));
    dense = builder.arena_tensor({1, 5}, 0, 0.125f);
    FullyConnectedParams params{10, 0, 0, -128, 127, 0, 0};
    params.multiplier_offset = builder.constant(std::vector<std::int32_t>(5, 1600000000));
    params.shift_offset = builder.constant(std::vector<std::int8_t>(5, -7));
    dense_op =
        builder.op(Opcode::kFullyConnected, {flat, dense_weights, kNoTensor}, {dense}, params);
    scores = builder.arena_tensor({1, 5}, -128, 1.0f / 256);
    softmax_op =
        builder.op(Opcode::kSoftmax, {dense}, {scores}, SoftmaxParams{{1073741824, 24}, -124});
  }
};

}  // namespace hil::plan::testing
