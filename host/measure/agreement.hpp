// SPDX-License-Identifier: Apache-2.0
// When an output of a device counts as the one of the host reference.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/data/element_type.hpp"
#include "host/model/model.hpp"

namespace hil::measure {

/// Of a float32 tensor: the largest difference over S that still agrees, where S is the larger of
/// (largest minus smallest) and largest magnitude expected. Sums may be formed in another order or
/// with fused multiply-add, which moved the outputs of whole models by less than a tenth of it.
inline constexpr double kFloatTolerance = 1e-5;

/// Elements of one tensor that do not agree.
struct Mismatch {
  std::size_t first = 0;  ///< in memory order; only if there are any
  std::size_t count = 0;
};

/// Compares float32 elements: within kFloatTolerance of the scale of @p expected, a NaN only with a
/// NaN. Both have the same size.
Mismatch compare_floats(std::span<const std::uint8_t> expected, std::span<const std::uint8_t> got);

/// Compares elements of @p element_bytes to the bit. Both have the same size.
Mismatch compare_exactly(std::size_t element_bytes, std::span<const std::uint8_t> expected,
                         std::span<const std::uint8_t> got);

/// Whether the bytes of one tensor agree: float32 by compare_floats(), every other type to the bit.
bool agree(data::ElementType type, std::span<const std::uint8_t> expected,
           std::span<const std::uint8_t> got);

/// The same for all outputs of @p model, one buffer each.
bool agree(const model::CompiledModel& model,
           const std::vector<std::vector<std::uint8_t>>& expected,
           const std::vector<std::vector<std::uint8_t>>& got);

}  // namespace hil::measure
