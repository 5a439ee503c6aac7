// SPDX-License-Identifier: Apache-2.0
// cut_by_logic(): edges, matched, fitted, and each window judged.
#include "host/energy/window/logic_cut.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/energy/window/clock_fit.hpp"
#include "host/energy/window/edge_match.hpp"
#include "host/energy/window/pulse_extra.hpp"
#include "host/energy/window/spoiled.hpp"
#include "host/energy/window/toggle_count.hpp"

namespace hil::energy {
namespace {

/// A window's length may be off by both ends' rounding, beside what the clock may be.
constexpr double kLengthSlack = 2;
/// Edges may be this far off the line, if not by rounding then by what the board does between its
/// pin and its timer; what is further is not the pin.
constexpr double kLeastJitter = 5, kMostJitter_s = 200e-6;
constexpr std::size_t kMostNamed = 3;  ///< surplus edges that are named one by one

/// One cut in the making.
class LogicCut {
 public:
  LogicCut(const Trace& trace, std::span<const DeviceWindow> windows,
           const LogicCutOptions& options)
      : trace_(trace),
        windows_(windows),
        options_(options),
        rates_{options.tick_hz, trace.rate_hz} {}

  Result<Cut> run() {
    HIL_ASSIGN(list_, find_edges(trace_, options_.region, options_.hold_s));
    HIL_TRY(check_signal());
    match_ = match_edges(trace_, list_.edges, windows_, rates_);
    HIL_TRY(check_match());
    HIL_ASSIGN(fit_, fit_edges(trusted_pairs(), rates_));
    HIL_TRY(check_line());
    cut_.ends_from_fit = fit_.consistent();
    cut_.clock = fit_.clock;
    extra_ = extra_of_all();
    for (std::size_t w = 0; w < windows_.size(); ++w)
      cut_.windows.push_back(place(w));
    judge_surplus();
    add_notes();
    reject_spoiled(trace_, cut_.windows);
    if (options_.toggle) count_toggles(trace_, *options_.toggle, cut_);
    HIL_TRY(check_any_counts(cut_.windows));
    return std::move(cut_);
  }

 private:
  [[nodiscard]] std::size_t expected() const { return 2 * windows_.size(); }
  [[nodiscard]] std::string input() const { return name_of(options_.region); }
  [[nodiscard]] std::string at(double index) const {
    return fmt::format("{:.6f} s", index / trace_.rate_hz);
  }

  [[nodiscard]] Status check_signal() const {
    if (list_.seen() == 0) {
      return Error{Blame::kLab,
                   fmt::format("no edge on input {} while the board made {}", input(), expected()),
                   "connect the board's sync pin, and the meter's logic supply (VCC, Vref) to the "
                   "board's"};
    }
    if (list_.floats(expected())) {
      return Error{Blame::kLab,
                   fmt::format("input {} floats or carries another signal: {} edges where {} were "
                               "made",
                               input(), list_.seen(), expected()),
                   "connect the board's sync pin to it, and grounds to each other"};
    }
    return {};
  }

  [[nodiscard]] Status check_match() const {
    const bool fits = 2 * match_.count > expected() && match_.surplus.size() <= 1 + expected() / 2;
    if (fits && !match_.ambiguous) return {};
    if (fits) {
      return Error{Blame::kLab,
                   fmt::format("{} of the windows' {} edges are missing on input {}, and which "
                               "ones cannot be told: the windows are all alike",
                               expected() - match_.count, expected(), input()),
                   "begin the recording before the run, end it behind it, and lose no samples"};
    }
    if (fits_inverted()) {
      return Error{
          Blame::kLab,
          fmt::format("the edges on input {} are swapped: it falls where windows begin", input()),
          "the input is inverted; the self test finds that out"};
    }
    return Error{Blame::kLab,
                 fmt::format("the edges on input {} are not those of the windows: of {} that were "
                             "made {} were found, and {} others",
                             input(), expected(), match_.count, match_.surplus.size()),
                 "check which pin is on which input, and that nothing else drives it"};
  }

