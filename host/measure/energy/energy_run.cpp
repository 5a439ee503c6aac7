// SPDX-License-Identifier: Apache-2.0
// One energy run, step by step.
#include "host/measure/energy/energy_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "host/measure/energy/energy_figures.hpp"
#include "host/measure/energy/energy_findings.hpp"
#include "host/measure/energy/energy_job.hpp"
#include "host/measure/energy/energy_plan.hpp"
#include "host/measure/energy/proven_inputs.hpp"
#include "host/measure/energy/quiet_run.hpp"
#include "host/measure/energy/reader/board_counter_reader.hpp"
#include "host/measure/energy/reader/host_counter_reader.hpp"
#include "host/measure/energy/reader/meter_reader.hpp"
#include "host/measure/energy/run_windows.hpp"
#include "host/measure/energy/window_digests.hpp"
#include "host/measure/link_use.hpp"
#include "host/measure/record_parts.hpp"
#include "host/measure/upload.hpp"
#include "host/results/link_quality.hpp"

namespace hil::measure {
namespace {

using Clock = Deadline::Clock;
using session::EnergyRegion;

constexpr std::chrono::seconds kCallTime{10};
constexpr std::chrono::seconds kStashTime{120};
/// Timed windows of 2 ms each: so short that some of them are not interrupted on a busy machine.
constexpr std::uint32_t kTimings = 10;
constexpr std::uint64_t kOftenPerSecond = 500;

/// Sensors of the machine see all that it does, not the board's core alone.
bool sees_whole_system(const energy::MeterInfo& meter) {
  return meter.kind == "hwmon" || meter.kind == "iio" || meter.kind == "powercap";
}

/// The energy run under way; each step leaves its share in the record.
class Run {
 public:
  Run(const EnergyJob& job, EnergyReader& reader) : job_(job), reader_(reader) {}

  EnergyOutcome perform() {
    describe();
    Status status = prepare();
    if (status.ok() && !stopped()) status = measure();
    if (status.ok() && trace_) status = compute();
    record_.duration_s = std::chrono::duration<double>(Clock::now() - start()).count();
    record_.link = link_.describe(job_.options.link_limit);
    judge(status);
    return {std::move(record_), std::move(trace_)};
  }

 private:
  void describe() {
    record_.command = "energy";
    record_.board = describe_board(job_.board);
    record_.model = describe_model(job_.model);
    record_.conditions = describe_conditions(job_.board, Clock::utc_now());
    record_.conditions.inputs = job_.inputs.origin;
    record_.preparation = describe_preparation(job_.board);
    findings_.ground.tick_hz = job_.session().agent().tick_hz;
  }

  /// Everything before what counts is read.
  Status prepare() {
    HIL_TRY(session::check_energy(job_.session().agent()));
    const auto placed = upload(job_.board, job_.model, job_.watch);
    if (!placed) return job_.board.explain(placed.error()).within("sending the model");
    if (stopped()) return {};
    note_model(job_.board, *placed, record_);
    HIL_TRY(put_inputs());
    if (stopped()) return {};
    HIL_TRY(reader_.choose_alignment(findings_));
    if (stopped()) return {};
    return time_regions();
  }

  Status put_inputs() {
    const auto facts = session::read_energy_facts(job_.session(), Deadline::after(kCallTime));
    if (!facts) return job_.board.explain(facts.error()).within("asking for what runs it can make");
    findings_.ground.window_capacity = facts->window_capacity;
    findings_.ground.step_capacity = facts->step_capacity;
    HIL_ASSIGN(const std::size_t count, stash_count(job_.inputs, facts->stash_bytes));
    HIL_ASSIGN(auto proven, prove_inputs(job_.board, job_.model, job_.inputs, count, job_.watch));
    if (!proven) return {};
    proven_ = std::move(*proven);
    record_.verdict.outputs_checked += proven_.samples.size();
    return stash(false);
  }

  Status stash(bool mark) {
    const auto stashed = session::stash_inputs(job_.session(), proven_.samples, mark,
                                               Deadline::after(kStashTime), job_.watch.stop);
    if (stopped()) return {};
    if (!stashed) return job_.board.explain(stashed.error()).within("sending inputs");
    stash_ = *stashed;
    return {};
  }

