// SPDX-License-Identifier: Apache-2.0
// What CONV_2D and DEPTHWISE_CONV_2D share: types, geometry, multipliers per channel.
#pragma once

#include <cstdint>
#include <vector>

#include "host/base/result.hpp"
#include "host/model/folding.hpp"

namespace hil::model {

/// int8 input, weights and output with an int32 bias or none; or int16 input and output, int8
/// weights and a bias of int32 or int64 or none (DEPTHWISE_CONV_2D: not int32); or float32 input
/// and output with weights of float32 or int8 (hybrid) and a float32 bias or none.
bool supports_weights(const OperatorView& view);

/// Whether the activations of a supported operator are float32.
bool has_float_activations(const OperatorView& view);

/// Puts the scale of every output channel into @p pool if the weights are int8. @returns their
/// offset; 0 for float32 weights.
///   kModel  as channel_rescales(), or a zero point that is not 0
Result<std::uint32_t> fold_weight_scales(const OperatorView& view, std::int32_t channels,
                                         std::int32_t dimension, ConstantPool& pool);

/// The multiplier and shift of every output channel.
struct ChannelRescales {
  std::vector<std::int32_t> multipliers;
  std::vector<std::int8_t> shifts;

  /// The same rescale for all channels, or one more channel's.
  void append(const plan::Rescale& rescale, std::size_t times = 1);
};

/// Per channel: (double)in * (double)weights[c] / (double)out; a single scale serves all channels.
///   kModel  the number of scales is neither 1 nor @p channels (on dimension @p dimension), a scale
///           is not finite or negative, or a factor is beyond what kernels shift (2^30)
Result<ChannelRescales> channel_rescales(const OperatorView& view, float input_scale,
                                         const Tensor& weights, float output_scale,
                                         std::int32_t channels, std::int32_t dimension);

/// int16 activations have zero points of 0, and shifts that the sums' width allows: 64-bit sums of
/// DEPTHWISE_CONV_2D or beside an int64 bias are rescaled by at most 2^plan::kMaxWideShift. Nothing
/// is asked of int8.
///   kModel  not so
Status check_int16_sums(const OperatorView& view, const Quantisation& in, const Quantisation& out,
                        const ChannelRescales& rescales);

/// The bias (input 2) has one value per channel, or there is none.
///   kModel  it has not
Status check_bias(const OperatorView& view, std::int32_t channels);

/// What makes the two convolutions differ.
struct ConvShape {
  std::int32_t channels = 0;          ///< of the output
  std::int32_t scale_dimension = 0;   ///< of the weights, that per-channel scales belong to
  std::uint64_t macs_per_output = 0;  ///< of one output element
};

/// Folds everything but what @p shape says; the shape of weights against input is checked already.
Result<FoldedOperator> fold_convolution(const OperatorView& view, plan::Opcode opcode,
                                        const ConvShape& shape, ConstantPool& pool);

}  // namespace hil::model
