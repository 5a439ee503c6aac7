// SPDX-License-Identifier: Apache-2.0
// Greedy placement in several orders.
#include "host/model/planner.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <numeric>

#include "protocol/plan/format.hpp"

namespace hil::model {
namespace {

constexpr std::uint64_t aligned(std::uint64_t bytes) {
  return (bytes + plan::kAlignment - 1) / plan::kAlignment * plan::kAlignment;
}

bool meet(const Lifetime& a, const Lifetime& b) {
  return a.first <= b.last && b.first <= a.last;
}

/// A placement in the making.
class Placement {
 public:
  explicit Placement(std::span<const Lifetime> buffers) : buffers_(buffers) {
    plan_.offsets.resize(buffers.size());
  }

  /// Gives buffer @p index the tightest gap among the buffers placed so far that it meets, or the
  /// end behind them.
  void place(std::size_t index) {
    const Lifetime& buffer = buffers_[index];
    const std::uint64_t size = aligned(buffer.size_bytes);
    std::uint64_t best = 0;
    std::uint64_t best_gap = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t end = 0;
    for (const std::size_t other : by_offset_) {
      if (!meet(buffer, buffers_[other])) continue;
      const std::uint64_t start = plan_.offsets[other];
      if (start >= end && start - end >= size && start - end < best_gap) {
        best = end;
        best_gap = start - end;
      }
      end = std::max(end, start + aligned(buffers_[other].size_bytes));
    }
    if (best_gap == std::numeric_limits<std::uint64_t>::max()) best = end;
    set(index, best, size);
  }

  ArenaPlan take() && { return std::move(plan_); }

 private:
  void set(std::size_t index, std::uint64_t offset, std::uint64_t size) {
    plan_.offsets[index] = offset;
    plan_.size_bytes = std::max(plan_.size_bytes, offset + size);
    const auto behind = std::upper_bound(
        by_offset_.begin(), by_offset_.end(), offset,
        [this](std::uint64_t at, std::size_t other) { return at < plan_.offsets[other]; });
    by_offset_.insert(behind, index);
  }

  std::span<const Lifetime> buffers_;
  ArenaPlan plan_;
  std::vector<std::size_t> by_offset_;  // placed buffers, lowest offset first
};

/// Whether the first buffer is placed before the second one.
using Order = std::function<bool(const Lifetime&, const Lifetime&)>;

std::uint64_t duration(const Lifetime& buffer) {
  return std::uint64_t{buffer.last} - buffer.first + 1;
}

const std::vector<Order>& orders() {
  static const std::vector<Order> kOrders = {
      [](const Lifetime& a, const Lifetime& b) { return a.size_bytes > b.size_bytes; },
      [](const Lifetime& a, const Lifetime& b) {
        return a.size_bytes != b.size_bytes ? a.size_bytes > b.size_bytes
                                            : duration(a) > duration(b);
      },
      [](const Lifetime& a, const Lifetime& b) {
        return a.size_bytes * duration(a) > b.size_bytes * duration(b);
      },
      [](const Lifetime& a, const Lifetime& b) {
        return duration(a) != duration(b) ? duration(a) > duration(b) : a.size_bytes > b.size_bytes;
      },
      [](const Lifetime& a, const Lifetime& b) { return a.first < b.first; },
      [](const Lifetime& a, const Lifetime& b) { return a.last > b.last; },
  };
  return kOrders;
}

ArenaPlan plan_in_order(std::span<const Lifetime> buffers, const Order& order) {
  std::vector<std::size_t> indices(buffers.size());
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  std::stable_sort(indices.begin(), indices.end(),
                   [&](std::size_t a, std::size_t b) { return order(buffers[a], buffers[b]); });
  Placement placement(buffers);
  for (const std::size_t index : indices)
    placement.place(index);
  return std::move(placement).take();
}

}  // namespace

std::uint64_t liveness_bound(std::span<const Lifetime> buffers) {
  std::map<std::uint64_t, std::pair<std::uint64_t, std::uint64_t>> changes;  // step: born, gone
  for (const Lifetime& buffer : buffers) {
    changes[buffer.first].first += aligned(buffer.size_bytes);
    changes[std::uint64_t{buffer.last} + 1].second += aligned(buffer.size_bytes);
  }
  std::uint64_t live = 0;
  std::uint64_t most = 0;
  for (const auto& [step, change] : changes) {
    live = live - change.second + change.first;
    most = std::max(most, live);
  }
  return most;
}

ArenaPlan plan_arena(std::span<const Lifetime> buffers) {
  const std::uint64_t bound = liveness_bound(buffers);
  ArenaPlan best;
  bool first = true;
  for (const Order& order : orders()) {
    ArenaPlan plan = plan_in_order(buffers, order);
    if (first || plan.size_bytes < best.size_bytes) best = std::move(plan);
    first = false;
    if (best.size_bytes == bound) break;
  }
  return best;
}

std::optional<std::pair<std::size_t, std::size_t>> find_overlap(std::span<const Lifetime> buffers,
                                                                const ArenaPlan& plan) {
  for (std::size_t a = 0; a < buffers.size(); ++a) {
    const std::uint64_t start = plan.offsets[a];
    const std::uint64_t end = start + buffers[a].size_bytes;
    if (start % plan::kAlignment != 0 || end > plan.size_bytes) return std::pair{a, a};
    for (std::size_t b = a + 1; b < buffers.size(); ++b) {
      if (!meet(buffers[a], buffers[b])) continue;
      if (start < plan.offsets[b] + buffers[b].size_bytes && plan.offsets[b] < end) {
        return std::pair{a, b};
      }
    }
  }
  return std::nullopt;
}

}  // namespace hil::model