  [[nodiscard]] Status check_line() const {
    const double most = std::max(kLeastJitter, kMostJitter_s * trace_.rate_hz);
    if (fit_.worst <= most) return {};
    return Error{Blame::kLab,
                 fmt::format("the edges on input {} and the board's ticks are up to {:.1f} samples "
                             "apart",
                             input(), fit_.worst),
                 "samples were lost, or another signal is on the input; run it again"};
  }

  [[nodiscard]] bool fits_inverted() const {
    std::vector<Edge> edges = list_.edges;
    for (Edge& edge : edges)
      edge.rising = !edge.rising;
    return match_edges(trace_, edges, windows_, rates_).count * 10 > expected() * 9;
  }

  /// Numbers the sections anew, without those that have no trusted edge.
  std::vector<EdgePair> trusted_pairs() {
    std::vector<EdgePair> pairs;
    sections_.assign(match_.losses.size() + 1, std::nullopt);
    std::uint32_t next = 0;
    for (std::size_t i = 0; i < match_.found.size(); ++i) {
      if (!match_.found[i] || !edge(i).trusted()) continue;
      std::optional<std::uint32_t>& section = sections_[match_.found[i]->section];
      if (!section) section = next++;
      const DeviceWindow& window = windows_[i / 2];
      pairs.push_back(
          {i % 2 == 0 ? window.begin_ticks : window.end_ticks, edge(i).position(), *section});
    }
    return pairs;
  }

  [[nodiscard]] const Edge& edge(std::size_t i) const { return list_.edges[match_.found[i]->edge]; }

  /// The fit's section of the last edge up to @p i that has one, else of the first one.
  [[nodiscard]] std::uint32_t section_at(std::size_t i) const {
    for (std::size_t k = i + 1; k-- > 0;) {
      if (!match_.found[k]) continue;
      if (const auto section = sections_[match_.found[k]->section]) return *section;
    }
    return 0;
  }

  [[nodiscard]] Window place(std::size_t w) const {
    Window window = unplaced(windows_[w]);
    const std::size_t rise = 2 * w, fall = rise + 1;
    window.begin = fit_.index_at(window.begin_ticks, section_at(rise));
    window.end = fit_.index_at(window.end_ticks, section_at(fall));
    window.edge_sigma = fit_.sigma();
    if (!match_.found[rise] || !match_.found[fall]) {
      const bool both = !match_.found[rise] && !match_.found[fall];
      window.rejected = fmt::format("{} missing on input {}, where {} to {} is expected",
                                    both                  ? "both its edges are"
                                    : !match_.found[rise] ? "its rising edge is"
                                                          : "its falling edge is",
                                    input(), at(window.begin), at(window.end));
      return window;
    }
    if (!fit_.consistent()) place_at_edges(window, edge(rise), edge(fall));
    judge_length(window, rise, fall);
    return window;
  }

  void place_at_edges(Window& window, const Edge& rise, const Edge& fall) const {
    window.begin = rise.position();
    window.end = fall.position();
    window.edge_sigma = kSamplingSigma;
    if (!rise.trusted() || !fall.trusted()) {
      window.rejected = "the meter lost samples at its end, where its edge is";
    }
  }

  [[nodiscard]] double seen_length(std::size_t w) const {
    return edge(2 * w + 1).position() - edge(2 * w).position();
  }
  [[nodiscard]] double told_length(std::size_t w) const {
    return fit_.clock.samples_per_tick *
           static_cast<double>(windows_[w].end_ticks - windows_[w].begin_ticks);
  }

