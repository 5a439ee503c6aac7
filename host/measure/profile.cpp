// SPDX-License-Identifier: Apache-2.0
// One profile, step by step.
#include "host/measure/profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "host/measure/agreement.hpp"
#include "host/measure/link_use.hpp"
#include "host/measure/output_check.hpp"
#include "host/measure/record_parts.hpp"
#include "host/measure/stream.hpp"
#include "host/measure/time_scale.hpp"
#include "host/measure/traced_run.hpp"
#include "host/measure/upload.hpp"
#include "host/results/link_quality.hpp"
#include "host/results/statistics.hpp"
#include "host/session/clock_client.hpp"
#include "host/session/profile_client.hpp"

namespace hil::measure {
namespace {

using Clock = Deadline::Clock;
using results::Metric;

constexpr std::chrono::milliseconds kSlice{200};
constexpr std::chrono::seconds kBeginTime{10};
constexpr std::chrono::seconds kFactsTime{30};

/// The profile under way; each step leaves its share in the record.
class Run {
 public:
  Run(lab::ReadyBoard& board, const model::CompiledModel& model, const TimedInputs& inputs,
      const ProfileOptions& options, const Watch& watch)
      : board_(board), model_(model), inputs_(inputs), options_(options), watch_(watch) {}

  results::Record perform() {
    describe();
    Status status = measure();
    record_.duration_s = std::chrono::duration<double>(Clock::now() - start_).count();
    // No line_share among the metrics: the line is silent on purpose most of the time.
    record_.link = link_.describe(options_.link_limit);
    const Status checked = check_outputs();
    if (status.ok()) status = checked;
    judge(status);
    return std::move(record_);
  }

 private:
  void describe() {
    record_.command = "profile";
    record_.board = describe_board(board_);
    record_.model = describe_model(model_);
    record_.conditions = describe_conditions(board_, Deadline::Clock::utc_now());
    record_.conditions.inputs = inputs_.origin;
    record_.preparation = describe_preparation(board_);
    record_.verdict.samples_planned = planned();
  }

  Status measure() {
    HIL_TRY(session::check_profiles(session().agent()));
    HIL_TRY(compare_clocks());
    HIL_TRY(send_model());
    if (watch_.stopped()) return {};
    HIL_TRY(take_facts());
    HIL_TRY(run_timed());
    HIL_TRY(note_latency());
    if (!watch_.stopped() && options_.operator_runs > 0) HIL_TRY(run_operators());
    return {};
  }

  Status send_model() {
    const auto placed = upload(board_, model_, watch_);
    if (!placed) return board_.explain(placed.error()).within("sending the model");
    if (watch_.stopped()) return {};  // it may not be loaded
    note_model(board_, *placed, record_);
    time_ = time_scale_of(board_, correction_);
    add("plan_bytes", "B", "device", static_cast<double>(model_.plan.size()));
    add("arena_bytes", "B", "device", placed->loaded.arena_bytes);
    const std::uint64_t ticks = placed->loaded.load_ticks;
    if (ticks > 0) add_time("load", "device", ticks).kind = results::MetricKind::kNoisy;
    return {};
  }

  /// An emulated clock is not the host's kind of time: nothing to compare.
  Status compare_clocks() {
    if (session().agent().emulated) return {};
    const auto ratio = session::measure_clock(session(), options_.clock_time,
                                              Deadline::after(options_.clock_time + kBeginTime));
    if (!ratio) return board_.explain(ratio.error()).within("comparing the clocks");
    Metric& metric = add("clock_ppm", "ppm", "device", ratio->ppm);
    metric.kind = results::MetricKind::kNoisy;
    metric.uncertainty = ratio->uncertainty_ppm / 2;
    if (std::abs(ratio->ppm) - ratio->uncertainty_ppm <= kMostClockPpm) return {};
    correction_ = 1 / (1 + ratio->ppm * 1e-6);
    note("clock", fmt::format("the device's clock runs {:.2f} % {} than it says: times are "
                              "corrected to the host's clock",
                              std::abs(ratio->ppm) * 1e-4, ratio->ppm > 0 ? "faster" : "slower"));
    return {};
  }

