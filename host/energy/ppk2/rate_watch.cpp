// SPDX-License-Identifier: Apache-2.0
// RateWatch: the earliest arrivals, their line, and where they are lifted off it.
#include "host/energy/ppk2/rate_watch.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "host/energy/ppk2/sample.hpp"

namespace hil::energy::ppk2 {
namespace {

constexpr double kBlockS = 0.25;
constexpr double kHiddenS = kCounterPeriod / kRateHz;  ///< of the smallest loss that is not seen
constexpr double kLeastLiftS = 0.75 * kHiddenS;
/// Blocks behind a lift that must at least show it; all of the next kAhead do. As many as kBack
/// before it say where the line was.
constexpr std::size_t kProof = 4, kAhead = 32, kBack = 8;
/// A lift must be this many times the scatter of the earliest arrivals around it.
constexpr double kSignificance = 4;
/// A host that is this busy cannot tell lateness from loss: what it waits for may itself be late.
constexpr double kTooBusyS = 2e-3;
/// Twice what two quartz clocks may differ: if this share is missing in most seconds, it is loss
/// that neither begins nor ends.
constexpr double kSteadyLoss = 0.001;
/// Two quartz clocks differ by less; what is beyond is loss, again and again.
constexpr double kMostSlope = 500e-6;

/// The value that @p share of @p values are below.
double quantile_of(std::vector<double> values, double share) {
  const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size()));
  std::nth_element(values.begin(), values.begin() + place, values.end());
  return values[static_cast<std::size_t>(place)];
}

double least_of(std::span<const double> values) {
  return *std::min_element(values.begin(), values.end());
}

/// By how much neighbours differ, three quarters of them at most: lifts in between do not count.
/// Few values may be alike by chance, so of them it is the whole width.
double scatter_of(std::span<const double> values) {
  if (values.size() < 2 * kProof) {
    return *std::max_element(values.begin(), values.end()) - least_of(values);
  }
  std::vector<double> steps;
  for (std::size_t i = 1; i < values.size(); ++i)
    steps.push_back(std::abs(values[i] - values[i - 1]));
  return quantile_of(std::move(steps), 0.75);
}

}  // namespace

void RateWatch::feed(Deadline::Clock::time_point at, std::uint64_t samples) {
  if (blocks_.empty()) {
    first_ = at;
    first_samples_ = samples;
  }
  const double seconds = std::chrono::duration<double>(at - first_).count();
  const double due = static_cast<double>(samples) - static_cast<double>(first_samples_);
  const Block now{seconds, seconds - due / kRateHz, samples};
  const auto block = static_cast<std::int64_t>(seconds / kBlockS);
  if (blocks_.empty() || block != block_) {
    blocks_.push_back(now);
  } else if (now.late_s < blocks_.back().late_s) {
    blocks_.back() = now;
  }
  block_ = block;
}

/// Median over neighbours a second apart (or less, if there are few): a loss touches few of them.
double RateWatch::slope() const {
  const std::size_t step = std::clamp<std::size_t>(blocks_.size() / 3, 1, 4);
  std::vector<double> slopes;
  for (std::size_t i = step; i < blocks_.size(); ++i) {
    const double seconds = blocks_[i].at_s - blocks_[i - step].at_s;
    if (seconds > 0) slopes.push_back((blocks_[i].late_s - blocks_[i - step].late_s) / seconds);
  }
  if (slopes.empty()) return 0;
  return quantile_of(std::move(slopes), 0.5);
}

std::vector<double> RateWatch::levelled() const {
  const double line = std::clamp(slope(), -kMostSlope, kMostSlope);
  std::vector<double> late;
  late.reserve(blocks_.size());
  for (const Block& block : blocks_)
    late.push_back(block.late_s - line * block.at_s);
  return late;
}

std::vector<HiddenLoss> RateWatch::losses() const {
  std::vector<HiddenLoss> found;
  const std::vector<double> late = levelled();
  if (late.size() < 2 * kProof || scatter_of(late) > kTooBusyS) return {};
  if (slope() > kSteadyLoss) return everywhere();
  const std::span<const double> all(late);
  std::size_t from = 0;
  for (std::size_t at = 1; at + kProof <= late.size(); ++at) {
    const std::size_t begin = std::max(from, at - std::min(at, kBack));
    const auto before = all.subspan(begin, at - begin);
    const auto behind = all.subspan(at, std::min(kAhead, late.size() - at));
    const double lift = least_of(behind) - least_of(before);
    if (lift < kLeastLiftS) continue;
    const double scatter = std::max(scatter_of(before), scatter_of(behind));
    if (scatter > kTooBusyS || lift < kSignificance * scatter) continue;
    // A busy moment may have kept it from being seen at once.
    std::size_t sure = at - 1;
    while (sure > begin && late[sure] > least_of(before) + lift / 2)
      --sure;
    const double times = std::max(1.0, std::round(lift / kHiddenS));
    found.push_back({blocks_[sure].samples, blocks_[at].samples,
                     static_cast<std::uint64_t>(times) * kCounterPeriod});
    from = at;
  }
  return found;
}

/// A loss that goes on from the first to the last arrival.
std::vector<HiddenLoss> RateWatch::everywhere() const {
  const Block &first = blocks_.front(), &last = blocks_.back();
  const double missing = std::max(0.0, (last.late_s - first.late_s) * kRateHz);
  return {{first.samples, last.samples, static_cast<std::uint64_t>(missing)}};
}

std::optional<double> RateWatch::scatter_s() const {
  if (blocks_.size() < 2 * kProof) return {};
  return scatter_of(levelled());
}

double RateWatch::seen_hz() const {
  if (blocks_.size() < 3 || scatter_of(levelled()) > kTooBusyS) return 0;
  const Block &first = blocks_[blocks_.size() > 6 ? 1 : 0], &last = blocks_.back();
  const double seconds = last.at_s - first.at_s;
  return seconds > 0 ? static_cast<double>(last.samples - first.samples) / seconds : 0;
}

}  // namespace hil::energy::ppk2
