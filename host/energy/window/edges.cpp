// SPDX-License-Identifier: Apache-2.0
// find_edges(): stretches of one level, without those that are too short to be one.
#include "host/energy/window/edges.hpp"

#include <fmt/format.h>

namespace hil::energy {
namespace {

/// Samples of one level, up to the next stretch.
struct Stretch {
  std::uint64_t begin = 0;
  bool high = false;
  std::uint64_t lost_before = 0;  ///< samples right before it
  bool has_gap = false;           ///< inside, or at its end
};

/// Cuts a trace's levels into stretches, one sample after the other.
class Stretches {
 public:
  void add_lost() { ++lost_; }

  void add(std::uint64_t index, bool high) {
    if (all_.empty()) {
      all_.push_back({index, high, 0, lost_ > 0});
    } else {
      if (lost_ > 0) all_.back().has_gap = true;
      if (all_.back().high != high) all_.push_back({index, high, lost_, false});
    }
    lost_ = 0;
  }

  std::vector<Stretch> take() { return std::move(all_); }

 private:
  std::vector<Stretch> all_;
  std::uint64_t lost_ = 0;
};

bool high_at(const Trace& trace, std::size_t k, unsigned bit) {
  return ((static_cast<unsigned>(trace.logic[k]) >> bit) & 1u) != 0;
}

std::vector<Stretch> stretches_of(const Trace& trace, const LogicInput& input) {
  Stretches stretches;
  for (std::size_t k = 0; k < trace.size(); ++k) {
    if ((trace.flags[k] & flag::kGap) != 0) {
      stretches.add_lost();
    } else {
      stretches.add(k, high_at(trace, k, input.bit) != input.inverted);
    }
  }
  return stretches.take();
}

/// Sets Edge::doubt of edges among invalid samples.
void doubt_invalid(const Trace& trace, std::vector<Edge>& edges) {
  constexpr std::uint8_t kDoubtful = flag::kInvalid | flag::kGap;
  const auto doubtful = [&](std::uint64_t k) { return (trace.flags[k] & kDoubtful) != 0; };
  std::uint64_t behind = 0, lost = 0;  // of the run of doubtful samples that was counted last
  for (Edge& edge : edges) {
    const bool invalid =
        ((trace.flags[edge.index] | trace.flags[edge.index - 1]) & flag::kInvalid) != 0;
    if (!invalid) continue;
    if (edge.index > behind) {
      std::uint64_t first = edge.index;
      while (first > 0 && doubtful(first - 1))
        --first;
      lost = 0;
      for (behind = first; behind < trace.size() && (doubtful(behind) || behind <= edge.index);
           ++behind)
        lost += (trace.flags[behind] & flag::kGap) != 0 ? 1u : 0u;
    }
    edge.doubt = lost > 0 ? lost : 1;
  }
}

}  // namespace

std::string name_of(const LogicInput& input) {
  return fmt::format("D{}{}", input.bit, input.inverted ? " (inverted)" : "");
}

Result<EdgeList> find_edges(const Trace& trace, const LogicInput& input, double hold_s) {
  if (input.bit >= trace.logic_bits || input.bit >= 8 || trace.logic.size() != trace.size()) {
    return Error{Blame::kLab,
                 fmt::format("the meter has no logic input {} ({} in this trace)", name_of(input),
                             trace.logic.empty() ? 0 : trace.logic_bits),
                 "choose another input, or another way to find the windows (--alignment)"};
  }
  const std::vector<Stretch> all = stretches_of(trace, input);
  const double hold = hold_s * trace.rate_hz;
  EdgeList list;
  if (all.empty()) return list;
  bool high = list.starts_high = all.front().high;
  for (std::size_t i = 1; i < all.size(); ++i) {
    const Stretch& now = all[i];
    const bool last = i + 1 == all.size();
    const std::uint64_t samples = last ? 0 : all[i + 1].begin - now.begin;
    const bool whole = !last && now.lost_before == 0 && !now.has_gap;
    if (whole && static_cast<double>(samples + 1) < hold) {
      if (list.glitch_count++ < kMostGlitches) {
        list.glitches.push_back({now.begin, samples, now.high});
      }
    } else if (now.high != high) {
      high = now.high;
      list.edges.push_back({now.begin, now.high, now.lost_before, 0});
    }
  }
  doubt_invalid(trace, list.edges);
  return list;
}

}  // namespace hil::energy
