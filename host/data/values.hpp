// SPDX-License-Identifier: Apache-2.0
// Single values of raw little-endian tensor bytes.
#pragma once

#include <cstdint>
#include <span>

#include "host/data/element_type.hpp"

namespace hil::data {

/// Value @p index of @p bytes, raw (not dequantised); double holds every type exactly.
/// (index + 1) * size_of(type) must not exceed the size of @p bytes.
double value_at(std::span<const std::uint8_t> bytes, ElementType type, std::size_t index);

}  // namespace hil::data
