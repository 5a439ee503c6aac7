// SPDX-License-Identifier: Apache-2.0
// Which kernel runs which operator: one line per operator.
#include "target/engine/kernels/reference/kernels.hpp"

namespace hil::engine {
namespace {

constexpr KernelEntry kKernels[] = {
    {plan::Opcode::kAdd, reference::add},
    {plan::Opcode::kAveragePool2d, reference::average_pool_2d},
    {plan::Opcode::kConv2d, reference::conv_2d},
    {plan::Opcode::kDepthwiseConv2d, reference::depthwise_conv_2d},
    {plan::Opcode::kFullyConnected, reference::fully_connected},
    {plan::Opcode::kReshape, reference::reshape},
    {plan::Opcode::kSoftmax, reference::softmax},
};

}  // namespace

std::span<const KernelEntry> kernels() {
  return kKernels;
}

}  // namespace hil::engine
