// SPDX-License-Identifier: Apache-2.0
// Lengths and numbers of windows.
#include "host/measure/energy/energy_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "host/energy/window/host_cut.hpp"
#include "host/measure/energy/quiet_run.hpp"
#include "host/measure/upload.hpp"

namespace hil::measure {
namespace {

using energy::Alignment;
using session::EnergyRegion;
using session::EnergyRunOptions;
using session::EnergyStep;

constexpr double kShortWindow_s = 0.02;
constexpr double kSamplesInWindow = 500;
/// Leave energy::kLeastHostWindow_s and kLeastHostIdle_s, with guards_s().
constexpr double kHostWindow_s = 10.5;
constexpr double kHostIdle_s = 3;
/// Edges of a counter on I2C are uncertain by about a millisecond: 0.1 %.
constexpr double kCountedWindow_s = 1;
constexpr std::uint32_t kShortWindows = 20;
constexpr std::uint32_t kLongWindows = 5;
constexpr std::uint32_t kHostWindows = 3;
constexpr double kLongFrom_s = 0.5;
/// Between windows: long enough for an edge on any meter, and to be no glitch.
constexpr double kGap_s = 2e-3;
constexpr double kGapSamples = 5;
/// A step of the pattern: slower than a decoupling capacitor, and 200 samples at 100 kS/s.
constexpr double kMark_s = 0.02;
constexpr std::uint32_t kPhaseRounds = 10;
constexpr std::uint32_t kLayerRounds = 10;
constexpr std::uint32_t kPeriods = 5;
/// Times that an operator is executed in a row, so that it takes as long as several whole
/// inferences or this often.
constexpr std::uint32_t kMostTimes = 1000;
constexpr double kBudgetFactor = 3;
constexpr double kBudgetMore_s = 20;

/// Of the host's clock at both ends together: three standard uncertainties each of samples that are
/// up to refresh_s old, and one sample that is cut.
double guards_s(double rate_hz, double refresh_s) {
  return 2 * energy::kGuardSigmas * refresh_s / std::sqrt(12.0) + (rate_hz > 0 ? 2 / rate_hz : 0);
}

class Planner {
 public:
  Planner(const EnergyOptions& options, const EnergyGround& ground,
          const model::CompiledModel& model)
      : options_(options), ground_(ground), model_(model) {}

  Result<EnergyPlan> plan() && {
    HIL_TRY(check());
    plan_.window_s = options_.window_s > 0 ? options_.window_s : usual_window_s();
    plan_.windows = options_.windows > 0 ? options_.windows
                                         : default_windows(ground_.alignment, plan_.window_s);
    plan_.repetitions = repetitions(plan_.window_s, ground_.inference_ticks);
    HIL_TRY(add_figures());
    if (options_.phases) HIL_TRY(add_phases());
    if (options_.per_layer) HIL_TRY(add_layers());
    if (options_.period_s > 0) HIL_TRY(add_duty());
    return std::move(plan_);
  }

 private:
  [[nodiscard]] Status check() const {
    const bool more = options_.phases || options_.per_layer || options_.period_s > 0;
    if (more && ground_.alignment != Alignment::kLogic) {
      return Error{Blame::kUser,
                   fmt::format("phases, operators and a period need the sync wire, and windows "
                               "are cut by {}",
                               energy::word_of(ground_.alignment)),
                   "wire the board's sync pins to the meter's logic inputs"};
    }
    HIL_TRY(check_host_window());
    if (ground_.window_capacity < 3 || ground_.step_capacity < 2) {
      return Error{Blame::kDevice,
                   fmt::format("the agent keeps {} windows and {} steps", ground_.window_capacity,
                               ground_.step_capacity),
                   "flash an agent that was built with room for more"};
    }
    return {};
  }

  /// What is shorter than that with its guards would be measured, and then not count.
  [[nodiscard]] Status check_host_window() const {
    const bool asked = options_.window_s > 0 && ground_.alignment == Alignment::kHostClock;
    if (!asked || options_.window_s >= energy::kLeastHostWindow_s) return {};
    return Error{Blame::kUser,
                 fmt::format("windows by the host's clock need {:.0f} s and more, and {:g} s were "
                             "asked for",
                             energy::kLeastHostWindow_s, options_.window_s),
                 fmt::format("leave --window out, or --window {:.1f}s",
                             std::ceil(10 * usual_window_s() - 1e-6) / 10)};
  }

