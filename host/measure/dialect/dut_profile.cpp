// SPDX-License-Identifier: Apache-2.0
// One profile over the DUT protocol, window by window.
#include "host/measure/dialect/dut_profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "host/measure/profile.hpp"
#include "host/results/statistics.hpp"

namespace hil::measure {
namespace {

namespace mlperf_tiny = dialect::mlperf_tiny;
using Clock = Deadline::Clock;
using results::Metric;

/// Most inferences of one window.
constexpr double kMostRuns = 10'000'000;
/// A first window long enough to choose the number of inferences by.
constexpr double kTrialUs = 300'000;
/// How much longer than asked for a window may take by the host's clock: that of `hilbench dut`
/// counts only the time of the inferences.
constexpr double kMostStretch = 3;
/// A chosen number is for a window a little longer than asked for: clocks and inferences vary.
constexpr double kMargin = 1.02;
/// Windows from which the clocks are compared: lines come up to some 20 ms late over USB.
constexpr double kLeastClockUs = 1e6;
constexpr std::chrono::seconds kFirstInference{120};
constexpr std::chrono::seconds kSpare{30};

struct Timed {
  double device_us = 0, host_us = 0;
  std::uint32_t runs = 0;
};

class Run {
 public:
  Run(const DutBoard& board, const DutModelView& view, const TimedInputs& inputs,
      const DutProfileOptions& options, const Watch& watch)
      : board_(board), view_(view), inputs_(inputs), options_(options), watch_(watch) {}

  results::Record perform() {
    record_ = begin_dut_record("profile", board_, view_);
    record_.conditions.inputs = inputs_.origin;
    record_.verdict.samples_planned = options_.windows;
    Status status = measure();
    if (watch_.stopped()) status = {};
    note_dut_link(board_, loads_ * view_.line.inputs.front().size_bytes(), 0, start_, record_);
    // Of the whole run, with the computing: no figure of the line.
    record_.link.line_share.reset();
    record_.link.goodput_bytes_per_s.reset();
    std::erase_if(record_.metrics,
                  [](const Metric& metric) { return metric.name == "line_share"; });
    const Status summed = add_metrics();
    if (status.ok()) status = summed;
    const Status checked = check_outputs();
    if (status.ok()) status = checked;
    note_unchecked(board_, view_, record_);
    judge_dut_run(status, windows_.size() == options_.windows, record_);
    return std::move(record_);
  }

 private:
  Status measure() {
    if (!board_.identity.has_stamps) {
      return Error{Blame::kDevice,
                   "the firmware prints no time stamps: it is the energy build, which pulls a pin",
                   "flash its performance build (EE_CFG_ENERGY_MODE 0)"};
    }
    HIL_ASSIGN(const std::uint32_t runs, choose_runs());
    for (std::uint32_t i = 0; i < options_.windows && !watch_.stopped(); ++i) {
      HIL_TRY(time_window(i, runs));
      record_.verdict.samples_done = windows_.size();
      watch_.at(Phase::kRun, windows_.size(), options_.windows);
    }
    note_length();
    return {};
  }

  [[nodiscard]] const std::vector<std::uint8_t>& input_of(std::size_t window) const {
    return inputs_.inputs[window % inputs_.inputs.size()].front();
  }
  [[nodiscard]] const std::string& name_of(std::size_t window) const {
    return inputs_.names[window % inputs_.names.size()];
  }

  Result<mlperf_tiny::InferAnswer> infer(std::size_t window,
                                         const mlperf_tiny::InferRequest& request) {
    ++loads_;
    auto answer = board_.client.run(input_of(window), request);
    if (!answer) return answer.error().within(name_of(window));
    const std::size_t expected = view_.line.outputs.front().element_count();
    if (expected == 0 || answer->values.size() == expected) return answer;
    return Error{
        Blame::kUser,
        fmt::format("the firmware prints {} results, {} expected", answer->values.size(), expected),
        "use the model file and the dataset that belong to the firmware's model"};
  }

  /// Inferences that fill a window, by windows that grow until they can be trusted.
  Result<std::uint32_t> choose_runs() {
    mlperf_tiny::InferRequest request{1, 0, kFirstInference};
    while (true) {
      HIL_ASSIGN(const auto answer, infer(0, request));
      per_inference_us_ = std::max(answer.window->host_us, 1.0) / request.count;
      const double device_us = static_cast<double>(answer.window->device_us) / request.count;
      if (options_.runs > 0) return options_.runs;
      const double trial_us = std::min(kTrialUs, options_.window_s * 1e6 / 4);
      if (answer.window->host_us >= trial_us || request.count >= kMostRuns) {
        return runs_for(device_us);
      }
      const double wanted = std::min(trial_us * 1.5 / per_inference_us_, request.count * 50.0);
      request.count =
          static_cast<std::uint32_t>(std::clamp(wanted, request.count * 2.0, kMostRuns));
      request.time = time_for(request.count);
    }
  }

  [[nodiscard]] std::uint32_t runs_for(double device_us) const {
    const double window_us = options_.window_s * 1e6;
    const double by_host = window_us / per_inference_us_;
    const double by_device = device_us > 0 ? window_us / device_us : by_host;
    const double wanted = std::min(by_device, by_host * kMostStretch) * kMargin;
    return static_cast<std::uint32_t>(std::clamp(std::ceil(wanted), 1.0, kMostRuns));
  }

