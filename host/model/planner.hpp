// SPDX-License-Identifier: Apache-2.0
// Places buffers with known lifetimes in one arena.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace hil::model {

/// A buffer that holds its bytes from step @p first to step @p last, both included.
struct Lifetime {
  std::uint64_t size_bytes = 0;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

/// Where buffers lie; all offsets are multiples of plan::kAlignment.
struct ArenaPlan {
  std::vector<std::uint64_t> offsets;  ///< bytes from the arena's start, one per buffer
  std::uint64_t size_bytes = 0;        ///< of the arena, a multiple of plan::kAlignment
};

/// Bytes that live at the busiest step, each buffer rounded up to plan::kAlignment: no placement
/// needs less.
std::uint64_t liveness_bound(std::span<const Lifetime> buffers);

/// Places @p buffers so that no two that live at a common step overlap. Greedy: one buffer after
/// the other into the lowest gap that is tightest, in several orders; the smallest arena wins, the
/// first order among equals. Time grows with the square of the number of buffers.
/// Method: Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference" (2020),
/// greedy by size.
ArenaPlan plan_arena(std::span<const Lifetime> buffers);

/// Two buffers that live at a common step and overlap in @p plan, or a buffer paired with itself
/// that reaches beyond the arena or is not aligned; nothing if the placement is sound.
std::optional<std::pair<std::size_t, std::size_t>> find_overlap(std::span<const Lifetime> buffers,
                                                                const ArenaPlan& plan);

}  // namespace hil::model
