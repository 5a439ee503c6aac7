// SPDX-License-Identifier: Apache-2.0
// The longest chain of pairs of edges whose distances agree, where some are missing or too many.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace hil::energy {

/// An edge on one of two axes that are to be matched.
struct ChainEdge {
  double place = 0;  ///< samples; of the expected ones by nominal rates, from any origin
  bool rising = false;
  double slack = 0;  ///< how much further off it may be: it was beside a gap
};

/// Pairs (expected, seen), both ascending.
struct EdgeChain {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  double score = 0;  ///< one per pair, less what was left out or is explained by lost samples
};

/// All chains within one pair's worth of the best one that have no pair in common, the best first;
/// at most 8. Empty if there is nothing to match or more than kMostChainCells pairs to try.
std::vector<EdgeChain> find_chains(std::span<const ChainEdge> expected,
                                   std::span<const ChainEdge> seen);

/// 1,000 windows with all their edges, and no more.
inline constexpr std::size_t kMostChainCells = 4'100'000;

}  // namespace hil::energy
