// SPDX-License-Identifier: Apache-2.0
// One energy run, step by step.
#include "host/measure/energy/energy_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "host/energy/lpm01a/complete_rises.hpp"
#include "host/energy/recording.hpp"
#include "host/measure/energy/energy_facts.hpp"
#include "host/measure/energy/energy_figures.hpp"
#include "host/measure/energy/energy_plan.hpp"
#include "host/measure/energy/host_anchors.hpp"
#include "host/measure/energy/proven_inputs.hpp"
#include "host/measure/energy/quiet_run.hpp"
#include "host/measure/energy/sync_wire.hpp"
#include "host/measure/link_use.hpp"
#include "host/measure/record_parts.hpp"
#include "host/measure/upload.hpp"
#include "host/results/link_quality.hpp"

namespace hil::measure {
namespace {

using Clock = Deadline::Clock;
using energy::Alignment;
using session::EnergyRegion;
using session::EnergyRest;

constexpr std::chrono::seconds kCallTime{10};
constexpr std::chrono::seconds kStashTime{120};
/// Before the first window and behind the last: idle neighbours for edges, and a pattern's rest.
constexpr double kLead_s = 0.1;
constexpr double kTail_s = 0.05;
/// An emulated meter plays what the board has done later than the board did it.
constexpr double kLate_s = 2;
/// Slowest meter that sees the steps of a pattern.
constexpr double kLeastPatternRate = 2'000;

const char* word_of(EnergyRest rest) {
  switch (rest) {
    case EnergyRest::kBusy:
      return "busy";
    case EnergyRest::kWait:
      return "wait";
    case EnergyRest::kStop:
      return "stop";
  }
  return "busy";
}

/// Sensors of the machine see all that it does, not the board's core alone.
bool sees_whole_system(const energy::MeterInfo& meter) {
  return meter.kind == "hwmon" || meter.kind == "iio" || meter.kind == "powercap";
}

/// The energy run under way; each step leaves its share in the record.
class Run {
 public:
  Run(lab::ReadyBoard& board, const model::CompiledModel& model, const TimedInputs& inputs,
      energy::PowerMeter* meter, const EnergyOptions& options, const Watch& watch)
      : board_(board),
        model_(model),
        inputs_(inputs),
        meter_(meter),
        options_(options),
        watch_(watch) {}

  EnergyOutcome perform() {
    describe();
    Status status = prepare();
    if (status.ok() && !watch_.stopped()) status = meter_ != nullptr ? record_all() : count_all();
    if (status.ok() && trace_) status = compute();
    record_.duration_s = std::chrono::duration<double>(Clock::now() - start_).count();
    record_.link = link_.describe(options_.link_limit);
    judge(status);
    return {std::move(record_), std::move(trace_)};
  }

 private:
  void describe() {
    record_.command = "energy";
    record_.board = describe_board(board_);
    record_.model = describe_model(model_);
    record_.conditions = describe_conditions(board_, Clock::utc_now());
    record_.conditions.inputs = inputs_.origin;
    record_.preparation = describe_preparation(board_);
    ground_.tick_hz = session().agent().tick_hz;
  }

  /// Everything before the meter records what counts.
  Status prepare() {
    HIL_TRY(session::check_energy(session().agent()));
    const auto placed = upload(board_, model_, watch_);
    if (!placed) return board_.explain(placed.error()).within("sending the model");
    if (watch_.stopped()) return {};
    note_model(board_, *placed, record_);
    HIL_TRY(put_inputs());
    if (watch_.stopped()) return {};
    HIL_TRY(choose_alignment());
    if (watch_.stopped()) return {};
    HIL_TRY(time_regions());
    return {};
  }

  Status put_inputs() {
    const auto facts = session::read_energy_facts(session(), Deadline::after(kCallTime));
    if (!facts) return board_.explain(facts.error()).within("asking for what runs it can make");
    ground_.window_capacity = facts->window_capacity;
    ground_.step_capacity = facts->step_capacity;
    HIL_ASSIGN(const std::size_t count, stash_count(inputs_, facts->stash_bytes));
    HIL_ASSIGN(auto proven, prove_inputs(board_, model_, inputs_, count, watch_));
    if (!proven) return {};
    proven_ = std::move(*proven);
    record_.verdict.outputs_checked += proven_.samples.size();
    return stash(false);
  }

