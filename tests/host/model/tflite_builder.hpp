// SPDX-License-Identifier: Apache-2.0
// Small .tflite files for tests, right or wrong on purpose: content for the writer of host/model.
#pragma once

#include <cstdint>
#include <vector>

#include "host/model/tflite_writer.hpp"

namespace hil::model::test {

using model::add_options;
using model::call_once_options;
using model::conv_options;
using model::depthwise_options;
using model::FileText;
using model::fully_connected_options;
using model::handle_options;
using model::MakeOptions;
using model::OperatorText;
using model::pool_options;
using model::softmax_options;
using model::TensorText;
using model::write_tflite;
using Builder = TableBuilder;

/// @p count bytes that look like weights, from @p seed.
std::vector<std::uint8_t> some_bytes(std::size_t count, std::uint32_t seed = 1);

/// 1x6x6x2 through CONV_2D (per channel, bias), DEPTHWISE_CONV_2D, ADD with a constant,
/// AVERAGE_POOL_2D, RESHAPE, FULLY_CONNECTED and SOFTMAX to 1x4: one of each operator.
FileText small_network();

}  // namespace hil::model::test
