// SPDX-License-Identifier: Apache-2.0
// A small valid plan of every float32 operator with parameters of its own, half of it hybrid.
#pragma once

#include <cfloat>
#include <vector>

#include "protocol/plan/validate.hpp"
#include "tests/protocol/plan/plan_builder.hpp"

namespace hil::plan::testing {

/// 1x4x4x2 -> conv (int8 weights) -> depthwise (float32 weights) -> pool -> add -> dense (int8
/// weights) -> softmax; all activations float32.
struct FloatPlan {
  PlanBuilder builder;
  std::uint16_t image, conv, depthwise, pooled, addend, sum, dense, scores;
  std::size_t conv_op, depthwise_op, pool_op, add_op, dense_op, softmax_op;

  static constexpr std::uint64_t kConvMacs = 4 * 4 * 3 * 9 * 2;
  static constexpr std::uint64_t kDepthwiseMacs = 4 * 4 * 3;
  static constexpr std::uint64_t kDenseMacs = 3 * 5;

  FloatPlan() {
    builder.header.features = kFeatureFloat32 | kFeatureInt8;
    image = floats({1, 4, 4, 2});
    conv = floats({1, 4, 4, 3});
    depthwise = floats({1, 4, 4, 3});
    pooled = floats({1, 1, 1, 3});
    addend = builder.constant_tensor({3}, std::vector<float>{1.0F, 2.0F, 3.0F});
    sum = floats({1, 1, 1, 3});
    dense = floats({1, 5});
    scores = floats({1, 5});
    add_convolutions();
    const FloatPoolParams pool{1, 1, 4, 4, 0, 0, 0, 0, -FLT_MAX, FLT_MAX};
    pool_op = builder.op(Opcode::kAveragePool2d, {depthwise}, {pooled}, pool);
    add_op = builder.op(Opcode::kAdd, {pooled, addend}, {sum}, FloatRangeParams{0.0F, 6.0F});
    add_dense();
    softmax_op = builder.op(Opcode::kSoftmax, {dense}, {scores}, FloatSoftmaxParams{1.0F});
    builder.graph({image}, {scores});
    builder.header.work = kConvMacs + kDepthwiseMacs + kDenseMacs;
  }

  [[nodiscard]] static Limits limits() {
    Limits limits;
    limits.arena_bytes = 65536;
    limits.features = kFeatureFloat32 | kFeatureInt8;
    for (const auto& rule : checks::kOperatorRules)
      limits.operators.add(rule.opcode, rule.types);
    return limits;
  }

 private:
  std::uint16_t floats(std::initializer_list<std::int32_t> dims) {
    return builder.arena_tensor(dims, 0, 0.0F, ElementType::kFloat32);
  }

  void add_convolutions() {
    FloatConvParams params{};
    params.stride_h = params.stride_w = params.dilation_h = params.dilation_w = 1;
    params.pad_top = params.pad_left = params.pad_bottom = params.pad_right = 1;
    params.activation_min = 0.0F;
    params.activation_max = FLT_MAX;
    params.scale_offset = builder.constant(std::vector<float>{0.5F, 0.25F, 0.0F});
    const auto weights =
        builder.constant_tensor({3, 3, 3, 2}, std::vector<std::int8_t>(54, std::int8_t{7}));
    const auto bias = builder.constant_tensor({3}, std::vector<float>(3, 0.5F));
    conv_op = builder.op(Opcode::kConv2d, {image, weights, bias}, {conv}, params);
    params.pad_top = params.pad_left = params.pad_bottom = params.pad_right = 0;
    params.scale_offset = 0xFFFF'FFFF;  // float32 weights have no scales: it is not looked at
    const auto filter = builder.constant_tensor({1, 1, 1, 3}, std::vector<float>(3, 2.0F));
    depthwise_op =
        builder.op(Opcode::kDepthwiseConv2d, {conv, filter, kNoTensor}, {depthwise}, params);
  }

  void add_dense() {
    FloatFullyConnectedParams params{-FLT_MAX, FLT_MAX, 0};
    params.scale_offset = builder.constant(std::vector<float>(5, 0.125F));
    const auto weights =
        builder.constant_tensor({5, 3}, std::vector<std::int8_t>(15, std::int8_t{-3}));
    dense_op = builder.op(Opcode::kFullyConnected, {sum, weights, kNoTensor}, {dense}, params);
  }
};

}  // namespace hil::plan::testing