  Status stash(bool mark) {
    const auto stashed =
        session::stash_inputs(session(), proven_.samples, mark, Deadline::after(kStashTime));
    if (!stashed) return board_.explain(stashed.error()).within("sending inputs");
    stash_ = *stashed;
    return {};
  }

  Status choose_alignment() {
    if (meter_ == nullptr) return set_up_counter();
    const bool asked = options_.alignment != AlignmentChoice::kAuto;
    if (options_.alignment == AlignmentChoice::kTracePattern) {
      ground_.alignment = Alignment::kTracePattern;
      return {};
    }
    if (options_.alignment == AlignmentChoice::kHostClock) return take_host_clock();
    if (meter_->abilities().logic_bits == 0) {
      if (asked) {
        return Error{Blame::kUser, "this meter has no logic inputs for a sync wire",
                     "--alignment trace-pattern or host-clock"};
      }
      return fall_back("the meter has no logic inputs");
    }
    const auto wire = find_wire(board_, *meter_, watch_);
    if (!wire) {
      const bool no_wire = wire.error().blame == Blame::kLab;
      return asked || !no_wire ? Status(wire.error()) : fall_back(wire.error().what);
    }
    if (!*wire) return {};
    ground_.alignment = Alignment::kLogic;
    facts_.region = (*wire)->region;
    choose_toggle();
    note("sync wire",
         fmt::format("the self-test's pulses were seen on {}", energy::name_of(facts_.region)));
    for (const std::string& text : (*wire)->notes)
      note("sync wire", text);
    return {};
  }

  /// The chip whose accumulators the agent reads around each window.
  Status set_up_counter() {
    if (!options_.ina228) return Error{Blame::kBug, "an energy run without meter and counter", ""};
    if (options_.alignment != AlignmentChoice::kAuto) {
      return Error{Blame::kUser, "a counter on the board is read around each window by the agent",
                   "leave --alignment out"};
    }
    const auto transfer = [this](std::uint8_t address, std::span<const std::uint8_t> out,
                                 std::size_t in_bytes) {
      return session::i2c_transfer(session(), address, out, in_bytes, Deadline::after(kCallTime));
    };
    auto counter = energy::set_up_ina228(transfer, *options_.ina228);
    if (!counter) return board_.explain(counter.error()).within("setting up the INA228");
    counter_ = std::move(*counter);
    facts_.counter = CounterFacts{counter_.scale, {}};
    ground_.alignment = Alignment::kCounter;
    ground_.rate_hz = 1 / counter_.scale.refresh_s;
    return {};
  }

  /// The second pin is wired to the input above the first one's, if there is one.
  void choose_toggle() {
    const unsigned next = facts_.region.bit + 1;
    if (next < meter_->abilities().logic_bits) facts_.toggle = energy::LogicInput{next};
  }

  Status fall_back(const std::string& why) {
    note("alignment", "windows are not cut by the sync wire: " + why);
    if (options_.phases || options_.per_layer || options_.period_s > 0) {
      return Error{Blame::kLab, "phases, operators and a period need the sync wire: " + why,
                   "wire the board's sync pins to the meter's logic inputs"};
    }
    HIL_ASSIGN(const auto recording, energy::Recording::start(*meter_, Deadline::after(kCallTime)));
    if (recording->rate_hz() < kLeastPatternRate) return take_host_clock();
    ground_.alignment = Alignment::kTracePattern;
    return {};
  }

  Status take_host_clock() {
    if (meter_->info().emulated) {
      return Error{Blame::kUser,
                   "an emulated meter plays later what the board did, so the host's clock does "
                   "not fit",
                   "--alignment logic or trace-pattern"};
    }
    ground_.alignment = Alignment::kHostClock;
    return {};
  }