  /// One repetition of the region that is measured, and of writing an input. By the host's clock a
  /// window that turns out shorter than it was planned does not count, and a board that is a
  /// machine is slow at first: there the shortest of some more counts.
  Status time_regions() {
    HIL_TRY(time_regions(1, 1));
    EnergyGround& ground = findings_.ground;
    const auto often = static_cast<std::uint32_t>(
        ground.tick_hz / kOftenPerSecond / std::max<std::uint64_t>(1, ground.inference_ticks));
    if (ground.alignment != energy::Alignment::kHostClock || stopped() || often == 0) return {};
    return time_regions(std::clamp(ground.window_capacity / 2, 1U, kTimings), often);
  }

  Status time_regions(std::uint32_t times, std::uint32_t repetitions) {
    session::EnergyRunOptions options;
    options.steps = {step(figures_region(), repetitions), step(EnergyRegion::kLoad, 1)};
    options.windows = 2 * times;
    options.rest_ticks = findings_.ground.tick_hz / 1000;
    options.reset_state = job_.model.state_bytes > 0;
    const auto result = perform_quietly(job_.session(), options, stash_, nullptr, job_.watch);
    if (!result) return job_.board.explain(result.error()).within("timing an inference");
    if (!*result) return {};
    const auto shortest = [&windows = (*result)->windows](std::size_t first) {
      std::uint64_t ticks = windows[first].end_ticks - windows[first].begin_ticks;
      for (std::size_t w = first; w < windows.size(); w += 2)
        ticks = std::min(ticks, windows[w].end_ticks - windows[w].begin_ticks);
      return ticks;
    };
    findings_.ground.inference_ticks = shortest(0) / repetitions;
    findings_.ground.load_ticks = shortest(1);
    return {};
  }

  static session::EnergyStep step(EnergyRegion region, std::uint32_t repetitions) {
    session::EnergyStep made;
    made.region = region;
    made.repetitions = repetitions;
    return made;
  }

  [[nodiscard]] EnergyRegion figures_region() const {
    return job_.options.load_too ? EnergyRegion::kLoadAndInference : EnergyRegion::kInference;
  }

  Status measure() {
    HIL_TRY(reader_.start(findings_));
    HIL_TRY(plan());
    if (stopped()) return {};
    HIL_TRY(reader_.lead_in(findings_));
    if (job_.options.phases) HIL_TRY(transfer());
    HIL_TRY(make_runs());
    if (stopped()) return {};
    HIL_ASSIGN(energy::Trace trace, reader_.finish(findings_));
    if (!stopped()) keep(std::move(trace));
    return {};
  }

  Status plan() {
    HIL_ASSIGN(plan_, plan_energy(job_.options, findings_.ground, job_.model));
    HIL_ASSIGN(digests_.whole, digests_after(job_.model, proven_, plan_.repetitions, job_.watch));
    digests_.once = proven_.crc32;
    digests_.names = job_.inputs.names;
    record_.verdict.samples_planned = plan_.windows;
    return {};
  }

  /// The inputs once more, with the pin high while they come.
  Status transfer() {
    HIL_TRY(stash(true));
    add_transfer(stash_, findings_);
    return reader_.settle(stash_.end_ticks - stash_.begin_ticks, findings_);
  }

  Status make_runs() {
    double done_s = 0;
    double all_s = 0;
    for (const PlannedRun& planned : plan_.runs)
      all_s += planned.seconds;
    const auto all_ms = static_cast<std::uint64_t>(1e3 * all_s);
    job_.watch.at(Phase::kQuiet, 0, all_ms);
    for (const PlannedRun& planned : plan_.runs) {
      const auto result = reader_.perform(planned.options, stash_, findings_);
      if (!result) return job_.board.explain(result.error()).within("in an energy run");
      if (!*result) return {};
      HIL_TRY(take(planned, **result));
      done_s += planned.seconds;
      job_.watch.at(Phase::kQuiet, static_cast<std::uint64_t>(1e3 * done_s), all_ms);
    }
    return {};
  }

  Status take(const PlannedRun& planned, const session::EnergyResult& result) {
    add_run(planned, result, job_.options.idle, findings_);
    HIL_ASSIGN(auto wrong, check_digests(planned, result, digests_, record_.verdict));
    if (!wrong_) wrong_ = std::move(wrong);
    return reader_.settle(result.end_ticks - result.begin_ticks, findings_);
  }

