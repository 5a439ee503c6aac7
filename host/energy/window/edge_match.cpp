// SPDX-License-Identifier: Apache-2.0
// match_edges(): in order if that makes sense, else by the best chain.
#include "host/energy/window/edge_match.hpp"

#include <algorithm>
#include <cmath>

#include "host/energy/window/edge_chain.hpp"

namespace hil::energy {
namespace {

/// A distance is taken to be short if more samples than this are missing; less does not matter to
/// a window, and rounding of the rate makes as much.
constexpr double kLeastLoss = 3;

std::uint64_t ticks_of(std::span<const DeviceWindow> windows, std::size_t expected) {
  const DeviceWindow& window = windows[expected / 2];
  return expected % 2 == 0 ? window.begin_ticks : window.end_ticks;
}

bool rises(std::size_t expected) {
  return expected % 2 == 0;
}

/// From one matched edge to the next.
struct Interval {
  std::size_t from = 0, to = 0;  ///< expected edges
  double ticks = 0, samples = 0, slack = 0;

  [[nodiscard]] double ratio() const { return samples / ticks; }
};

/// Samples per tick: median of the intervals' ratios, weighted by length, so that the long and
/// exact ones decide and a few wrong ones do not.
double median_ratio(std::vector<Interval> intervals) {
  std::sort(intervals.begin(), intervals.end(),
            [](const Interval& a, const Interval& b) { return a.ratio() < b.ratio(); });
  double all = 0, passed = 0;
  for (const Interval& interval : intervals)
    all += interval.ticks;
  for (const Interval& interval : intervals) {
    passed += interval.ticks;
    if (passed >= all / 2) return interval.ratio();
  }
  return intervals.back().ratio();
}

std::vector<Interval> intervals_of(std::span<const Edge> edges,
                                   std::span<const DeviceWindow> windows, const EdgeMatch& match) {
  std::vector<Interval> intervals;
  std::optional<std::size_t> last;
  for (std::size_t i = 0; i < match.found.size(); ++i) {
    if (!match.found[i]) continue;
    if (last) {
      const Edge& a = edges[match.found[*last]->edge];
      const Edge& b = edges[match.found[i]->edge];
      const auto ticks = static_cast<double>(ticks_of(windows, i) - ticks_of(windows, *last));
      intervals.push_back({*last, i, ticks, b.position() - a.position(), a.slack() + b.slack()});
    }
    last = i;
  }
  return intervals;
}

/// Sets sections and losses of @p match. @returns how many distances are longer than ticks say,
/// which no loss explains.
std::size_t mark_losses(std::span<const Edge> edges, std::span<const DeviceWindow> windows,
                        EdgeMatch& match) {
  const std::vector<Interval> intervals = intervals_of(edges, windows, match);
  if (intervals.empty()) return 0;
  const double per_tick = median_ratio(intervals);
  std::uint32_t section = 0;
  std::size_t wrong = 0;
  for (const Interval& interval : intervals) {
    const double missing = per_tick * interval.ticks - interval.samples;
    if (missing < -(kLeastLoss + interval.slack)) ++wrong;
    if (missing > kLeastLoss + interval.slack) {
      ++section;
      match.losses.push_back({edges[match.found[interval.from]->edge].index,
                              edges[match.found[interval.to]->edge].index, missing});
    }
    match.found[interval.to]->section = section;
  }
  return wrong;
}

std::optional<EdgeMatch> match_in_order(std::span<const Edge> edges,
                                        std::span<const DeviceWindow> windows) {
  EdgeMatch match;
  if (edges.size() != 2 * windows.size()) return std::nullopt;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (edges[i].rising != rises(i)) return std::nullopt;
    match.found.emplace_back(EdgeMatch::Found{i, 0});
  }
  match.count = edges.size();
  const std::size_t wrong = mark_losses(edges, windows, match);
  // One loss in any run, and one in ten distances of a bad one; more is no match.
  const bool plausible = wrong == 0 && match.losses.size() <= 1 + edges.size() / 10;
  return plausible ? std::optional(std::move(match)) : std::nullopt;
}

/// Looks for chains where edges are missing or too many.
class ChainMatch {
 public:
  ChainMatch(const Trace& trace, std::span<const Edge> edges, std::span<const DeviceWindow> windows,
             const NominalRates& rates)
      : trace_(trace), edges_(edges), windows_(windows) {
    for (std::size_t i = 0; i < 2 * windows.size(); ++i) {
      const auto since = static_cast<double>(ticks_of(windows, i) - windows.front().begin_ticks);
      expected_.push_back({since * rates.samples_per_tick(), rises(i), 0});
    }
    const double most = most_slack();
    for (std::size_t e = 0; e < edges.size(); ++e) {
      if (edges[e].slack() > most) continue;
      seen_.push_back({edges[e].position(), edges[e].rising, edges[e].slack()});
      kept_.push_back(e);
    }
  }

