// SPDX-License-Identifier: Apache-2.0
// fit_edges(): least squares with one slope and one offset per section.
#include "host/energy/window/clock_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace hil::energy {
namespace {

/// Sums of one section; x are ticks since the first pair, y samples.
struct Section {
  double count = 0, x = 0, y = 0;  ///< x, y: means once all pairs are in
};

Status check(std::span<const EdgePair> pairs, const NominalRates& rates) {
  if (pairs.empty() || rates.tick_hz == 0 || !(rates.sample_hz > 0)) {
    return Error{Blame::kBug, "a line cannot be fitted without edges and both rates", ""};
  }
  for (std::size_t i = 1; i < pairs.size(); ++i) {
    if (pairs[i].ticks <= pairs[i - 1].ticks) {
      return Error{Blame::kDevice,
                   fmt::format("the board's ticks do not ascend from edge {} to edge {}", i, i + 1),
                   "its clock went backwards, or it reports windows out of order"};
    }
    if (!(pairs[i].index > pairs[i - 1].index)) {
      return Error{
          Blame::kLab,
          fmt::format("edges {} and {} are swapped: the meter saw them in the other order", i,
                      i + 1),
          "check that the region pin is on the input that is cut by, and not the toggle pin"};
    }
    if (pairs[i].section < pairs[i - 1].section || pairs[i].section > pairs[i - 1].section + 1) {
      return Error{Blame::kBug, "sections of a clock fit must ascend by one", ""};
    }
  }
  return pairs.front().section == 0
             ? Status{}
             : Status{Error{Blame::kBug, "sections of a clock fit must begin at 0", ""}};
}

/// One fit in the making.
class Fit {
 public:
  Fit(std::span<const EdgePair> pairs, const NominalRates& rates, double position_sigma)
      : pairs_(pairs),
        rates_(rates),
        position_sigma_(position_sigma),
        sections_(pairs.back().section + 1u) {
    for (const EdgePair& pair : pairs_) {
      Section& section = sections_[pair.section];
      ++section.count;
      section.x += since(pair);
      section.y += pair.index - pairs_.front().index;
    }
    for (Section& section : sections_) {
      section.x /= section.count;
      section.y /= section.count;
    }
    for (const EdgePair& pair : pairs_) {
      const Section& section = sections_[pair.section];
      spread_ += (since(pair) - section.x) * (since(pair) - section.x);
      product_ += (since(pair) - section.x) * (pair.index - pairs_.front().index - section.y);
    }
  }

  EdgeFit with_fitted_rate() const { return with_slope(product_ / spread_, 1); }
  EdgeFit with_nominal_rate() const {
    EdgeFit fit = with_slope(rates_.samples_per_tick(), 0);
    fit.clock.nominal_rate = true;
    fit.clock.ppm = 0;
    fit.clock.ppm_uncertainty = kMostPpm / std::sqrt(3.0);
    return fit;
  }
  /// What rounding of all edges, conspiring, can make of the rate, and at least three standard
  /// uncertainties: a clock within what is allowed must not be refused.
  [[nodiscard]] double most_ppm_error(const ClockFit& clock) const {
    double distances = 0;
    for (const EdgePair& pair : pairs_)
      distances += std::abs(since(pair) - sections_[pair.section].x);
    const double step = 1 + rates_.samples_per_tick();
    const double rounding = step / 2 * distances / spread_ / clock.samples_per_tick * 1e6;
    return std::max(rounding, 3 * clock.ppm_uncertainty);
  }
  [[nodiscard]] bool has_slope() const { return spread_ > 0 && product_ > 0; }

 private:
  [[nodiscard]] double since(const EdgePair& pair) const {
    return static_cast<double>(pair.ticks - pairs_.front().ticks);
  }
  [[nodiscard]] double offset_of(const Section& section, double slope) const {
    return section.y - slope * section.x;
  }

  [[nodiscard]] EdgeFit with_slope(double slope, std::uint32_t rates_fitted) const {
    EdgeFit fit;
    fit.parameters = static_cast<std::uint32_t>(sections_.size()) + rates_fitted;
    double squares = 0;
    for (const EdgePair& pair : pairs_) {
      const Section& section = sections_[pair.section];
      const double away =
          pair.index - pairs_.front().index - section.y - slope * (since(pair) - section.x);
      squares += away * away;
      fit.worst = std::max(fit.worst, std::abs(away));
    }
    const double freedom = static_cast<double>(pairs_.size()) - fit.parameters;
    for (const Section& section : sections_)
      fit.section_shift.push_back(offset_of(section, slope) - offset_of(sections_[0], slope));
    ClockFit& clock = fit.clock;
    clock.first_tick = pairs_.front().ticks;
    clock.offset = pairs_.front().index + offset_of(sections_[0], slope);
    clock.samples_per_tick = slope;
    clock.edges = static_cast<std::uint32_t>(pairs_.size());
    clock.residual = freedom > 0 ? std::sqrt(squares / freedom) : 0;
    clock.ppm = (rates_.samples_per_tick() / slope - 1) * 1e6;
    const double noise = std::max(clock.residual, position_sigma_);
    clock.ppm_uncertainty = noise / std::sqrt(spread_) / slope * 1e6;
    return fit;
  }

  std::span<const EdgePair> pairs_;
  NominalRates rates_;
  double position_sigma_;
  std::vector<Section> sections_;
  double spread_ = 0, product_ = 0;
};

}  // namespace

double EdgeFit::sigma() const {
  const double tick = clock.samples_per_tick;
  const double rounding = (1 + tick * tick) / 12;
  const double seen = clock.residual * clock.residual;
  const double common = std::max(0.0, rounding - seen);
  return std::sqrt(common + seen * parameters / std::max(1u, clock.edges));
}

Result<EdgeFit> fit_edges(std::span<const EdgePair> pairs, const NominalRates& rates,
                          double position_sigma) {
  HIL_TRY(check(pairs, rates));
  const Fit fit(pairs, rates, position_sigma);
  if (!fit.has_slope()) return fit.with_nominal_rate();
  const EdgeFit fitted = fit.with_fitted_rate();
  if (fitted.clock.ppm_uncertainty > kWorstRatePpm) return fit.with_nominal_rate();
  if (std::abs(fitted.clock.ppm) > kMostPpm + fit.most_ppm_error(fitted.clock)) {
    return Error{Blame::kDevice,
                 fmt::format("the board's clock is {:+.0f} ppm off the meter's (more than {:.0f})",
                             fitted.clock.ppm, kMostPpm),
                 "the board's clock is not what its file says, or the meter loses samples"};
  }
  return fitted;
}

}  // namespace hil::energy