  [[nodiscard]] std::chrono::milliseconds time_for(std::uint32_t inferences) const {
    const double ms = per_inference_us_ * inferences / 1000 * kMostStretch;
    return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(ms, 1e9))) + kSpare;
  }

  Status time_window(std::uint32_t index, std::uint32_t runs) {
    HIL_ASSIGN(const auto once, infer(index, {1, 0, kFirstInference}));
    singles_.push_back(once.values);
    HIL_ASSIGN(const auto timed,
               infer(index, {runs, options_.warmup, time_for(runs + options_.warmup)}));
    const Timed window{static_cast<double>(timed.window->device_us), timed.window->host_us, runs};
    if (window.device_us <= 0) {
      return Error{
          Blame::kDevice,
          fmt::format("the device's clock stands still: no time passed in {} inferences", runs),
          "raise --runs; if it stays, th_timestamp() of the firmware is broken"};
    }
    windows_.push_back(window);
    if (timed.values != once.values) {
      note("wrong-output",
           fmt::format("the results after {} inferences on {} are not those of one inference: the "
                       "model overwrites its input, so that these times are of other data",
                       runs + options_.warmup, name_of(index)));
    }
    return {};
  }

  void note_length() {
    const auto shorter = static_cast<std::size_t>(std::count_if(
        windows_.begin(), windows_.end(),
        [](const Timed& window) { return window.device_us < kDutWindowSeconds * 1e6; }));
    if (shorter == 0) return;
    note("window", fmt::format("{} of {} windows are shorter than the {:.0f} s of MLPerf Tiny's "
                               "rules (shortest {:.3f} s)",
                               shorter, windows_.size(), kDutWindowSeconds, shortest_s()));
  }

  [[nodiscard]] double shortest_s() const {
    double shortest = windows_.front().device_us;
    for (const Timed& window : windows_)
      shortest = std::min(shortest, window.device_us);
    return shortest / 1e6;
  }

  Status add_metrics() {
    if (windows_.empty()) return {};
    std::vector<double> latencies;
    for (const Timed& window : windows_)
      latencies.push_back(window.device_us / window.runs);
    Metric latency =
        named(is_emulated(board_) ? "latency_virtual_us" : "latency_us", "us", "inference");
    latency.kind = results::MetricKind::kNoisy;
    HIL_ASSIGN(latency, results::with_samples(std::move(latency), std::move(latencies)));
    record_.metrics.push_back(std::move(latency));
    Metric runs = named("window_inferences", "1", "window");
    runs.value = windows_.front().runs;
    record_.metrics.push_back(std::move(runs));
    if (is_emulated(board_)) {
      note("virtual",
           "the board is emulated: its microseconds are instructions at a fixed rate, no "
           "time");
    }
    return compare_clocks();
  }

  /// `hilbench dut` puts only device times between its stamps: nothing to compare.
  Status compare_clocks() {
    if (is_hilbench_dut(board_)) {
      note("clock",
           "the stamps are sums of times that the board's agent measured; the time on the "
           "line is in none of them");
      return {};
    }
    std::vector<double> ppm;
    for (const Timed& window : windows_) {
      if (window.host_us >= kLeastClockUs) {
        ppm.push_back((window.device_us / window.host_us - 1) * 1e6);
      }
    }
    if (ppm.empty()) return {};
    HIL_ASSIGN(Metric clock, results::with_samples(named("clock_ppm", "ppm", "device"), ppm));
    const double median = clock.value;
    record_.metrics.push_back(std::move(clock));
    if (std::abs(median) <= kMostClockPpm) return {};
    note("clock",
         fmt::format("the device's clock says {:.2f} % {} than the host's: latency_us is by "
                     "the device's clock, not corrected",
                     std::abs(median) / 1e4, median > 0 ? "more" : "less"));
    return {};
  }

  Status check_outputs() {
    HIL_ASSIGN(PrintedCheck check, PrintedCheck::make(view_));
    for (std::size_t i = 0; i < singles_.size() && !watch_.stopped(); ++i)
      HIL_TRY(check.check(input_of(i), singles_[i], name_of(i)));
    check.finish(board_, record_);
    return {};
  }

  [[nodiscard]] Metric named(const char* name, const char* unit, const char* scope) const {
    Metric metric;
    metric.name = name;
    metric.unit = unit;
    metric.better = results::Better::kLower;
    metric.origin = origin_of(board_);
    metric.scope = scope;
    return metric;
  }

  void note(const char* kind, std::string text) {
    const double at = std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
    record_.events.push_back({at, kind, std::move(text)});
  }

  const DutBoard& board_;
  const DutModelView& view_;
  const TimedInputs& inputs_;
  const DutProfileOptions& options_;
  const Watch& watch_;
  Clock::time_point start_ = Clock::now();
  double per_inference_us_ = 1;  ///< by the host's clock
  std::uint64_t loads_ = 0;      ///< samples that were sent
  std::vector<Timed> windows_;
  std::vector<std::vector<double>> singles_;  ///< results of one inference, a window each
  results::Record record_;
};

}  // namespace

results::Record profile_dut(const DutBoard& board, const DutModelView& view,
                            const TimedInputs& inputs, const DutProfileOptions& options,
                            const Watch& watch) {
  return Run(board, view, inputs, options, watch).perform();
}

}  // namespace hil::measure
