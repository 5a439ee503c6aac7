// SPDX-License-Identifier: Apache-2.0
// Carries out an energy run: windows, rests, pins and pattern, without a byte on the line.
#include "target/agent/energy_run.hpp"

#include <algorithm>

#include "protocol/messages/sync_code.hpp"
#include "target/agent/ina228.hpp"
#include "target/agent/inference.hpp"
#include "target/agent/services/services.hpp"
#include "target/engine/engine.hpp"
#include "target/port/port.hpp"

namespace hil::agent::energy {
namespace {

using Region = EnergyStep::Region;

/// What goes on in one run, for as long as it does.
struct Run {
  State& state;
  EnergyState& energy;
  std::uint32_t pins = port::pin::kInRun;  ///< as they are outside of windows
  port::Idle rested = port::Idle::kStop;   ///< in the rest before the window
};

bool over_budget(const RunState& run) {
  return port::ticks() - run.started > run.budget_ticks;
}

/// The host has something to say: kCancelled if it is that the run shall end.
StatusCode look_at_line(State& state) {
  if (!state.link.take_input()) return StatusCode::kOk;
  const bool ends =
      state.link.generation() != state.generation || cancel::waiting(state, state.run.call);
  return ends ? StatusCode::kCancelled : StatusCode::kOk;
}

/// Rests until tick @p until; @p rested becomes the lightest of it and what it was.
StatusCode rest_until(Run& run, port::Idle mode, std::uint64_t until, port::Idle& rested) {
  const RunState& limits = run.state.run;
  const std::uint64_t end = std::min(until, limits.started + limits.budget_ticks + 1);
  while (port::ticks() < end) {
    rested = std::min(rested, port::rest(mode, end));
    const StatusCode status = look_at_line(run.state);
    if (status != StatusCode::kOk) return status;
  }
  return over_budget(limits) ? StatusCode::kBudget : StatusCode::kOk;
}

StatusCode rest_between(Run& run, std::uint64_t until) {
  run.rested = run.energy.run.rest;
  const StatusCode status = rest_until(run, run.energy.run.rest, until, run.rested);
  run.energy.run.rested = std::min(run.energy.run.rested, run.rested);
  return status;
}

/// The pattern of kSyncCode; @p begin becomes when it began.
StatusCode show_pattern(Run& run, std::uint64_t& begin) {
  const std::uint64_t step = run.energy.run.mark_ticks;
  if (step == 0) return StatusCode::kOk;
  std::uint64_t until = begin = port::ticks();
  for (const bool busy : kSyncCode) {
    until += step;
    port::Idle rested = port::Idle::kStop;
    const port::Idle mode = busy ? port::Idle::kBusy : run.energy.run.rest;
    const StatusCode status = rest_until(run, mode, until, rested);
    if (status != StatusCode::kOk) return status;
    if (!busy) run.energy.run.rested = std::min(run.energy.run.rested, rested);
  }
  return StatusCode::kOk;
}

/// @param times from 0 on; the first one begins with the window, whose edge is its own
StatusCode repeat(Run& run, const EnergyStep& step, std::uint32_t sample, std::uint32_t time,
                  std::uint32_t& crc) {
  if (time != 0) {
    run.pins ^= port::pin::kPerInference;
    port::sync_pins(port::pin::kInRegion | run.pins);
  }
  if (step.region == Region::kOutput) {
    crc = inference::crc_of_outputs();
    return StatusCode::kOk;
  }
  if (step.region != Region::kInference) load_inputs(run.energy.stash, sample);
  if (step.region == Region::kLoad) return StatusCode::kOk;
  const engine::Repeat again{step.repeat_operator, step.repeat_times};
  return inference::compute_quietly(run.state, step.repeat_times > 1 ? &again : nullptr);
}

StatusCode work_in_region(Run& run, const EnergyStep& step, std::uint32_t sample,
                          std::uint32_t& crc) {
  for (std::uint32_t time = 0; time < step.repetitions; ++time) {
    const StatusCode status = repeat(run, step, sample, time, crc);
    if (status != StatusCode::kOk) return status;
    if (over_budget(run.state.run)) return StatusCode::kBudget;
  }
  return StatusCode::kOk;
}

/// Nothing is received meanwhile: only the time ends it.
void rest_in_region(Run& run, const EnergyStep& step, EnergyRecord& record) {
  const RunState& limits = run.state.run;
  const std::uint64_t until =
      std::min(record.begin_ticks + step.rest_ticks, limits.started + limits.budget_ticks + 1);
  record.rested = step.rest;
  while (port::ticks() < until)
    record.rested = std::min(record.rested, port::rest(step.rest, until));
}

/// Before the window: what is needed in it.
StatusCode prepare(Run& run, const EnergyStep& step, std::uint32_t sample) {
  if (step.region == Region::kRest) return StatusCode::kOk;
  if (run.energy.run.reset_state) engine::reset_state();
  load_inputs(run.energy.stash, sample);
  return step.region == Region::kOutput ? inference::compute_quietly(run.state, nullptr)
                                        : StatusCode::kOk;
}

/// Busy beside a window in which the core works, so that the current hardly changes at the window's
/// edges: a meter's sample that lies across an edge then holds no step, and its range is settled.
/// Not where it would do harm: a counter on the board is read right at the ends, a period's mean
/// has all that is between its windows.
void run_in(const EnergyRunState& asked, const EnergyStep& step) {
  constexpr std::uint64_t kPerSecond = 20'000;  // 50 us: five samples of a PPK2, which needs three
  if (step.region == Region::kRest || asked.counter || asked.period_ticks != 0) return;
  const std::uint64_t until = port::ticks() + port::tick_hz() / kPerSecond;
  while (port::ticks() < until)
    port::rest(port::Idle::kBusy, until);
}

StatusCode measure(Run& run, const EnergyStep& step, std::uint32_t sample, EnergyRecord& record) {
  port::pause_input();
  run_in(run.energy.run, step);
  if (step.region != Region::kRest) run.pins ^= port::pin::kPerInference;
  record.begin_ticks = port::sync_pins(port::pin::kInRegion | run.pins);
  StatusCode status = StatusCode::kOk;
  if (step.region == Region::kRest) {
    rest_in_region(run, step, record);
  } else {
    status = work_in_region(run, step, sample, record.crc32);
  }
  record.end_ticks = port::sync_pins(run.pins);
  run_in(run.energy.run, step);
  record.overlap_bytes = static_cast<std::uint32_t>(port::resume_input());
  return status;
}

StatusCode do_window(Run& run, std::uint32_t window) {
  const EnergyRunState& asked = run.energy.run;
  const EnergyStep& step = asked.steps[window % asked.step_count];
  const std::uint32_t samples = run.energy.stash.samples;
  const std::uint32_t sample = samples != 0 ? window % samples : 0;
  EnergyRecord& record = run.energy.records[window];
  record = EnergyRecord{};
  record.rested = run.rested;
  StatusCode status = prepare(run, step, sample);
  if (status != StatusCode::kOk) return status;
  if (asked.counter) read_ina228(asked.counter_address, run.energy.counts[window].before);
  if (window == 0) port::align_timer();
  status = measure(run, step, sample, record);
  if (asked.counter) read_ina228(asked.counter_address, run.energy.counts[window].behind);
  const bool computed =
      step.region == Region::kInference || step.region == Region::kLoadAndInference;
  if (computed) record.crc32 = inference::crc_of_outputs();
  if (status != StatusCode::kOk) return status;
  return over_budget(run.state.run) ? StatusCode::kBudget : look_at_line(run.state);
}

StatusCode do_windows(Run& run) {
  EnergyRunState& asked = run.energy.run;
  std::uint64_t due = port::ticks();  // of the window that comes, if there is a period
  for (std::uint32_t window = 0; window < asked.windows; ++window) {
    if (window != 0) {
      due += asked.period_ticks;
      if (asked.period_ticks == 0) {
        due = port::ticks() + asked.rest_ticks;
      } else if (port::ticks() > due) {
        ++asked.late_windows;
      }
      const StatusCode status = rest_between(run, due);
      if (status != StatusCode::kOk) return status;
    }
    const StatusCode status = do_window(run, window);
    if (status != StatusCode::kOk) return status;
  }
  return StatusCode::kOk;
}

StatusCode rest_for(Run& run, std::uint64_t ticks) {
  return rest_between(run, port::ticks() + ticks);
}

StatusCode do_all(Run& run) {
  EnergyRunState& asked = run.energy.run;
  using Part = StatusCode (*)(Run & run);
  constexpr Part kParts[] = {
      [](Run& r) { return rest_for(r, r.energy.run.rest_ticks); },
      [](Run& r) { return show_pattern(r, r.energy.run.first_mark_ticks); },
      [](Run& r) {
        return r.energy.run.mark_ticks == 0 ? StatusCode::kOk
                                            : rest_for(r, r.energy.run.rest_ticks);
      },
      do_windows,
      [](Run& r) { return rest_for(r, r.energy.run.rest_ticks); },
      [](Run& r) { return show_pattern(r, r.energy.run.last_mark_ticks); },
      [](Run& r) {
        return r.energy.run.mark_ticks == 0 ? StatusCode::kOk
                                            : rest_for(r, r.energy.run.rest_ticks);
      },
  };
  asked.begin_ticks = port::ticks();
  for (const Part part : kParts) {
    const StatusCode status = part(run);
    if (status != StatusCode::kOk) return status;
  }
  asked.end_ticks = port::ticks();
  return StatusCode::kOk;
}

}  // namespace

void load_inputs(const EnergyStash& stash, std::uint32_t sample) {
  std::size_t at = static_cast<std::size_t>(sample * sample_bytes());
  for (std::uint32_t i = 0; i < engine::input_count(); ++i) {
    const auto input = engine::input(i);
    const auto bytes = stash.bytes.subspan(at, input.size());
    std::copy(bytes.begin(), bytes.end(), input.begin());
    at += input.size();
  }
}

std::uint64_t sample_bytes() {
  std::uint64_t bytes = 0;
  for (std::uint32_t i = 0; i < engine::input_count(); ++i)
    bytes += engine::input(i).size();
  return bytes;
}

StatusCode carry_out(State& state, EnergyState& energy) {
  Run run{state, energy};
  state.trace.forget();
  state.run.set_aside = 0;
  state.run.started = port::ticks();
  port::sync_pins(run.pins);
  const StatusCode status = do_all(run);
  port::sync_pins(0);
  return status;
}

}  // namespace hil::agent::energy
