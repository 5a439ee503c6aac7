// SPDX-License-Identifier: Apache-2.0
// Levels of idle windows, their scatter, and the line between neighbours.
#include "host/energy/sum/idle.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "host/energy/sum/budget.hpp"

namespace hil::energy {
namespace {

/// Parts of an idle window whose means show its noise, slow noise included.
constexpr std::size_t kBlocks = 8;
/// From so many idle windows on their scatter about the drift is taken for what it is.
constexpr std::size_t kEnoughWindows = 5;

IdleSecond second_of(const Trace& trace, const WindowSum& sum) {
  IdleSecond second;
  second.watts = sum.joules.value_or(0) / sum.seconds;
  second.amps = sum.coulombs.value_or(0) / sum.seconds;
  for (const RailSum& rail : sum.rails) {
    auto& shares = second.shares.emplace_back();
    for (const StepShare& share : rail.shares)
      shares.emplace_back().add(share, 1 / sum.seconds);
  }
  second.common_w = budget_of(trace, sum, Measure::kEnergy, {}).common.code_step / sum.seconds;
  second.common_a = budget_of(trace, sum, Measure::kCharge, {}).common.code_step / sum.seconds;
  return second;
}

/// Adds @p factor times @p other.
void add(IdleSecond& sum, const IdleSecond& other, double factor) {
  sum.watts += factor * other.watts;
  sum.amps += factor * other.amps;
  sum.common_w += factor * other.common_w;
  sum.common_a += factor * other.common_a;
  sum.shares.resize(other.shares.size());
  for (std::size_t r = 0; r < other.shares.size(); ++r) {
    sum.shares[r].resize(other.shares[r].size());
    for (std::size_t s = 0; s < other.shares[r].size(); ++s)
      sum.shares[r][s].add(other.shares[r][s], factor);
  }
}

/// Watts and amperes.
struct Pair {
  double w = 0, a = 0;
};

/// Variance of the mean of @p window from those of its blocks: of the differences between
/// neighbours about their mean, so that drift does not count.
Pair variance_within(const Trace& trace, const Window& window) {
  const double length = (window.end - window.begin) / static_cast<double>(kBlocks);
  constexpr double kDifferences = kBlocks - 1;
  Pair squares;
  Pair first;
  Pair last;
  for (std::size_t b = 0; b < kBlocks; ++b) {
    const double begin = window.begin + static_cast<double>(b) * length;
    const WindowSum sum = integrate(trace, begin, std::min(begin + length, window.end));
    const Pair now{sum.joules.value_or(0) / sum.seconds, sum.coulombs.value_or(0) / sum.seconds};
    if (b == 0) {
      first = now;
    } else {
      squares.w += (now.w - last.w) * (now.w - last.w);
      squares.a += (now.a - last.a) * (now.a - last.a);
    }
    last = now;
  }
  // Of white noise of variance v in each block the sum below is 2 v (n - 1 / n), n differences.
  const double scale = 1 / (2 * (kDifferences - 1 / kDifferences) * kBlocks);
  const auto about_mean = [&](double sum, double rise) {
    return std::max(0.0, sum - rise * rise / kDifferences) * scale;
  };
  return {about_mean(squares.w, last.w - first.w), about_mean(squares.a, last.a - first.a)};
}

}  // namespace

Window idle_core(const Window& window) {
  const double length = window.end - window.begin;
  const double guard = std::min(kIdleGuardSamples + 3 * window.edge_sigma, kMostIdleGuard * length);
  Window core = window;
  core.begin = std::ceil(window.begin + guard);
  core.end = std::floor(window.end - guard);
  return core.end - core.begin > length / 2 ? core : window;
}

IdleTrack::IdleTrack(const Trace& trace, const std::vector<Window>& windows) {
  std::vector<Window> idle;
  for (const Window& window : windows) {
    if (window.kind == WindowKind::kIdle && window.rejected.empty() && lies_in(window, trace) &&
        trace.rate_hz > 0) {
      idle.push_back(idle_core(window));
    }
  }
  std::sort(idle.begin(), idle.end(),
            [](const Window& a, const Window& b) { return a.begin < b.begin; });
  for (const Window& window : idle) {
    const WindowSum sum = integrate(trace, window);
    places_.push_back({(window.begin + window.end) / 2, sum.seconds, second_of(trace, sum)});
    seconds_ += sum.seconds;
  }
  find_scatter(trace, idle);
}

void IdleTrack::find_scatter(const Trace& trace, const std::vector<Window>& windows) {
  Pair within;
  for (const Window& window : windows) {
    const Pair variance = variance_within(trace, window);
    within.w += variance.w / static_cast<double>(windows.size());
    within.a += variance.a / static_cast<double>(windows.size());
  }
  Pair about;
  for (std::size_t i = 1; i + 1 < places_.size(); ++i) {
    const Place& before = places_[i - 1];
    const Place& behind = places_[i + 1];
    const double share = (places_[i].middle - before.middle) / (behind.middle - before.middle);
    const double weight =
        (1 + share * share + (1 - share) * (1 - share)) * static_cast<double>(places_.size() - 2);
    const double w = places_[i].second.watts - before.second.watts -
                     share * (behind.second.watts - before.second.watts);
    const double a = places_[i].second.amps - before.second.amps -
                     share * (behind.second.amps - before.second.amps);
    about.w += w * w / weight;
    about.a += a * a / weight;
  }
  const bool enough = places_.size() >= kEnoughWindows;
  scatter_w_ = std::sqrt(enough ? about.w : std::max(about.w, within.w));
  scatter_a_ = std::sqrt(enough ? about.a : std::max(about.a, within.a));
}

IdleSecond IdleTrack::at(double index) const {
  const auto behind = std::find_if(places_.begin(), places_.end(),
                                   [index](const Place& place) { return place.middle >= index; });
  IdleSecond second;
  if (behind != places_.begin() && behind != places_.end()) {
    const Place& before = *std::prev(behind);
    const double share = (index - before.middle) / (behind->middle - before.middle);
    add(second, before.second, 1 - share);
    add(second, behind->second, share);
  } else {
    const bool first = behind == places_.begin();
    const std::size_t nearest = first ? 0 : places_.size() - 1;
    second = places_[nearest].second;
    if (places_.size() > 1) {
      const Place& end = places_[nearest];
      const Place& next = places_[first ? 1 : places_.size() - 2];
      const double reach = std::abs((index - end.middle) / (next.middle - end.middle));
      const double w = reach * (next.second.watts - end.second.watts);
      const double a = reach * (next.second.amps - end.second.amps);
      second.common_w = std::hypot(second.common_w, w);
      second.common_a = std::hypot(second.common_a, a);
    }
  }
  second.random_w = scatter_w_;
  second.random_a = scatter_a_;
  return second;
}

IdleSecond IdleTrack::mean() const {
  IdleSecond mean;
  for (const Place& place : places_)
    add(mean, place.second, place.seconds / seconds_);
  const double root = std::sqrt(static_cast<double>(places_.size()));
  mean.random_w = scatter_w_ / root;
  mean.random_a = scatter_a_ / root;
  return mean;
}

}  // namespace hil::energy
