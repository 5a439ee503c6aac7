// SPDX-License-Identifier: Apache-2.0
// Whether samples of one shape may be given to an input of another.
#pragma once

#include <cstdint>
#include <vector>

#include "host/base/result.hpp"
#include "host/data/dataset.hpp"

namespace hil::data {

/// Compares the shape of @p dataset's samples with @p input, the shape of a model's input. They fit
/// if they are equal without their dimensions of 1, or if one of them is a plain row of as many
/// values.
///   kUser  they do not (both shapes are named); for images the hint says what to do, as nothing is
///          resized: that changes accuracy
Status check_shapes(const Dataset& dataset, const std::vector<std::int32_t>& input);

}  // namespace hil::data
