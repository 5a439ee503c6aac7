// SPDX-License-Identifier: Apache-2.0
// Bytes of a model's tensors as real numbers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/model/model.hpp"

namespace hil::measure {

/// Appends the values of a tensor of @p spec, whose @p bytes are of its size: scale * (q -
/// zero_point), or the values as they are where it has no quantisation.
void append_real(std::span<const std::uint8_t> bytes, const model::TensorSpec& spec,
                 std::vector<double>& values);

/// All @p outputs of @p model one after the other; one buffer of the right size per output.
std::vector<double> real_outputs(const model::CompiledModel& model,
                                 std::span<const std::vector<std::uint8_t>> outputs);

/// Values of all outputs of @p model together.
std::size_t output_values(const model::CompiledModel& model);

}  // namespace hil::measure