  Status take_facts() {
    const auto facts = session::read_facts(session(), Deadline::after(kFactsTime));
    if (!facts) return board_.explain(facts.error()).within("asking for facts");
    add_time("timer_resolution", "device", facts->timer_step).kind =
        results::MetricKind::kQuantised;
    add_time("timer_cost", "device", facts->timer_cost_median).kind = results::MetricKind::kNoisy;
    add("agent_static_bytes", "B", "device", facts->agent_static_bytes);
    if (facts->stack_bytes == 0) {
      note("memory", "the board cannot tell how much stack the agent uses");
    } else {
      add("stack_bytes", "B", "device", facts->stack_high_water_bytes).kind =
          results::MetricKind::kNoisy;
      if (facts->stack_overrun()) note("memory", "all of the watched stack was used, maybe more");
    }
    return {};
  }

  Status run_timed() {
    session::InferOptions options;
    options.count = planned();
    options.budget_ms = budget_ms(model_.macs);
    options.quiet = true;
    auto run = session::InferRun::begin(session(), options, output_sizes(model_),
                                        Deadline::after(kBeginTime));
    if (!run) return board_.explain(run.error());
    const auto start = Clock::now();
    const Status status = pump(*run);
    record_.verdict.samples_done = results_.size();
    link_.streamed(model_, results_.size(), start);
    return status.ok() ? status : Status(board_.explain(status.error()));
  }

  Status pump(session::InferRun& run) {
    while (!run.done() && !watch_.stopped()) {
      while (run.wants_input())
        HIL_TRY(run.send(input_of(run.sent()), model_.state_bytes > 0));
      HIL_ASSIGN(auto result, run.receive(Deadline::after(kSlice)));
      if (!result) continue;
      results_.push_back(std::move(*result));
      watch_.at(Phase::kRun, results_.size(), planned());
    }
    if (!run.done()) return run.cancel(Deadline::after(kBeginTime));
    return {};
  }

  Status note_latency() {
    std::vector<double> samples;
    std::size_t spoiled = 0;
    for (std::size_t i = options_.warmup; i < results_.size(); ++i) {
      if (results_[i].overlap_bytes > 0) {
        ++spoiled;
      } else {
        samples.push_back(time_.of(results_[i].device_ticks));
      }
    }
    if (spoiled > 0) {
      note("timing", fmt::format("{} timed runs are left out: bytes came while they ran", spoiled));
    }
    if (static_cast<double>(spoiled) > kMostSpoiled * options_.runs) {
      return Error{
          Blame::kLink,
          fmt::format("bytes came on the line during {} of {} timed runs", spoiled, options_.runs),
          "look for another program that uses the port, or a noisy cable"};
    }
    if (samples.empty()) return {};
    Metric metric = named_time("latency", "inference");
    HIL_ASSIGN(metric, results::with_samples(std::move(metric), std::move(samples)));
    latency_ = metric.value;
    record_.metrics.insert(record_.metrics.begin(), std::move(metric));
    return {};
  }

  /// As many operators at a time as the agent records.
  Status run_operators() {
    const auto count = static_cast<std::uint32_t>(model_.steps.size());
    const std::uint32_t capacity = std::max(1u, session().agent().trace_capacity);
    std::vector<std::vector<double>> times(count);
    std::vector<double> totals;
    for (std::uint32_t first = 0; first < count; first += capacity) {
      const session::TraceOptions asked{first, 1,     std::min(capacity, count - first),
                                        true,  false, false};
      for (std::uint32_t i = 0; i < options_.operator_runs; ++i) {
        HIL_ASSIGN(auto run, run_traced(session(), model_, input_of(i), asked, watch_));
        if (!run) return {};
        totals.push_back(time_.of(run->result.device_ticks));
        for (std::size_t k = 0; k < run->trace.ticks.size(); ++k) {
          times[first + k].push_back(time_.of(run->trace.ticks[k]));
        }
        traced_.emplace_back(i % inputs_.inputs.size(), std::move(run->result));
        watch_.at(Phase::kTrace, traced_.size(),
                  std::uint64_t{options_.operator_runs} * ((count + capacity - 1) / capacity));
      }
    }
    return note_operators(times, totals);
  }

  Status note_operators(const std::vector<std::vector<double>>& times,
                        const std::vector<double>& totals) {
    results::OperatorTable table;
    table.unit = time_.unit;
    table.origin = origin_of(board_);
    table.runs = options_.operator_runs;
    for (std::size_t i = 0; i < times.size(); ++i) {
      HIL_ASSIGN(const auto described, results::describe(times[i]));
      const model::PlanStep& step = model_.steps[i];
      results::OperatorTime row;
      row.layer = step.layer;
      row.op = title_of(step.kind);
      if (!step.outputs.empty()) row.output = step.outputs.front().shape;
      row.macs = step.macs;
      row.time = described.median;
      if (described.interval) row.interval = *described.interval;
      table.rows.push_back(std::move(row));
    }
    HIL_ASSIGN(const auto total, results::describe(totals));
    table.total = total.median;
    record_.operators = std::move(table);
    Metric hooks = named_time("hooks", "inference");
    hooks.value = total.median - latency_;
    record_.metrics.push_back(std::move(hooks));
    return {};
  }

