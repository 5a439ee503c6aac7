// SPDX-License-Identifier: Apache-2.0
// Models that move bytes and compute next to nothing, to find out what a line can carry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hil::conform {

/// Each is a .tflite file of one input and one output, both int8. All run on the smallest agents:
/// their operators are in target/engine/operators/small.list. Their constants are O(sqrt(bytes))
/// unless @p bytes has no divisors: powers of two are best. Sizes are 1 to 2^24 bytes; what fits is
/// said by the agent.

/// @p bytes bytes come back as they are (RESHAPE).
std::vector<std::uint8_t> echo_model(std::size_t bytes);

/// 1 byte in, @p bytes bytes out, all of them others for another input (ADD, twice): one addition a
/// byte. Between inputs of -64 and 63 no two give one output.
std::vector<std::uint8_t> source_model(std::size_t bytes);

/// @p bytes bytes in, the first of them out (MAX_POOL_2D, of one element). @p bytes is no prime
/// above 65,535: strides have 16 bits.
std::vector<std::uint8_t> sink_model(std::size_t bytes);

}  // namespace hil::conform