  /// One repetition of the region that is measured, and of writing an input.
  Status time_regions() {
    session::EnergyRunOptions options;
    options.steps = {step(figures_region()), step(EnergyRegion::kLoad)};
    options.windows = 2;
    options.rest_ticks = ground_.tick_hz / 1000;
    options.reset_state = model_.state_bytes > 0;
    const auto result = perform_quietly(session(), options, stash_, nullptr, watch_);
    if (!result) return board_.explain(result.error()).within("timing an inference");
    if (!*result) return {};
    const auto& windows = (*result)->windows;
    ground_.inference_ticks = windows[0].end_ticks - windows[0].begin_ticks;
    ground_.load_ticks = windows[1].end_ticks - windows[1].begin_ticks;
    return {};
  }

  static session::EnergyStep step(EnergyRegion region) {
    session::EnergyStep made;
    made.region = region;
    return made;
  }

  [[nodiscard]] EnergyRegion figures_region() const {
    return options_.load_too ? EnergyRegion::kLoadAndInference : EnergyRegion::kInference;
  }

  Status plan() {
    HIL_ASSIGN(plan_, plan_energy(options_, ground_, model_));
    HIL_ASSIGN(digests_, digests_after(model_, proven_, plan_.repetitions));
    record_.verdict.samples_planned = plan_.windows;
    return {};
  }

  /// Without a recording: the trace has what the counter is, and no samples.
  Status count_all() {
    HIL_TRY(plan());
    HIL_TRY(make_runs(nullptr));
    if (watch_.stopped()) return {};
    energy::Trace trace;
    trace.meter = counter_.info;
    trace.accuracy = counter_.accuracy;
    trace.supply = counter_.supply;
    trace.rate_hz = ground_.rate_hz;
    keep(std::move(trace));
    return {};
  }

  Status record_all() {
    HIL_ASSIGN(const auto recording, energy::Recording::start(*meter_, Deadline::after(kCallTime)));
    ground_.rate_hz = recording->rate_hz();
    HIL_TRY(plan());
    HIL_TRY(record_on(*recording, kLead_s, ground_.rate_hz));
    HostAnchors anchors;
    HIL_TRY(anchor(anchors));
    Status ran = make_runs(recording.get());
    if (ran.ok() && !watch_.stopped()) ran = record_proof(*recording);
    Status anchored;
    if (ran.ok() && !watch_.stopped()) anchored = anchor(anchors);
    auto trace = recording->finish(Deadline::after(kCallTime));
    HIL_TRY(ran);
    HIL_TRY(anchored);
    if (!trace) return trace.error();
    if (watch_.stopped()) return {};
    facts_.anchors = anchors.on_trace(recording->arrivals(), ground_.rate_hz);
    if (ground_.alignment == Alignment::kLogic) {
      HIL_TRY(energy::complete_rises(*trace, windows_, ground_.tick_hz));
    }
    keep(std::move(*trace));
    return {};
  }

  /// On behind the last window until the meter can tell of all losses.
  Status record_proof(energy::Recording& recording) {
    const double proof_s = meter_->abilities().proof_s;
    const auto recorded = static_cast<double>(recording.state().samples);
    const double rest_s = std::max(proof_s, 2 * proof_s - recorded / ground_.rate_hz);
    return record_on(recording, rest_s, ground_.rate_hz);
  }

  Status anchor(HostAnchors& anchors) {
    if (ground_.alignment != Alignment::kHostClock) return {};
    const Status taken = anchors.take(session(), Deadline::after(kCallTime));
    return taken.ok() ? taken : Status(board_.explain(taken.error()));
  }

  /// @p recording is null if a counter on the board is read instead.
  Status make_runs(energy::Recording* recording) {
    if (options_.phases && recording != nullptr) HIL_TRY(transfer(*recording));
    double done_s = 0;
    double all_s = 0;
    for (const PlannedRun& planned : plan_.runs)
      all_s += planned.seconds;
    for (const PlannedRun& planned : plan_.runs) {
      session::EnergyRunOptions options = planned.options;
      if (options_.ina228) options.ina228_address = options_.ina228->address;
      const auto result = perform_quietly(session(), options, stash_, recording, watch_);
      if (!result) return board_.explain(result.error()).within("in an energy run");
      if (!*result) return {};
      HIL_TRY(take(planned, **result));
      if (recording != nullptr) {
        HIL_TRY(wait_for_edges(*recording, (*result)->end_ticks - (*result)->begin_ticks));
        facts_.groups.back().end_sample = recording->state().samples;
      }
      done_s += planned.seconds;
      watch_.at(Phase::kRun, static_cast<std::uint64_t>(1e3 * done_s),
                static_cast<std::uint64_t>(1e3 * all_s));
    }
    return {};
  }