  /// Every output that came, warm-up and traced pass included, against the host reference.
  Status check_outputs() {
    std::vector<std::optional<Outputs>> expected(inputs_.inputs.size());
    HIL_ASSIGN(auto runner, model::ReferenceRunner::make(model_));
    for (std::size_t i = 0; i < results_.size(); ++i) {
      HIL_TRY(check_one(runner, expected, i % expected.size(), results_[i]));
      watch_.at(Phase::kCheck, i + 1, results_.size());
    }
    for (const auto& [input, result] : traced_)
      HIL_TRY(check_one(runner, expected, input, result));
    return wrong_ ? Status(*wrong_) : Status();
  }

  Status check_one(model::ReferenceRunner& runner, std::vector<std::optional<Outputs>>& expected,
                   std::size_t input, const session::SampleResult& result) {
    if (!expected[input]) {
      runner.reset_state();
      HIL_ASSIGN(expected[input], runner.run(inputs_.inputs[input]));
    }
    ++record_.verdict.outputs_checked;
    if (agree(model_, *expected[input], result.outputs)) return {};
    if (record_.verdict.outputs_differing++ > 0) return {};
    wrong_ = board_.explain(explain_difference(
        session(), model_, std::span(&inputs_.inputs[input], 1), *expected[input], result,
        fmt::format("run {} ({})", result.sample, inputs_.names[input])));
    return {};
  }

  void judge(const Status& status) {
    take_agent_events(board_, start_, record_.events);
    results::Verdict& verdict = record_.verdict;
    verdict.complete = verdict.samples_done == planned() && !watch_.stopped();
    if (!status.ok()) {
      verdict.error = status.error();
      verdict.status = status.error().blame == Blame::kModel ? results::VerdictStatus::kFail
                                                             : results::VerdictStatus::kError;
    } else if (!verdict.complete) {
      verdict.status = results::VerdictStatus::kInterrupted;
    }
    results::hold_to_limit(record_);
  }

  [[nodiscard]] session::Session& session() const { return board_.session(); }
  [[nodiscard]] std::uint32_t planned() const { return options_.warmup + options_.runs; }
  [[nodiscard]] const Inputs& input_of(std::size_t run) const {
    return inputs_.inputs[run % inputs_.inputs.size()];
  }
  void note(const char* kind, std::string text) {
    const double at = std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
    record_.events.push_back({at, kind, std::move(text)});
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

  /// "latency_us" or "latency_instructions": a number without sample yet.
  [[nodiscard]] Metric named_time(const char* name, const char* scope) const {
    Metric metric = named("", time_.unit, scope);
    metric.name = fmt::format("{}_{}", name, time_.unit);
    metric.kind = time_.exact ? results::MetricKind::kExact : results::MetricKind::kNoisy;
    return metric;
  }

  Metric& add_time(const char* name, const char* scope, std::uint64_t ticks) {
    Metric metric = named_time(name, scope);
    metric.value = time_.of(ticks);
    record_.metrics.push_back(std::move(metric));
    return record_.metrics.back();
  }

  Metric& add(const char* name, const char* unit, const char* scope, double value) {
    Metric metric = named(name, unit, scope);
    metric.value = value;
    record_.metrics.push_back(std::move(metric));
    return record_.metrics.back();
  }

  lab::ReadyBoard& board_;
  const model::CompiledModel& model_;
  const TimedInputs& inputs_;
  const ProfileOptions& options_;
  const Watch& watch_;
  Clock::time_point start_ = Clock::now();
  LinkUse link_{board_};
  double correction_ = 1;                       ///< of device time to the host's
  TimeScale time_;                              ///< what the device's ticks are
  double latency_ = 0;                          ///< median
  std::vector<session::SampleResult> results_;  ///< of the timed run
  std::vector<std::pair<std::size_t, session::SampleResult>> traced_;  ///< input: its result
  std::optional<Error> wrong_;  ///< about the first output that differs
  results::Record record_;
};

}  // namespace

results::Record profile(lab::ReadyBoard& board, const model::CompiledModel& model,
                        const TimedInputs& inputs, const ProfileOptions& options,
                        const Watch& watch) {
  return Run(board, model, inputs, options, watch).perform();
}

}  // namespace hil::measure
