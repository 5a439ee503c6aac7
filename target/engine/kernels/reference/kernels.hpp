// SPDX-License-Identifier: Apache-2.0
// The reference kernels: plain C++ for any core, results bit-exact with TFLM's reference kernels.
#pragma once

#include "target/engine/kernels/kernel.hpp"

namespace hil::engine::reference {

void add(const KernelContext& context);
void average_pool_2d(const KernelContext& context);
void conv_2d(const KernelContext& context);
void depthwise_conv_2d(const KernelContext& context);
void fully_connected(const KernelContext& context);
void reshape(const KernelContext& context);
void softmax(const KernelContext& context);

}  // namespace hil::engine::reference
