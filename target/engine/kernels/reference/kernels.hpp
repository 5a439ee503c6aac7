// SPDX-License-Identifier: Apache-2.0
// The reference kernels: plain C++ for any core, results bit-exact with TFLM's reference kernels.
#pragma once

#include "target/engine/kernels/kernel.hpp"

namespace hil::engine::reference {

void abs_float(const KernelContext& context);
void add(const KernelContext& context);
void add_float(const KernelContext& context);
void add_int16(const KernelContext& context);
void arg_max(const KernelContext& context);
void average_pool_2d(const KernelContext& context);
void average_pool_2d_float(const KernelContext& context);
void average_pool_2d_int16(const KernelContext& context);
void concatenation(const KernelContext& context);
void conv_2d(const KernelContext& context);
void conv_2d_float(const KernelContext& context);
void conv_2d_int16(const KernelContext& context);
void depthwise_conv_2d(const KernelContext& context);
void depthwise_conv_2d_float(const KernelContext& context);
void depthwise_conv_2d_int16(const KernelContext& context);
void dequantize(const KernelContext& context);
void exp_float(const KernelContext& context);
void fully_connected(const KernelContext& context);
void fully_connected_float(const KernelContext& context);
void fully_connected_int16(const KernelContext& context);
void hard_swish_float(const KernelContext& context);
void leaky_relu_float(const KernelContext& context);
void linear_int16(const KernelContext& context);  ///< RELU, RELU6, LEAKY_RELU
void log_float(const KernelContext& context);
void logistic_float(const KernelContext& context);
void logistic_int16(const KernelContext& context);
void lstm(const KernelContext& context);
void lstm_float(const KernelContext& context);
void look_up(const KernelContext& context);  ///< every unary int8 operator
void max_pool_2d(const KernelContext& context);
void max_pool_2d_float(const KernelContext& context);
void max_pool_2d_int16(const KernelContext& context);
void maximum(const KernelContext& context);
void mean(const KernelContext& context);
void mean_float(const KernelContext& context);
void mean_int16(const KernelContext& context);
void minimum(const KernelContext& context);
void mul(const KernelContext& context);
void mul_float(const KernelContext& context);
void mul_int16(const KernelContext& context);
void neg_float(const KernelContext& context);
void pad(const KernelContext& context);  ///< PAD, PADV2
void quantize(const KernelContext& context);
void quantize_float(const KernelContext& context);
void reduce_max(const KernelContext& context);
void relu6_float(const KernelContext& context);
void relu_float(const KernelContext& context);
void reshape(const KernelContext& context);
void resize_bilinear(const KernelContext& context);
void resize_bilinear_float(const KernelContext& context);
void resize_nearest_neighbor(const KernelContext& context);
void rsqrt_float(const KernelContext& context);
void softmax(const KernelContext& context);
void softmax_float(const KernelContext& context);
void softmax_int16(const KernelContext& context);
void split(const KernelContext& context);
void sqrt_float(const KernelContext& context);
void square_float(const KernelContext& context);
void strided_view(const KernelContext& context);  ///< TRANSPOSE, STRIDED_SLICE
void sub(const KernelContext& context);
void sub_float(const KernelContext& context);
void sub_int16(const KernelContext& context);
void svdf(const KernelContext& context);
void svdf_float(const KernelContext& context);
void tanh_float(const KernelContext& context);
void tanh_int16(const KernelContext& context);

}  // namespace hil::engine::reference