  [[nodiscard]] double usual_window_s() const {
    return default_window_s(ground_.alignment, ground_.rate_hz, ground_.refresh_s);
  }

  [[nodiscard]] std::uint64_t ticks_of(double seconds) const {
    return static_cast<std::uint64_t>(std::llround(seconds * static_cast<double>(ground_.tick_hz)));
  }

  [[nodiscard]] std::uint32_t repetitions(double seconds, std::uint64_t ticks_each) const {
    const double wanted = std::ceil(seconds * static_cast<double>(ground_.tick_hz) /
                                    static_cast<double>(std::max<std::uint64_t>(1, ticks_each)));
    return static_cast<std::uint32_t>(
        std::clamp(wanted, 1.0, static_cast<double>(std::numeric_limits<std::int32_t>::max())));
  }

  [[nodiscard]] EnergyStep idle_step() const {
    EnergyStep step;
    step.region = EnergyRegion::kRest;
    step.rest = options_.idle;
    const bool host = ground_.alignment == Alignment::kHostClock;
    const double host_s = kHostIdle_s + guards_s(ground_.rate_hz, ground_.refresh_s);
    step.rest_ticks = ticks_of(host ? host_s : std::min(plan_.window_s, kLongFrom_s));
    return step;
  }

  [[nodiscard]] EnergyStep work(EnergyRegion region, std::uint32_t count) const {
    EnergyStep step;
    step.region = region;
    step.repetitions = count;
    return step;
  }

  [[nodiscard]] EnergyRegion figures_region() const {
    return options_.load_too ? EnergyRegion::kLoadAndInference : EnergyRegion::kInference;
  }

  [[nodiscard]] EnergyRunOptions base() const {
    EnergyRunOptions run{.steps = {}};
    run.rest_ticks = ticks_of(std::max(kGap_s, kGapSamples / ground_.rate_hz));
    run.reset_state = model_.state_bytes > 0;
    return run;
  }

  /// @p inside: ticks of each step's region; 0 of a rest.
  void add(EnergyRunOptions run, WindowGroup group, const std::vector<std::uint64_t>& inside) {
    PlannedRun planned;
    planned.seconds = seconds_of(run, inside, ground_.tick_hz);
    const double budget = 1e3 * (kBudgetFactor * planned.seconds + kBudgetMore_s);
    run.budget_ms = static_cast<std::uint32_t>(
        std::min(budget, static_cast<double>(std::numeric_limits<std::int32_t>::max())));
    group.windows = run.windows;
    planned.group = group;
    planned.options = std::move(run);
    plan_.runs.push_back(std::move(planned));
  }

  Status add_figures() {
    const std::uint32_t most = (ground_.window_capacity - 1) / 2;
    const bool wire = ground_.alignment == Alignment::kLogic;
    if (!wire && options_.windows == 0) plan_.windows = std::min(plan_.windows, most);
    if (!wire && plan_.windows > most) {
      return Error{Blame::kDevice,
                   fmt::format("without a sync wire all windows are of one run, and the agent "
                               "keeps {} of the {} that are asked for",
                               most, plan_.windows),
                   fmt::format("--windows {}", most)};
    }
    const std::uint64_t inside = plan_.repetitions * ground_.inference_ticks;
    for (std::uint32_t left = plan_.windows; left > 0;) {
      const std::uint32_t now = std::min(left, most);
      EnergyRunOptions run = base();
      run.steps = {idle_step(), work(figures_region(), plan_.repetitions)};
      run.windows = 2 * now + 1;
      if (ground_.alignment == Alignment::kTracePattern) run.mark_ticks = ticks_of(kMark_s);
      add(std::move(run), {WindowUse::kFigures, 0, 0, 0, 0}, {0, inside});
      left -= now;
    }
    return {};
  }

  Status add_phases() {
    constexpr std::uint32_t kSteps = 4;
    if (ground_.step_capacity < kSteps || ground_.window_capacity < kSteps) {
      return Error{Blame::kDevice, "the agent keeps too few steps for --phases",
                   "leave --phases out"};
    }
    // Digests are quick: as often as writing an input, which also is a pass over memory.
    const std::uint32_t often = repetitions(plan_.window_s, ground_.load_ticks);
    EnergyRunOptions run = base();
    run.steps = {idle_step(), work(EnergyRegion::kLoad, often),
                 work(EnergyRegion::kInference, plan_.repetitions),
                 work(EnergyRegion::kOutput, often)};
    run.windows = kSteps * std::min(kPhaseRounds, ground_.window_capacity / kSteps);
    const std::uint64_t load = often * ground_.load_ticks;
    add(std::move(run), {WindowUse::kPhase, 0, 0, 0, 0},
        {0, load, plan_.repetitions * ground_.inference_ticks, load});
    return {};
  }

