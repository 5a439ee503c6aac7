// SPDX-License-Identifier: Apache-2.0
// Copies a block of elements between two layouts: the one inner loop of the data movers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "protocol/plan/format.hpp"

namespace hil::engine::reference {

/// Which elements go where, all in units of elements. Dimensions are added from the outermost on;
/// those that continue their neighbour in both layouts become one with it, so that whole rows or
/// images are moved at once.
class StridedCopy {
 public:
  /// A dimension of @p size elements (at least 1), @p from apart at the source and @p to apart at
  /// the destination. At most plan::kMaxRank times.
  void add_dimension(std::int32_t size, std::ptrdiff_t from, std::ptrdiff_t to);
  /// Moves elements of @p element_bytes (1, 2 or 4). The first one lies at both pointers.
  void run(const std::uint8_t* from, std::uint8_t* to, std::uint32_t element_bytes) const;

 private:
  struct Dimension {
    std::ptrdiff_t size, from, to;
  };
  struct Position {
    std::ptrdiff_t from = 0, to = 0;
    std::ptrdiff_t index[plan::kMaxRank] = {};
  };

  /// Goes to the next position of all dimensions but the last. @returns false after the last one.
  bool advance(Position& position) const;

  Dimension dimensions_[plan::kMaxRank] = {{1, 1, 1}};
  std::uint32_t rank_ = 0;
};

}  // namespace hil::engine::reference
