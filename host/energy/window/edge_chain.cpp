// SPDX-License-Identifier: Apache-2.0
// find_chains(): dynamic programming over pairs of edges.
#include "host/energy/window/edge_chain.hpp"

#include <algorithm>
#include <optional>

#include "host/energy/window/clock_fit.hpp"

namespace hil::energy {
namespace {

/// How far apart two edges may be from what is expected: rounding of both, and the clocks' ratio.
constexpr double kNear = 1.5;
constexpr double kShare = 1.5 * kMostPpm * 1e-6;
/// Edges in a row that a chain may leave out on either side, less one.
constexpr std::size_t kReach = 8;
constexpr std::size_t kMostChains = 8;
/// Prices, in pairs. Leaving out costs less than a pair is worth, lost samples more.
constexpr float kLeftOut = 0.25f;
constexpr float kLostSamples = 1.5f;

/// All pairs, and the best chain that ends with each.
class Pairs {
 public:
  Pairs(std::span<const ChainEdge> expected, std::span<const ChainEdge> seen)
      : expected_(expected),
        seen_(seen),
        scores_(expected.size() * seen.size()),
        steps_(scores_.size()),
        taken_(scores_.size()) {}

  /// The best chain without any pair of those found before.
  EdgeChain find() {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < expected_.size(); ++i) {
      for (std::size_t e = 0; e < seen_.size(); ++e) {
        const std::size_t cell = i * seen_.size() + e;
        scores_[cell] = 0;
        if (expected_[i].rising != seen_[e].rising || taken_[cell]) continue;
        extend(i, e);
        if (!best || scores_[cell] > scores_[*best]) best = cell;
      }
    }
    return best ? trace_back(*best) : EdgeChain{};
  }

 private:
  /// Steps are packed: 0 is a chain's first pair, else expected steps * 16 + seen steps.
  static constexpr std::size_t kPack = 16;
  static_assert(kReach < kPack);

  void extend(std::size_t i, std::size_t e) {
    const std::size_t cell = i * seen_.size() + e;
    scores_[cell] = 1;
    steps_[cell] = 0;
    for (std::size_t di = 1; di <= std::min(i, kReach); ++di) {
      for (std::size_t de = 1; de <= std::min(e, kReach); ++de) {
        const float before = scores_[(i - di) * seen_.size() + e - de];
        if (before <= 0) continue;
        const std::optional<float> price = price_of(i, e, di, de);
        if (!price || before + 1 - *price <= scores_[cell]) continue;
        scores_[cell] = before + 1 - *price;
        steps_[cell] = static_cast<std::uint8_t>(di * kPack + de);
      }
    }
  }

  /// What the step from pair (i - di, e - de) costs; nothing if it cannot be.
  [[nodiscard]] std::optional<float> price_of(std::size_t i, std::size_t e, std::size_t di,
                                              std::size_t de) const {
    const double told = expected_[i].place - expected_[i - di].place;
    const double missing = told - (seen_[e].place - seen_[e - de].place);
    const double tolerance = kNear + kShare * told + seen_[e].slack + seen_[e - de].slack;
    if (missing < -tolerance) return std::nullopt;
    return kLeftOut * static_cast<float>(di + de - 2) + (missing > tolerance ? kLostSamples : 0);
  }

  EdgeChain trace_back(std::size_t cell) {
    EdgeChain chain;
    chain.score = static_cast<double>(scores_[cell]);
    for (;;) {
      taken_[cell] = true;
      chain.pairs.emplace_back(cell / seen_.size(), cell % seen_.size());
      if (steps_[cell] == 0) break;
      cell -= steps_[cell] / kPack * seen_.size() + steps_[cell] % kPack;
    }
    std::reverse(chain.pairs.begin(), chain.pairs.end());
    return chain;
  }

  std::span<const ChainEdge> expected_, seen_;
  std::vector<float> scores_;
  std::vector<std::uint8_t> steps_;
  std::vector<bool> taken_;
};

}  // namespace

std::vector<EdgeChain> find_chains(std::span<const ChainEdge> expected,
                                   std::span<const ChainEdge> seen) {
  std::vector<EdgeChain> chains;
  if (expected.empty() || seen.empty() || expected.size() > kMostChainCells / seen.size()) {
    return chains;
  }
  Pairs pairs(expected, seen);
  while (chains.size() < kMostChains) {
    EdgeChain chain = pairs.find();
    const double least = chains.empty() ? 0 : chains.front().score - 1;
    if (chain.pairs.empty() || chain.score < least) break;
    chains.push_back(std::move(chain));
  }
  return chains;
}

}  // namespace hil::energy