  [[nodiscard]] std::string layer_name(std::size_t index) const {
    const model::PlanStep& step = model_.steps[index];
    return fmt::format("{} {}", step.layer, title_of(step.kind));
  }

  /// So often that the operator's share of the window is about half: it is not known yet, so its
  /// share of the MACs (with a floor) stands for it.
  [[nodiscard]] std::uint32_t times_of(std::size_t index) const {
    const double macs = static_cast<double>(std::max<std::uint64_t>(1, model_.macs));
    const double share = std::max(static_cast<double>(model_.steps[index].macs) / macs,
                                  0.2 / static_cast<double>(model_.steps.size()));
    return static_cast<std::uint32_t>(
        std::clamp(1 + std::ceil(1 / share), 2.0, static_cast<double>(kMostTimes)));
  }

  Status add_layers() {
    const std::size_t each = std::min(ground_.step_capacity, ground_.window_capacity) - 1;
    for (std::size_t first = 0; first < model_.steps.size(); first += each) {
      const std::size_t count = std::min(each, model_.steps.size() - first);
      WindowGroup group{WindowUse::kLayer, 0, static_cast<std::uint32_t>(plan_.layers.size()),
                        static_cast<std::uint32_t>(count + 1), 0};
      EnergyRunOptions run = base();
      const std::uint32_t often = std::max(1u, plan_.repetitions / 2);
      run.steps.push_back(work(figures_region(), plan_.repetitions));
      plan_.layers.push_back({"base", 1});
      std::vector<std::uint64_t> inside{plan_.repetitions * ground_.inference_ticks};
      for (std::size_t i = first; i < first + count; ++i) {
        EnergyStep step = work(figures_region(), often);
        step.repeat_operator = static_cast<std::uint32_t>(i);
        step.repeat_times = times_of(i);
        plan_.layers.push_back({layer_name(i), step.repeat_times});
        run.steps.push_back(step);
        // Twice an inference is what times_of() aims at; up to 5 times for those without MACs.
        inside.push_back(5 * often * ground_.inference_ticks);
      }
      const auto steps = static_cast<std::uint32_t>(run.steps.size());
      run.windows = steps * std::clamp(ground_.window_capacity / steps, 1u, kLayerRounds);
      add(std::move(run), group, inside);
    }
    return {};
  }

  Status add_duty() {
    const std::uint64_t work_ticks = ground_.inference_ticks + ground_.load_ticks;
    const std::uint64_t period = ticks_of(options_.period_s);
    if (period <= work_ticks + 2 * base().rest_ticks) {
      return Error{
          Blame::kUser,
          fmt::format("one inference takes {:.4g} s and does not fit in a period of "
                      "{:.4g} s",
                      static_cast<double>(work_ticks) / static_cast<double>(ground_.tick_hz),
                      options_.period_s),
          "take a longer --period"};
    }
    EnergyRunOptions run = base();
    run.rest = options_.idle;
    run.period_ticks = period;
    run.steps = {work(EnergyRegion::kLoadAndInference, 1)};
    run.windows = std::min(kPeriods + 1, ground_.window_capacity);
    add(std::move(run), {WindowUse::kDuty, 0, 0, 0, 0}, {work_ticks});
    return {};
  }

  const EnergyOptions& options_;
  const EnergyGround& ground_;
  const model::CompiledModel& model_;
  EnergyPlan plan_;
};

}  // namespace

double default_window_s(Alignment alignment, double rate_hz, double refresh_s) {
  if (alignment == Alignment::kHostClock) return kHostWindow_s + guards_s(rate_hz, refresh_s);
  if (alignment == Alignment::kCounter) return kCountedWindow_s;
  return std::max(kShortWindow_s, rate_hz > 0 ? kSamplesInWindow / rate_hz : 0);
}

std::uint32_t default_windows(Alignment alignment, double window_s) {
  if (alignment == Alignment::kHostClock) return kHostWindows;
  return window_s >= kLongFrom_s ? kLongWindows : kShortWindows;
}

Result<EnergyPlan> plan_energy(const EnergyOptions& options, const EnergyGround& ground,
                               const model::CompiledModel& model) {
  return Planner(options, ground, model).plan();
}

}  // namespace hil::measure
