// SPDX-License-Identifier: Apache-2.0
// Takes energy runs on, and sends what has come of them.
#include "protocol/messages/energy.nano.pb.h"

#include <algorithm>
#include <iterator>

#include "protocol/messages/hello.nano.pb.h"
#include "target/agent/dispatcher.hpp"
#include "target/agent/energy_run.hpp"
#include "target/agent/inference.hpp"
#include "target/agent/memory.hpp"
#include "target/agent/reply.hpp"
#include "target/agent/services/energy_stash.hpp"
#include "target/agent/services/services.hpp"
#include "target/engine/engine.hpp"
#include "target/port/port.hpp"

namespace hil::agent::energy {
namespace {

using Phase = EnergyRunState::Phase;
using Region = EnergyStep::Region;

// The dispatcher keeps room for the longest answer, hello's.
static_assert(hilbench_v1_EnergyFactsReply_size <= hilbench_v1_HelloReply_size &&
              hilbench_v1_EnergyI2cReply_size <= hilbench_v1_HelloReply_size);
static_assert(std::size(hilbench_v1_EnergyRunRequest{}.steps) == EnergyRunState::kMostSteps);

constexpr std::uint32_t kMostAddress = 0x7F;  // of 7 bits

// EnergyI2cFault numbers them as the port does.
constexpr bool numbers(port::Transfer end, hilbench_v1_EnergyI2cFault fault) {
  return static_cast<unsigned>(end) == static_cast<unsigned>(fault);
}
static_assert(numbers(port::Transfer::kDone, hilbench_v1_EnergyI2cFault_ENERGY_I2C_FAULT_UNKNOWN) &&
              numbers(port::Transfer::kNoBus, hilbench_v1_EnergyI2cFault_ENERGY_I2C_FAULT_NO_BUS) &&
              numbers(port::Transfer::kNoAnswer,
                      hilbench_v1_EnergyI2cFault_ENERGY_I2C_FAULT_NO_ANSWER) &&
              numbers(port::Transfer::kHeld, hilbench_v1_EnergyI2cFault_ENERGY_I2C_FAULT_HELD));

bool computes(const hilbench_v1_EnergyStep& step) {
  return step.region != hilbench_v1_EnergyRegion_ENERGY_REGION_REST;
}

/// Null if it can be carried out, else why not.
const char* wrong_with(const hilbench_v1_EnergyStep& step, std::uint64_t most_ticks) {
  if (step.region > hilbench_v1_EnergyRegion_ENERGY_REGION_REST ||
      step.rest > hilbench_v1_EnergyRest_ENERGY_REST_STOP) {
    return "no such region or rest";
  }
  if (step.repetitions == 0) return "a step of 0 repetitions";
  if (!computes(step) && step.repetitions != 1) return "a rest that is repeated";
  if (step.rest_ticks > most_ticks) return "a rest that is longer than the budget";
  if (step.repeat_times > 1 && step.repeat_operator >= engine::operator_count()) {
    return "an operator that there is not is to be repeated";
  }
  return nullptr;
}

const char* wrong_with(const hilbench_v1_EnergyRunRequest& request, std::uint64_t most_ticks) {
  if (request.windows == 0 || request.steps_count == 0) return "a run of no windows or steps";
  if (request.budget_ms == 0) return "a budget of 0 ms";
  if (request.rest > hilbench_v1_EnergyRest_ENERGY_REST_STOP) return "no such rest";
  if (std::max({request.rest_ticks, request.period_ticks, request.mark_ticks}) > most_ticks) {
    return "a rest that is longer than the budget";
  }
  if (request.counter_address > kMostAddress ||
      request.counter > hilbench_v1_EnergyCounter_ENERGY_COUNTER_INA228) {
    return "no such counter";
  }
  for (std::uint32_t i = 0; i < request.steps_count; ++i) {
    const char* wrong = wrong_with(request.steps[i], most_ticks);
    if (wrong != nullptr) return wrong;
  }
  return nullptr;
}

/// The inputs that steps need are there, and those that the host means.
bool refuse_inputs(State& state, const Message& message,
                   const hilbench_v1_EnergyRunRequest& request) {
  const auto refuse = [&](const Failure& failure) {
    reply_error(state, message.head, failure);
    return true;
  };
  const EnergyStash& stash = memory::energy().stash;
  if (std::none_of(request.steps, request.steps + request.steps_count, computes)) return false;
  if (!engine::loaded()) return refuse({StatusCode::kNoModel, "no model is loaded"});
  if (sample_bytes() == 0) return false;
  if (stash.phase != EnergyStash::Phase::kReady || request.samples == 0 ||
      request.samples != stash.samples || sample_bytes() * stash.samples != stash.size) {
    return refuse({StatusCode::kBadState, "the stash does not have the inputs", request.samples,
                   stash.samples});
  }
  frame::Crc32 crc;  // again: a model, or another run, may have used the memory since
  crc.update(stash.bytes);
  if (crc.value() != request.stash_crc32) {
    return refuse({StatusCode::kBadDigest, "the stash is not what was sent", request.stash_crc32,
                   crc.value()});
  }
  return false;
}

bool refuse_run(State& state, const Message& message, const hilbench_v1_EnergyRunRequest& request) {
  const auto refuse = [&](const Failure& failure) {
    reply_error(state, message.head, failure);
    return true;
  };
  if (state.run.phase != RunState::Phase::kIdle) {
    return refuse({StatusCode::kBadState, "a run is going on"});
  }
  if (state.model.phase == ModelState::Phase::kReceiving) {
    return refuse({StatusCode::kBadState, "a model is being sent"});
  }
  const EnergyState& energy = memory::energy();
  if (request.windows > energy.records.size()) {
    return refuse({StatusCode::kTooLarge, "more windows than there is room for", request.windows,
                   energy.records.size()});
  }
  const char* wrong = wrong_with(request, port::tick_hz() * request.budget_ms / 1000);
  if (wrong != nullptr) return refuse({StatusCode::kBadArgument, wrong});
  if (request.counter != hilbench_v1_EnergyCounter_ENERGY_COUNTER_NONE && energy.counts.empty()) {
    return refuse({StatusCode::kUnsupported, "this agent keeps no readings of a counter"});
  }
  return refuse_inputs(state, message, request);
}

EnergyStep step_of(const hilbench_v1_EnergyStep& step) {
  return {static_cast<Region>(step.region),
          static_cast<port::Idle>(step.rest),
          step.repetitions,
          step.rest_ticks,
          step.repeat_operator,
          step.repeat_times};
}

EnergyRunState run_of(const hilbench_v1_EnergyRunRequest& request) {
  EnergyRunState run;
  run.rest = static_cast<port::Idle>(request.rest);
  run.reset_state = request.reset_state;
  run.counter = request.counter != hilbench_v1_EnergyCounter_ENERGY_COUNTER_NONE;
  run.counter_address = static_cast<std::uint8_t>(request.counter_address);
  run.step_count = static_cast<std::uint8_t>(request.steps_count);
  std::transform(request.steps, request.steps + request.steps_count, run.steps.begin(), step_of);
  run.windows = request.windows;
  run.rest_ticks = request.rest_ticks;
  run.period_ticks = request.period_ticks;
  run.mark_ticks = request.mark_ticks;
  return run;
}

void begin_run(State& state, const Message& message) {
  hilbench_v1_EnergyRunRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  if (refuse_run(state, message, request)) return;
  memory::energy().run = run_of(request);
  RunState& run = state.run;
  run = RunState{};
  run.phase = RunState::Phase::kEnergy;
  run.call = message.head.call;
  run.quiet = true;
  run.budget_ticks = port::tick_hz() * request.budget_ms / 1000;
  state.scanned_bytes = 0;  // a cancel of this run may have been passed over already
  hilbench_v1_EnergyRunReply answer{};
  answer.quiet_ms = inference::quiet_ms(state, request.budget_ms);
  state.link.announce_busy(answer.quiet_ms);
  log::say(log::Level::kDebug, "energy run begins: windows ", request.windows, "");
  reply(state, message.head, answer);
}

void end_run(State& state, bool was_cancelled) {
  RunState& run = state.run;
  run.phase = RunState::Phase::kIdle;
  run.has_ended = true;
  run.was_cancelled = was_cancelled;
  run.ended_call = run.call;
  state.link.announce_busy(0);
}

void stash_inputs(State& state, const Message& message) {
  energy_stash::begin(state, memory::energy().stash, message);
}

void take_input(State& state, const Message& message) {
  energy_stash::take_input(state, memory::energy().stash, message);
}

void say_facts(State& state, const Message& message) {
  hilbench_v1_EnergyFactsRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  hilbench_v1_EnergyFactsReply answer{};
  answer.window_capacity = static_cast<std::uint32_t>(memory::energy().records.size());
  answer.step_capacity = EnergyRunState::kMostSteps;
  answer.stash_bytes = static_cast<std::uint32_t>(energy_stash::room(state).size());
  reply(state, message.head, answer);
}

void transfer(State& state, const Message& message) {
  hilbench_v1_EnergyI2cRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  hilbench_v1_EnergyI2cReply answer{};
  if (request.address > kMostAddress || request.in_bytes > sizeof(answer.in.bytes)) {
    return reply_error(state, message.head,
                       {StatusCode::kBadArgument, "no such address, or too many bytes",
                        request.address, request.in_bytes});
  }
  const std::span<std::uint8_t> in(answer.in.bytes, request.in_bytes);
  const port::Transfer end = port::i2c(static_cast<std::uint8_t>(request.address),
                                       {request.out.bytes, request.out.size}, in);
  answer.answered = end == port::Transfer::kDone;
  answer.fault = static_cast<hilbench_v1_EnergyI2cFault>(end);
  if (answer.answered) answer.in.size = static_cast<pb_size_t>(request.in_bytes);
  reply(state, message.head, answer);
}

hilbench_v1_EnergyCounterReading reading_of(const EnergyCount& count) {
  hilbench_v1_EnergyCounterReading reading{};
  reading.ticks = count.ticks;
  reading.took_ticks = count.took_ticks;
  reading.energy = count.energy;
  reading.charge = count.charge;
  reading.failed = count.failed;
  return reading;
}

hilbench_v1_EnergyWindow window_of(const EnergyState& energy, std::uint32_t number) {
  const EnergyRecord& record = energy.records[number];
  hilbench_v1_EnergyWindow window{};
  window.window = number;
  window.begin_ticks = record.begin_ticks;
  window.end_ticks = record.end_ticks;
  window.repetitions = energy.run.steps[number % energy.run.step_count].repetitions;
  window.crc32 = record.crc32;
  window.overlap_bytes = record.overlap_bytes;
  window.rested = static_cast<hilbench_v1_EnergyRest>(record.rested);
  window.has_before = window.has_behind = energy.run.counter;
  if (!energy.run.counter) return window;
  window.before = reading_of(energy.counts[number].before);
  window.behind = reading_of(energy.counts[number].behind);
  return window;
}

hilbench_v1_EnergyEnd end_of(const EnergyRunState& run) {
  hilbench_v1_EnergyEnd end{};
  end.begin_ticks = run.begin_ticks;
  end.end_ticks = run.end_ticks;
  end.first_mark_ticks = run.first_mark_ticks;
  end.last_mark_ticks = run.last_mark_ticks;
  end.rested = static_cast<hilbench_v1_EnergyRest>(run.rested);
  end.late_windows = run.late_windows;
  return end;
}

void fail(State& state, StatusCode status) {
  state.run.stopped_by = status;
  memory::energy().run.phase = Phase::kFailing;
}

/// One more message of the results; false if there is no room now.
bool send_result(State& state, EnergyState& energy) {
  const bool last = energy.run.sent == energy.run.windows;
  const frame::MessageHead head{0, Service::kEnergy,
                                last ? method::kEnergyEnd : method::kEnergyWindow, Kind::kStream,
                                state.run.call};
  const std::size_t most = state.link.most_message();
  Sent sent = Sent::kYes;
  if (last) {
    const hilbench_v1_EnergyEnd end = end_of(energy.run);
    sent = send(state.link.endpoint(), most, head, hilbench_v1_EnergyEnd_fields, &end);
  } else {
    const hilbench_v1_EnergyWindow window = window_of(energy, energy.run.sent);
    sent = send(state.link.endpoint(), most, head, hilbench_v1_EnergyWindow_fields, &window);
  }
  if (sent == Sent::kNoRoom) return false;
  if (sent == Sent::kTooLong) {
    fail(state, StatusCode::kTooLarge);
  } else if (last) {
    end_run(state, false);
    log::say(log::Level::kInfo, "energy run ended: windows ", energy.run.windows, "");
  } else {
    ++energy.run.sent;
  }
  return true;
}

/// Says why the run has failed; false if there is no room now.
bool report_failure(State& state, const EnergyRunState& run) {
  if (!room_for_answer(state, Kind::kStream)) return false;
  const StatusCode status = state.run.stopped_by;
  const frame::MessageHead head{0, Service::kEnergy, method::kEnergyWindow, Kind::kError,
                                state.run.call};
  ErrorText text;
  text.writer.put("energy run of ").put(run.windows).put(" windows: ").put(text_of(status));
  reply_error(state, head, {status, text.get(), 0, state.run.budget_ticks});
  log::say(log::Level::kWarning, text.get());
  end_run(state, false);
  return true;
}

bool begin_when_quiet(State& state, EnergyState& energy) {
  // While nothing moves, time alone is waited for: the loop must not sleep.
  if (!inference::line_is_quiet(state)) return state.link.at_rest();
  if (state.link.generation() != state.generation) return false;
  const StatusCode status = carry_out(state, energy);
  if (state.link.generation() != state.generation) return true;  // nobody waits for it
  if (status == StatusCode::kCancelled) {
    end_run(state, true);
    log::say(log::Level::kInfo, "energy run cancelled");
  } else if (status != StatusCode::kOk) {
    fail(state, status);
  } else {
    energy.run.phase = Phase::kSending;
  }
  return true;
}

}  // namespace

bool handle(State& state, const Message& message) {
  constexpr struct {
    std::uint8_t method;
    Kind kind;
    void (*handle)(State& state, const Message& message);
  } kTable[] = {{method::kEnergyRun, Kind::kRequest, begin_run},
                {method::kEnergyStash, Kind::kRequest, stash_inputs},
                {method::kEnergyInput, Kind::kStream, take_input},
                {method::kEnergyFacts, Kind::kRequest, say_facts},
                {method::kEnergyI2c, Kind::kRequest, transfer}};
  if (message.head.service != Service::kEnergy) return false;
  for (const auto& entry : kTable) {
    if (entry.method != message.head.method) continue;
    if (entry.kind != message.head.kind) {
      reply_error(state, message.head, {StatusCode::kMalformed, "wrong kind of message"});
    } else {
      entry.handle(state, message);
    }
    return true;
  }
  return false;
}

bool work(State& state) {
  EnergyState& energy = memory::energy();
  if (energy_stash::work(state, energy.stash)) return true;
  if (state.run.phase != RunState::Phase::kEnergy) return false;
  switch (energy.run.phase) {
    case Phase::kReady:
      return begin_when_quiet(state, energy);
    case Phase::kSending:
      return send_result(state, energy);
    case Phase::kFailing:
      return report_failure(state, energy.run);
  }
  return false;
}

}  // namespace hil::agent::energy