  /// The inputs once more, with the pin high while they come: the phase that keeps the line busy.
  Status transfer(energy::Recording& recording) {
    HIL_TRY(stash(true));
    const energy::DeviceWindow window{stash_.begin_ticks, stash_.end_ticks, stash_.samples,
                                      energy::WindowKind::kTransfer};
    windows_.push_back(window);
    facts_.groups.push_back({WindowUse::kPhase, 1, 0, 0, 0});
    expected_edges_ += 2;
    HIL_TRY(wait_for_edges(recording, stash_.end_ticks - stash_.begin_ticks));
    facts_.groups.back().end_sample = recording.state().samples;
    return {};
  }

  Status take(const PlannedRun& planned, const session::EnergyResult& result) {
    const auto windows = device_windows(planned.options, result);
    windows_.insert(windows_.end(), windows.begin(), windows.end());
    facts_.groups.push_back(planned.group);
    facts_.groups.back().windows = static_cast<std::uint32_t>(windows.size());
    expected_edges_ += 2 * windows.size();
    if (facts_.counter) {
      for (const session::EnergyWindow& window : result.windows)
        facts_.counter->windows.push_back({window.before, window.behind});
    }
    if (result.marks) {
      facts_.marks = {ground_.tick_hz, planned.options.mark_ticks, result.marks->first,
                      result.marks->second};
    }
    if (planned.group.use == WindowUse::kFigures) note_rest(planned, result);
    if (result.late_windows > 0) {
      note("period", fmt::format("{} of {} windows began late: the period is too short",
                                 result.late_windows, result.windows.size()));
    }
    return check_digests(planned, result);
  }

  /// What the core really did in the idle windows.
  void note_rest(const PlannedRun& planned, const session::EnergyResult& result) {
    for (const session::EnergyWindow& window : result.windows) {
      if (planned.options.steps[window.step].region != EnergyRegion::kRest) continue;
      const EnergyRest rested = window.rested;
      if (facts_.idle_mode.empty() && rested != options_.idle) {
        note("idle", fmt::format("{} was asked for, and {} is what this board can do",
                                 word_of(options_.idle), word_of(rested)));
      }
      facts_.idle_mode = word_of(rested);
    }
  }

  Status check_digests(const PlannedRun& planned, const session::EnergyResult& result) {
    const bool layers = planned.group.use == WindowUse::kLayer;
    for (const session::EnergyWindow& window : result.windows) {
      const session::EnergyStep& done = planned.options.steps[window.step];
      const bool infers =
          done.region == EnergyRegion::kInference || done.region == EnergyRegion::kLoadAndInference;
      if (!infers || layers) continue;  // an operator that works in place changes what it repeats
      const bool once = window.repetitions == 1;
      if (window.sample >= digests_.size()) return odd_sample(window);
      const std::optional<std::uint32_t> expected =
          once ? proven_.crc32[window.sample] : digests_[window.sample];
      if (!expected) continue;
      ++record_.verdict.outputs_checked;
      if (window.crc32 == *expected) continue;
      if (record_.verdict.outputs_differing++ == 0) wrong_ = wrong_output(window);
    }
    return {};
  }

  static Error odd_sample(const session::EnergyWindow& window) {
    return {Blame::kDevice, fmt::format("a window took input {}, which it has not", window.sample),
            "flash the agent again, and report it if it stays"};
  }

  [[nodiscard]] Error wrong_output(const session::EnergyWindow& window) const {
    return {Blame::kDevice,
            fmt::format("after {} inferences in a window the output differs from that of one "
                        "inference on the same input ({})",
                        window.repetitions, inputs_.names[window.sample]),
            "run hilbench verify; if that finds nothing, the board is not reliable at this supply"};
  }

