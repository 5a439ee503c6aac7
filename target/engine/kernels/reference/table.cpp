// SPDX-License-Identifier: Apache-2.0
// Which kernel runs which operator on which types: one line per operator and kernel.
#include "operators_generated.h"
#include "target/engine/kernels/reference/kernels.hpp"
#include "target/engine/kernels/selection.hpp"

namespace hil::engine {
namespace {

using plan::kEveryType;
using plan::kFloat32Only;
using plan::kInt16Only;
using plan::kInt8Only;

// Only looked at by the compiler: an image has the rows of kBuiltIn.
constexpr KernelEntry kKernels[] = {
    {plan::Opcode::kAdd, kInt8Only, reference::add},
    {plan::Opcode::kAdd, kInt16Only, reference::add_int16},
    {plan::Opcode::kAdd, kFloat32Only, reference::add_float},
    {plan::Opcode::kAveragePool2d, kInt8Only, reference::average_pool_2d},
    {plan::Opcode::kAveragePool2d, kInt16Only, reference::average_pool_2d_int16},
    {plan::Opcode::kAveragePool2d, kFloat32Only, reference::average_pool_2d_float},
    {plan::Opcode::kConv2d, kInt8Only, reference::conv_2d},
    {plan::Opcode::kConv2d, kInt16Only, reference::conv_2d_int16},
    {plan::Opcode::kConv2d, kFloat32Only, reference::conv_2d_float},
    {plan::Opcode::kDepthwiseConv2d, kInt8Only, reference::depthwise_conv_2d},
    {plan::Opcode::kDepthwiseConv2d, kInt16Only, reference::depthwise_conv_2d_int16},
    {plan::Opcode::kDepthwiseConv2d, kFloat32Only, reference::depthwise_conv_2d_float},
    {plan::Opcode::kFullyConnected, kInt8Only, reference::fully_connected},
    {plan::Opcode::kFullyConnected, kInt16Only, reference::fully_connected_int16},
    {plan::Opcode::kFullyConnected, kFloat32Only, reference::fully_connected_float},
    {plan::Opcode::kReshape, plan::kBytes, reference::reshape},
    {plan::Opcode::kSoftmax, kInt8Only, reference::softmax},
    {plan::Opcode::kSoftmax, kInt16Only, reference::softmax_int16},
    {plan::Opcode::kSoftmax, kFloat32Only, reference::softmax_float},
    {plan::Opcode::kSub, kInt8Only, reference::sub},
    {plan::Opcode::kSub, kInt16Only, reference::sub_int16},
    {plan::Opcode::kMul, kInt8Only, reference::mul},
    {plan::Opcode::kMul, kInt16Only, reference::mul_int16},
    {plan::Opcode::kMaxPool2d, kInt8Only, reference::max_pool_2d},
    {plan::Opcode::kMaxPool2d, kInt16Only, reference::max_pool_2d_int16},
    {plan::Opcode::kMean, kInt8Only, reference::mean},
    {plan::Opcode::kMean, kInt16Only, reference::mean_int16},
    {plan::Opcode::kLogistic, kInt8Only, reference::look_up},
    {plan::Opcode::kLogistic, kInt16Only, reference::logistic_int16},
    {plan::Opcode::kTanh, kInt8Only, reference::look_up},
    {plan::Opcode::kTanh, kInt16Only, reference::tanh_int16},
    {plan::Opcode::kRelu, kInt8Only, reference::look_up},
    {plan::Opcode::kRelu, kInt16Only, reference::linear_int16},
    {plan::Opcode::kRelu6, kInt8Only, reference::look_up},
    {plan::Opcode::kRelu6, kInt16Only, reference::linear_int16},
    {plan::Opcode::kLeakyRelu, kInt8Only, reference::look_up},
    {plan::Opcode::kLeakyRelu, kInt16Only, reference::linear_int16},
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
    {plan::Opcode::kSqueeze, plan::kBytes, reference::reshape},
    {plan::Opcode::kExpandDims, plan::kBytes, reference::reshape},
    {plan::Opcode::kReadVariable, kEveryType, reference::reshape},
    {plan::Opcode::kAssignVariable, kEveryType, reference::reshape},
    {plan::Opcode::kPad, kEveryType, reference::pad},
    {plan::Opcode::kPadV2, kEveryType, reference::pad},
    {plan::Opcode::kTranspose, kEveryType, reference::strided_view},
    {plan::Opcode::kStridedSlice, kEveryType, reference::strided_view},
    {plan::Opcode::kConcatenation, kEveryType, reference::concatenation},
    {plan::Opcode::kSplit, kEveryType, reference::split},
    {plan::Opcode::kPack, kEveryType, reference::concatenation},
    {plan::Opcode::kSplitV, kEveryType, reference::split},
    {plan::Opcode::kUnpack, kEveryType, reference::split},
    {plan::Opcode::kMaximum, kEveryType, reference::maximum},
    {plan::Opcode::kMinimum, kEveryType, reference::minimum},
    {plan::Opcode::kReduceMax, kInt8Only | kFloat32Only, reference::reduce_max},
    {plan::Opcode::kArgMax, kInt8Only | kFloat32Only, reference::arg_max},
    {plan::Opcode::kAbs, kFloat32Only, reference::abs_float},
    {plan::Opcode::kNeg, kFloat32Only, reference::neg_float},
    {plan::Opcode::kExp, kFloat32Only, reference::exp_float},
    {plan::Opcode::kLog, kFloat32Only, reference::log_float},
    {plan::Opcode::kSqrt, kFloat32Only, reference::sqrt_float},
    {plan::Opcode::kRsqrt, kFloat32Only, reference::rsqrt_float},
    {plan::Opcode::kSquare, kFloat32Only, reference::square_float},
    {plan::Opcode::kResizeNearestNeighbor, kEveryType, reference::resize_nearest_neighbor},
    {plan::Opcode::kResizeBilinear, plan::kInt8Only, reference::resize_bilinear},
    {plan::Opcode::kResizeBilinear, plan::kFloat32Only, reference::resize_bilinear_float},
    {plan::Opcode::kQuantize, plan::kFloat32Only, reference::quantize_float},
    {plan::Opcode::kQuantize, plan::kIntegers | plan::kUint8Only, reference::quantize},
    {plan::Opcode::kDequantize, plan::kShortIntegers | plan::kUint8Only, reference::dequantize},
    {plan::Opcode::kSvdf, kInt8Only, reference::svdf},
    {plan::Opcode::kSvdf, kFloat32Only, reference::svdf_float},
    {plan::Opcode::kUnidirectionalSequenceLstm, kInt8Only, reference::lstm},
    {plan::Opcode::kUnidirectionalSequenceLstm, kFloat32Only, reference::lstm_float},
};

static_assert(has_all(kKernels, kSelection), "the list of operators names one without a kernel");
constexpr auto kBuiltIn = select<count_selected(kKernels, kSelection)>(kKernels, kSelection);

}  // namespace

std::span<const KernelEntry> kernels() {
  return kBuiltIn;
}

}  // namespace hil::engine
