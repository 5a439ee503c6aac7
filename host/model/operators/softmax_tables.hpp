// SPDX-License-Identifier: Apache-2.0
// The two tables that SOFTMAX in int16 interpolates in.
#pragma once

#include <cstdint>
#include <vector>

namespace hil::model {

/// e^x for x from -10 to 0 in 512 steps, 15 fractional bits, plan::kInt16TableEntries entries. All
/// but the last are lowered by half of what linear interpolation is too high in the middle of their
/// step. Source: LUTPopulate for int16 of TensorFlow Lite Micro; every operation in float32.
std::vector<std::int16_t> softmax_exp_table();

/// 1 / (1 + x) for x from 0 to 1, likewise.
std::vector<std::int16_t> softmax_reciprocal_table();

}  // namespace hil::model