  /// Waits until the meter has shown what the board has done in @p took_ticks.
  Status wait_for_edges(energy::Recording& recording, std::uint64_t took_ticks) {
    const double took_s = static_cast<double>(took_ticks) / static_cast<double>(ground_.tick_hz);
    const bool emulated = meter_->info().emulated;
    if (ground_.alignment != Alignment::kLogic) {
      return record_on(recording, (emulated ? took_s + kLate_s : 0) + kTail_s, ground_.rate_hz);
    }
    const auto seen = [&](const energy::RecordingState& state) {
      return state.edges.at(facts_.region.bit) >= expected_edges_ || watch_.stopped();
    };
    const auto limit = std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>((emulated ? 2 * took_s : 0) + kLate_s));
    const auto waited = recording.wait(seen, Deadline::after(limit));
    if (!waited) return waited.error();
    return record_on(recording, kTail_s, ground_.rate_hz);  // the cut says what is missing
  }

  void keep(energy::Trace trace) {
    facts_.alignment = ground_.alignment;
    facts_.kind =
        options_.load_too ? energy::WindowKind::kLoadAndInference : energy::WindowKind::kInference;
    facts_.scope = sees_whole_system(trace.meter) ? "system"
                   : options_.load_too            ? "load+infer"
                                                  : "inference";
    facts_.tick_hz = ground_.tick_hz;
    facts_.layers = plan_.layers;
    facts_.period_s = options_.period_s;
    if (options_.cell) {
      facts_.cell_mah = options_.cell->mah;
      facts_.cell_volts = options_.cell->volts;
    }
    trace_ = energy::TraceFile{std::move(trace), windows_, {}, to_options(facts_)};
  }

  Status compute() {
    for (const energy::MeterEvent& event : trace_->trace.events)
      note_meter_event(event);
    auto computed = compute_energy(*trace_);
    if (!computed) return computed.error();
    trace_->windows = std::move(computed->windows);
    for (const std::string& text : computed->notes)
      note("windows", text);
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
    note("meter", fmt::format("{} at {:.4f} s: {}", event.kind,
                              static_cast<double>(event.index) / ground_.rate_hz, event.text));
  }

  void judge(Status status) {
    if (status.ok() && wrong_) status = *wrong_;
    take_agent_events(board_, start_, record_.events);
    results::Verdict& verdict = record_.verdict;
    verdict.complete = record_.energy.has_value() && !watch_.stopped();
    if (!status.ok()) {
      verdict.error = status.error();
      verdict.status = status.error().blame == Blame::kModel ? results::VerdictStatus::kFail
                                                             : results::VerdictStatus::kError;
    } else if (!verdict.complete) {
      verdict.status = results::VerdictStatus::kInterrupted;
    }
    results::hold_to_limit(record_);
  }

  void note(const char* kind, std::string text) {
    const double at = std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
    record_.events.push_back({at, kind, std::move(text)});
  }
  [[nodiscard]] session::Session& session() const { return board_.session(); }

  lab::ReadyBoard& board_;
  const model::CompiledModel& model_;
  const TimedInputs& inputs_;
  energy::PowerMeter* meter_;  ///< null: the counter on the board
  const EnergyOptions& options_;
  const Watch& watch_;
  const Clock::time_point start_ = Clock::now();
  LinkUse link_{board_};
  EnergyGround ground_;
  EnergyFacts facts_;
  energy::Ina228 counter_;
  EnergyPlan plan_;
  ProvenInputs proven_;
  session::EnergyStash stash_;
  std::vector<std::optional<std::uint32_t>> digests_;
  std::vector<energy::DeviceWindow> windows_;
  std::uint64_t expected_edges_ = 0;
  std::size_t meter_events_ = 0;
  std::optional<Error> wrong_;
  std::optional<energy::TraceFile> trace_;
  results::Record record_;
};

}  // namespace

EnergyOutcome measure_energy(lab::ReadyBoard& board, const model::CompiledModel& model,
                             const TimedInputs& inputs, energy::PowerMeter& meter,
                             const EnergyOptions& options, const Watch& watch) {
  return Run(board, model, inputs, &meter, options, watch).perform();
}

EnergyOutcome measure_counted_energy(lab::ReadyBoard& board, const model::CompiledModel& model,
                                     const TimedInputs& inputs, const EnergyOptions& options,
                                     const Watch& watch) {
  return Run(board, model, inputs, nullptr, options, watch).perform();
}

}  // namespace hil::measure
