// SPDX-License-Identifier: Apache-2.0
// find_sync_wire(): which input shows the pulses, and if none does, what it shows instead.
#include "host/energy/window/self_test.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "host/energy/window/clock_fit.hpp"
#include "host/energy/window/pulse_extra.hpp"

namespace hil::energy {
namespace {

/// What one input shows.
struct Candidate {
  LogicInput input;
  EdgeList list;
};

const char* const kWireHint =
    "connect the board's sync pin to D0 and the grounds to each other, and give the meter's logic "
    "port the board's supply (VCC, Vref)";

Error no_edges(unsigned inputs, std::size_t made) {
  return Error{
      Blame::kLab,
      fmt::format("no edge on {} of the meter while the board made {}",
                  inputs == 1 ? "input D0" : fmt::format("inputs D0 to D{}", inputs - 1), made),
      kWireHint};
}

std::string lengths_of(const EdgeList& list, double rate_hz) {
  std::string text;
  for (std::size_t i = 0; i + 1 < list.edges.size(); ++i) {
    if (!list.edges[i].rising) continue;
    const double length = list.edges[i + 1].position() - list.edges[i].position();
    text += fmt::format("{}{:.2f}", text.empty() ? "" : ", ", length / rate_hz * 1e3);
  }
  return text;
}

std::string lengths_of(std::span<const DeviceWindow> pulses, std::uint64_t tick_hz) {
  std::string text;
  for (const DeviceWindow& pulse : pulses) {
    const auto ticks = static_cast<double>(pulse.end_ticks - pulse.begin_ticks);
    text += fmt::format("{}{:.2f}", text.empty() ? "" : ", ",
                        ticks / static_cast<double>(tick_hz) * 1e3);
  }
  return text;
}

/// One search over all inputs.
class Search {
 public:
  Search(const Trace& trace, std::span<const DeviceWindow> pulses, std::uint64_t tick_hz)
      : trace_(trace), pulses_(pulses), rates_{tick_hz, trace.rate_hz} {}

  Result<WireFound> run() {
    const unsigned inputs = std::min(trace_.logic_bits, 8u);
    for (unsigned bit = 0; bit < inputs; ++bit) {
      for (const bool inverted : {false, true}) {
        HIL_ASSIGN(EdgeList list, find_edges(trace_, {bit, inverted}, kRegionHold_s));
        look_at({{bit, inverted}, std::move(list)});
      }
    }
    if (found_) return *std::move(found_);
    if (clock_error_) return *clock_error_;
    return explain(inputs);
  }

 private:
  [[nodiscard]] std::size_t made() const { return 2 * pulses_.size(); }

  void look_at(Candidate candidate) {
    if (const auto clock = clock_of(candidate)) {
      take(candidate, *clock);
    }
    if (!candidate.input.inverted) others_.push_back(std::move(candidate));
  }

  void take(const Candidate& candidate, const ClockFit& clock) {
    if (found_) {
      found_->notes.push_back(
          fmt::format("input {} shows the sync pin's pulses, too", name_of(candidate.input)));
      return;
    }
    found_ = WireFound{candidate.input, clock.ppm, {}};
    if (candidate.list.glitch_count > 0) {
      found_->notes.push_back(fmt::format("{} glitch{} on input {}", candidate.list.glitch_count,
                                          candidate.list.glitch_count == 1 ? "" : "es",
                                          name_of(candidate.input)));
    }
  }

  /// The clocks' line if the input shows exactly the pulses.
  std::optional<ClockFit> clock_of(const Candidate& candidate) {
    const std::vector<Edge>& edges = candidate.list.edges;
    if (edges.size() != made() || !edges.front().rising) return std::nullopt;
    std::vector<EdgePair> pairs;
    for (std::size_t i = 0; i < edges.size(); ++i) {
      const DeviceWindow& pulse = pulses_[i / 2];
      if (!edges[i].trusted()) return std::nullopt;
      pairs.push_back({i % 2 == 0 ? pulse.begin_ticks : pulse.end_ticks, edges[i].position(), 0});
    }
    const Result<EdgeFit> fit = fit_edges(pairs, rates_);
    if (fit && fit->consistent()) return fit->clock;
    if (const auto clock = clock_of_longer(pairs)) return clock;
    // The line is good or the error would not be of the clock; which input it was is known, too.
    if (!fit && fits_some_clock(pairs)) clock_error_ = fit.error().within(name_of(candidate.input));
    return std::nullopt;
  }

