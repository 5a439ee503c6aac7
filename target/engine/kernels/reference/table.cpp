// SPDX-License-Identifier: Apache-2.0
// Which kernel runs which operator on which types: one line per operator and kernel.
#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine {
namespace {

using plan::kEveryType;
using plan::kFloat32Only;
using plan::kInt8Only;

constexpr KernelEntry kKernels[] = {
    {plan::Opcode::kAdd, kInt8Only, reference::add},
    {plan::Opcode::kAdd, kFloat32Only, reference::add_float},
    {plan::Opcode::kAveragePool2d, kInt8Only, reference::average_pool_2d},
    {plan::Opcode::kAveragePool2d, kFloat32Only, reference::average_pool_2d_float},
    {plan::Opcode::kConv2d, kInt8Only, reference::conv_2d},
    {plan::Opcode::kConv2d, kFloat32Only, reference::conv_2d_float},
    {plan::Opcode::kDepthwiseConv2d, kInt8Only, reference::depthwise_conv_2d},
    {plan::Opcode::kDepthwiseConv2d, kFloat32Only, reference::depthwise_conv_2d_float},
    {plan::Opcode::kFullyConnected, kInt8Only, reference::fully_connected},
    {plan::Opcode::kFullyConnected, kFloat32Only, reference::fully_connected_float},
    {plan::Opcode::kReshape, kEveryType, reference::reshape},
    {plan::Opcode::kSoftmax, kInt8Only, reference::softmax},
    {plan::Opcode::kSoftmax, kFloat32Only, reference::softmax_float},
    {plan::Opcode::kSub, kInt8Only, reference::sub},
    {plan::Opcode::kMul, kInt8Only, reference::mul},
    {plan::Opcode::kMaxPool2d, kInt8Only, reference::max_pool_2d},
    {plan::Opcode::kMean, kInt8Only, reference::mean},
    {plan::Opcode::kLogistic, kInt8Only, reference::look_up},
    {plan::Opcode::kTanh, kInt8Only, reference::look_up},
    {plan::Opcode::kRelu, kInt8Only, reference::look_up},
    {plan::Opcode::kRelu6, kInt8Only, reference::look_up},
    {plan::Opcode::kLeakyRelu, kInt8Only, reference::look_up},
    {plan::Opcode::kHardSwish, kInt8Only, reference::look_up},
    {plan::Opcode::kSub, kFloat32Only, reference::sub_float},
    {plan::Opcode::kMul, kFloat32Only, reference::mul_float},
    {plan::Opcode::kMaxPool2d, kFloat32Only, reference::max_pool_2d_float},
    {plan::Opcode::kMean, kFloat32Only, reference::mean_float},
    {plan::Opcode::kLogistic, kFloat32Only, reference::logistic_float},
    {plan::Opcode::kTanh, kFloat32Only, reference::tanh_float},
    {plan::Opcode::kRelu, kFloat32Only, reference::relu_float},
    {plan::Opcode::kRelu6, kFloat32Only, reference::relu6_float},
    {plan::Opcode::kLeakyRelu, kFloat32Only, reference::leaky_relu_float},
    {plan::Opcode::kHardSwish, kFloat32Only, reference::hard_swish_float},
    {plan::Opcode::kSqueeze, kEveryType, reference::reshape},
    {plan::Opcode::kExpandDims, kEveryType, reference::reshape},
    {plan::Opcode::kPad, kEveryType, reference::pad},
    {plan::Opcode::kPadV2, kEveryType, reference::pad},
    {plan::Opcode::kTranspose, kEveryType, reference::strided_view},
    {plan::Opcode::kStridedSlice, kEveryType, reference::strided_view},
    {plan::Opcode::kConcatenation, kEveryType, reference::concatenation},
    {plan::Opcode::kSplit, kEveryType, reference::split},
    {plan::Opcode::kResizeNearestNeighbor, kEveryType, reference::resize_nearest_neighbor},
    {plan::Opcode::kResizeBilinear, plan::kInt8Only, reference::resize_bilinear},
    {plan::Opcode::kResizeBilinear, plan::kFloat32Only, reference::resize_bilinear_float},
    {plan::Opcode::kQuantize, plan::kFloat32Only, reference::quantize_float},
    {plan::Opcode::kQuantize, plan::kIntegers, reference::quantize},
    {plan::Opcode::kDequantize, plan::kShortIntegers, reference::dequantize},
};

}  // namespace

std::span<const KernelEntry> kernels() {
  return kKernels;
}

}  // namespace hil::engine
