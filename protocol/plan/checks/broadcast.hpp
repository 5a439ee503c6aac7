// SPDX-License-Identifier: Apache-2.0
// Which shapes operators with two inputs take: equal ones, or broadcast by numpy's rule.
#pragma once

#include <cstdint>

#include "protocol/plan/view.hpp"

namespace hil::plan::checks {

/// Dimension @p i of @p rank after right alignment: 1 where the tensor has none.
constexpr std::int32_t aligned_dim(const TensorRecord& tensor, std::uint32_t i,
                                   std::uint32_t rank) {
  const std::uint32_t missing = rank - tensor.rank;
  return i < missing ? 1 : tensor.dims[i - missing];
}

/// numpy's rule: aligned at the right, dimensions are equal or one of them is 1.
constexpr bool broadcasts(const TensorRecord& a, const TensorRecord& b, const TensorRecord& y) {
  const std::uint32_t rank = a.rank > b.rank ? a.rank : b.rank;
  if (y.rank != rank) return false;
  for (std::uint32_t i = 0; i < rank; ++i) {
    const std::int32_t da = aligned_dim(a, i, rank), db = aligned_dim(b, i, rank);
    if (da != db && da != 1 && db != 1) return false;
    if (y.dims[i] != (da == 1 ? db : da)) return false;
  }
  return true;
}

constexpr bool same_shape(const TensorRecord& a, const TensorRecord& b) {
  if (a.rank != b.rank) return false;
  for (std::uint32_t i = 0; i < a.rank; ++i) {
    if (a.dims[i] != b.dims[i]) return false;
  }
  return true;
}

}  // namespace hil::plan::checks