  /// The same where all pulses are longer than told by what the board does between pin and timer.
  [[nodiscard]] std::optional<ClockFit> clock_of_longer(const std::vector<EdgePair>& pairs) const {
    double per_tick = rates_.samples_per_tick();
    for (int round = 0; round < 3; ++round) {  // the rate is off by what the extra was off
      const double extra = extra_of(pairs, per_tick);
      std::vector<EdgePair> shorter = pairs;
      for (std::size_t i = 0; i < pairs.size(); ++i)
        shorter[i].index += i % 2 == 0 ? extra / 2 : -extra / 2;
      const Result<EdgeFit> fit = fit_edges(shorter, rates_);
      if (!fit) return std::nullopt;
      if (fit->consistent()) return fit->clock;
      per_tick = fit->clock.samples_per_tick;
    }
    return std::nullopt;
  }

  [[nodiscard]] double extra_of(const std::vector<EdgePair>& pairs, double per_tick) const {
    std::vector<PulseLength> lengths;
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
      lengths.push_back({pairs[i + 1].index - pairs[i].index,
                         per_tick * static_cast<double>(pairs[i + 1].ticks - pairs[i].ticks)});
    }
    return pulse_extra(lengths, rates_.sample_hz);
  }

  /// Whether the pairs are on a line of any slope.
  [[nodiscard]] bool fits_some_clock(const std::vector<EdgePair>& pairs) const {
    NominalRates free = rates_;
    const auto ticks = static_cast<double>(pairs.back().ticks - pairs.front().ticks);
    free.sample_hz =
        (pairs.back().index - pairs.front().index) / ticks * static_cast<double>(rates_.tick_hz);
    const Result<EdgeFit> fit = fit_edges(pairs, free);
    return fit && fit->consistent();
  }

  [[nodiscard]] Error explain(unsigned inputs) const {
    const auto loudest = std::max_element(
        others_.begin(), others_.end(),
        [](const Candidate& a, const Candidate& b) { return a.list.seen() < b.list.seen(); });
    if (loudest->list.seen() == 0) return no_edges(inputs, made());
    const Candidate* nearest = nullptr;
    for (const Candidate& candidate : others_) {
      if (candidate.list.seen() == 0 || candidate.list.floats(made())) continue;
      if (nearest == nullptr || away(candidate) < away(*nearest)) nearest = &candidate;
    }
    if (nearest == nullptr) {
      return Error{Blame::kLab,
                   fmt::format("input {} floats: {} edges where the board made {}, and no other "
                               "input shows them",
                               name_of(loudest->input), loudest->list.seen(), made()),
                   kWireHint};
    }
    return other_signal(*nearest);
  }

  [[nodiscard]] std::size_t away(const Candidate& candidate) const {
    const std::size_t seen = candidate.list.seen();
    return seen > made() ? seen - made() : made() - seen;
  }

  [[nodiscard]] Error other_signal(const Candidate& candidate) const {
    const std::size_t seen = candidate.list.edges.size();
    const std::string lengths = lengths_of(candidate.list, trace_.rate_hz);
    std::string what = fmt::format("input {} shows {} edge{}", name_of(candidate.input), seen,
                                   seen == 1 ? "" : "s");
    if (seen != made()) {
      what += fmt::format(" where the board made {}", made());
    } else {
      what += fmt::format(", but not the sync pin's: pulses of {} ms instead of {} ms", lengths,
                          lengths_of(pulses_, rates_.tick_hz));
    }
    return Error{
        Blame::kLab, what,
        "another signal is on it, or the two sync pins are swapped: the region pin goes to "
        "D0, the toggle pin to D1"};
  }

  const Trace& trace_;
  std::span<const DeviceWindow> pulses_;
  NominalRates rates_;
  std::vector<Candidate> others_;
  std::optional<WireFound> found_;
  std::optional<Error> clock_error_;
};

}  // namespace

Result<WireFound> find_sync_wire(const Trace& trace, std::span<const DeviceWindow> pulses,
                                 std::uint64_t tick_hz) {
  HIL_TRY(check_windows(pulses, tick_hz));
  if (pulses.size() < 2) {
    return Error{Blame::kBug, "one pulse cannot be told from another signal", ""};
  }
  if (trace.logic_bits == 0 || trace.logic.empty()) {
    return Error{Blame::kLab, "the meter has no logic inputs that a sync wire could go to",
                 "windows can still be found by a pattern in the current or by the host's clock "
                 "(--alignment)"};
  }
  return Search(trace, pulses, tick_hz).run();
}

}  // namespace hil::energy
