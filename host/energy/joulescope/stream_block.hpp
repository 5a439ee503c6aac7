// SPDX-License-Identifier: Apache-2.0
// A block of samples as Joulescope's driver hands it over, checked and taken apart.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace hil::energy {

/// Element k lies at sample id `first + k * step`.
struct StreamBlock {
  std::uint64_t first = 0;
  std::uint32_t step = 0;  ///< above 0
  std::uint32_t ids_per_second = 0;
  std::vector<float> floats;       ///< A or V; empty in a block of bits
  std::vector<std::uint8_t> bits;  ///< 0 or 1; empty in a block of floats
};

/// The block in @p bytes: 32-bit floats, or bits (lowest first). Nothing if it is another version
/// or element, or its sizes do not fit.
std::optional<StreamBlock> parse_stream_block(std::span<const std::uint8_t> bytes);

}  // namespace hil::energy