  /// The trace with all that its figures follow from.
  void keep(energy::Trace trace) {
    const EnergyOptions& options = job_.options;
    EnergyFacts& facts = findings_.facts;
    facts.alignment = findings_.ground.alignment;
    facts.kind =
        options.load_too ? energy::WindowKind::kLoadAndInference : energy::WindowKind::kInference;
    facts.scope = sees_whole_system(trace.meter) ? "system"
                  : options.load_too             ? "load+infer"
                                                 : "inference";
    facts.tick_hz = findings_.ground.tick_hz;
    facts.layers = plan_.layers;
    facts.period_s = options.period_s;
    if (options.cell) {
      facts.cell_mah = options.cell->mah;
      facts.cell_volts = options.cell->volts;
    }
    trace_ = energy::TraceFile{std::move(trace), findings_.windows, {}, to_options(facts)};
  }

  Status compute() {
    for (const energy::MeterEvent& event : trace_->trace.events)
      note_meter_event(event);
    auto computed = compute_energy(*trace_);
    if (!computed) return computed.error();
    trace_->windows = std::move(computed->windows);
    for (const std::string& text : computed->notes)
      findings_.notes.add("windows", text);
    record_.energy = std::move(computed->energy);
    record_.metrics = energy_metrics(*record_.energy);
    for (const results::EnergyWindow& window : record_.energy->windows) {
      if (window.kind != "idle" && window.rejected.empty()) ++record_.verdict.samples_done;
    }
    return {};
  }

  void note_meter_event(const energy::MeterEvent& event) {
    constexpr std::size_t kMost = 20;
    if (event.kind == "edge" || meter_events_++ >= kMost) return;
    const double at_s = static_cast<double>(event.index) / findings_.ground.rate_hz;
    findings_.notes.add("meter", fmt::format("{} at {:.4f} s: {}", event.kind, at_s, event.text));
  }

  void judge(Status status) {
    if (status.ok() && wrong_) status = *wrong_;
    const auto& notes = findings_.notes.events();
    record_.events.insert(record_.events.end(), notes.begin(), notes.end());
    take_agent_events(job_.board, start(), record_.events);
    results::Verdict& verdict = record_.verdict;
    verdict.complete = record_.energy.has_value() && !stopped();
    if (!status.ok()) {
      verdict.error = status.error();
      verdict.status = status.error().blame == Blame::kModel ? results::VerdictStatus::kFail
                                                             : results::VerdictStatus::kError;
    } else if (!verdict.complete) {
      verdict.status = results::VerdictStatus::kInterrupted;
    }
    results::hold_to_limit(record_);
  }

  [[nodiscard]] bool stopped() const { return job_.watch.stopped(); }
  [[nodiscard]] Clock::time_point start() const { return findings_.notes.start(); }

  const EnergyJob& job_;
  EnergyReader& reader_;
  LinkUse link_{job_.board};
  EnergyFindings findings_;
  EnergyPlan plan_;
  ProvenInputs proven_;
  session::EnergyStash stash_;
  ExpectedDigests digests_;
  std::size_t meter_events_ = 0;
  std::optional<Error> wrong_;
  std::optional<energy::TraceFile> trace_;
  results::Record record_;
};

}  // namespace

EnergyOutcome measure_energy(lab::ReadyBoard& board, const model::CompiledModel& model,
                             const TimedInputs& inputs, energy::PowerMeter& meter,
                             const EnergyOptions& options, const Watch& watch) {
  const EnergyJob job{board, model, inputs, options, watch};
  MeterReader reader(job, meter);
  return Run(job, reader).perform();
}

EnergyOutcome measure_counted_energy(lab::ReadyBoard& board, const model::CompiledModel& model,
                                     const TimedInputs& inputs, const EnergyOptions& options,
                                     const Watch& watch) {
  const EnergyJob job{board, model, inputs, options, watch};
  BoardCounterReader reader(job);
  return Run(job, reader).perform();
}

EnergyOutcome measure_counted_energy(lab::ReadyBoard& board, const model::CompiledModel& model,
                                     const TimedInputs& inputs, energy::EnergyCounter& counter,
                                     const EnergyOptions& options, const Watch& watch) {
  const EnergyJob job{board, model, inputs, options, watch};
  HostCounterReader reader(job, counter);
  return Run(job, reader).perform();
}

}  // namespace hil::measure