  /// See pulse_extra(); of the windows whose edges are both sure.
  [[nodiscard]] double extra_of_all() const {
    std::vector<PulseLength> lengths;
    for (std::size_t w = 0; w < windows_.size(); ++w) {
      const auto& rise = match_.found[2 * w];
      const auto& fall = match_.found[2 * w + 1];
      if (!rise || !fall || rise->section != fall->section) continue;
      if (edge(2 * w).trusted() && edge(2 * w + 1).trusted())
        lengths.push_back({seen_length(w), told_length(w)});
    }
    return pulse_extra(lengths, trace_.rate_hz);
  }

  void judge_length(Window& window, std::size_t rise, std::size_t fall) const {
    const double seen = seen_length(rise / 2);
    const double told = told_length(rise / 2) + extra_;
    const double slack = kLengthSlack + edge(rise).slack() + edge(fall).slack();
    if (match_.found[rise]->section != match_.found[fall]->section) {
      window.rejected = fmt::format("about {:.0f} samples vanished in it", told - seen);
    } else if (std::abs(seen - told) > slack + kMostPpm * 1e-6 * told) {
      window.rejected =
          fmt::format("its edges are {:.1f} samples apart where its ticks say {:.1f}", seen, told);
    }
  }

  /// Edges that nobody asked for spoil the window they are in.
  void judge_surplus() {
    for (std::size_t s = 0; s < match_.surplus.size(); ++s) {
      const Edge& extra = list_.edges[match_.surplus[s]];
      const double place = extra.position();
      for (Window& window : cut_.windows) {
        if (place <= window.begin || place >= window.end || !window.rejected.empty()) continue;
        window.rejected = fmt::format("an edge too many on input {} at {}", input(), at(place));
      }
      if (s < kMostNamed) {
        cut_.notes.push_back(fmt::format("a {} edge on input {} at {} belongs to no window",
                                         extra.rising ? "rising" : "falling", input(), at(place)));
      }
    }
    if (match_.surplus.size() > kMostNamed) {
      cut_.notes.push_back(fmt::format("{} more edges on input {} belong to no window",
                                       match_.surplus.size() - kMostNamed, input()));
    }
  }

  void add_notes() {
    if (list_.glitch_count > 0) {
      const Glitch& first = list_.glitches.front();
      cut_.notes.push_back(fmt::format("{} glitch{} on input {}, the first of {} sample{} at {}",
                                       list_.glitch_count, list_.glitch_count == 1 ? "" : "es",
                                       input(), first.samples, first.samples == 1 ? "" : "s",
                                       at(static_cast<double>(first.index))));
    }
    for (const SilentLoss& loss : match_.losses) {
      cut_.notes.push_back(fmt::format("about {:.0f} samples vanished unnoticed between {} and {}",
                                       loss.samples, at(static_cast<double>(loss.after)),
                                       at(static_cast<double>(loss.before))));
    }
    if (fit_.clock.nominal_rate) {
      cut_.notes.push_back(
          fmt::format("{} edge{} so near each other say nothing of the clocks' "
                      "ratio: it is taken to be what both claim",
                      fit_.clock.edges, fit_.clock.edges == 1 ? "" : "s"));
    }
    if (!cut_.ends_from_fit) {
      cut_.notes.push_back(fmt::format(
          "the edges are {:.2f} samples (standard deviation) off one line: each window is cut at "
          "its own edges",
          fit_.clock.residual));
    }
  }

  const Trace& trace_;
  std::span<const DeviceWindow> windows_;
  const LogicCutOptions& options_;
  NominalRates rates_;
  EdgeList list_;
  EdgeMatch match_;
  std::vector<std::optional<std::uint32_t>> sections_;  ///< of the match, in the fit
  EdgeFit fit_;
  double extra_ = 0;  ///< of all windows, in samples
  Cut cut_;
};

}  // namespace

Result<Cut> cut_by_logic(const Trace& trace, std::span<const DeviceWindow> windows,
                         const LogicCutOptions& options) {
  HIL_TRY(check_windows(windows, options.tick_hz));
  return LogicCut(trace, windows, options).run();
}

}  // namespace hil::energy