  EdgeMatch run() const {
    EdgeMatch match;
    match.found.resize(expected_.size());
    const EdgeChain* best = nullptr;
    double most = 0, second = 0;
    const std::vector<EdgeChain> chains = find_chains(expected_, seen_);
    for (const EdgeChain& chain : chains) {
      const double worth = chain.score - kUnexplained * unexplained(chain);
      if (best == nullptr || worth > most) {
        second = best == nullptr ? worth - 1 : most;
        best = &chain;
        most = worth;
      } else {
        second = std::max(second, worth);
      }
    }
    if (best == nullptr) return match;
    match.ambiguous = chains.size() > 1 && most - second < 1;
    for (const auto& [expected, seen] : best->pairs)
      match.found[expected] = {kept_[seen], 0};
    match.count = best->pairs.size();
    add_surplus(*best, match);
    mark_losses(edges_, windows_, match);
    return match;
  }

 private:
  /// Price of an edge that should have been seen.
  static constexpr double kUnexplained = 0.75;

  /// What a gap's width must not exceed for the edge beside it to be told from its neighbours: half
  /// the shortest distance. A less sure one fits several, and would let all others fit there, too.
  [[nodiscard]] double most_slack() const {
    double shortest = expected_.back().place - expected_.front().place;
    for (std::size_t i = 1; i < expected_.size(); ++i)
      shortest = std::min(shortest, expected_[i].place - expected_[i - 1].place);
    return shortest / 2;
  }

  /// Expected edges that are not in @p chain though nothing hides them.
  [[nodiscard]] double unexplained(const EdgeChain& chain) const {
    double count = 0;
    std::size_t next = 0;
    for (std::size_t i = 0; i < expected_.size(); ++i) {
      if (next < chain.pairs.size() && chain.pairs[next].first == i) {
        ++next;
        continue;
      }
      const auto& [near_expected, near_seen] = chain.pairs[next > 0 ? next - 1 : 0];
      const double place =
          seen_[near_seen].place + expected_[i].place - expected_[near_expected].place;
      count += hidden(place) ? 0 : 1;
    }
    return count;
  }

  /// Whether a gap within two samples would hide an edge.
  [[nodiscard]] bool hidden(double place) const {
    if (!(place >= 2) || !(place < static_cast<double>(trace_.size()))) return false;
    const auto middle = static_cast<std::size_t>(place);
    for (std::size_t k = middle - 2; k <= middle + 2 && k < trace_.size(); ++k)
      if ((trace_.flags[k] & flag::kGap) != 0) return true;
    return false;
  }

  void add_surplus(const EdgeChain& chain, EdgeMatch& match) const {
    std::size_t next = 0;
    for (std::size_t e = 0; e < kept_.size(); ++e) {
      if (next < chain.pairs.size() && chain.pairs[next].second == e) {
        ++next;
      } else {
        match.surplus.push_back(kept_[e]);
      }
    }
  }

  const Trace& trace_;
  std::span<const Edge> edges_;
  std::span<const DeviceWindow> windows_;
  std::vector<ChainEdge> expected_, seen_;
  std::vector<std::size_t> kept_;  ///< index into edges_ of each of seen_
};

}  // namespace

EdgeMatch match_edges(const Trace& trace, std::span<const Edge> edges,
                      std::span<const DeviceWindow> windows, const NominalRates& rates) {
  if (auto match = match_in_order(edges, windows)) return *std::move(match);
  return ChainMatch(trace, edges, windows, rates).run();
}

}  // namespace hil::energy
