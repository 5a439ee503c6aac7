// SPDX-License-Identifier: Apache-2.0
// Runs the loaded model over samples that stream in, and streams its outputs back.
#include "protocol/messages/infer.nano.pb.h"

#include <algorithm>

#include "protocol/frame/frame.hpp"
#include "target/agent/dispatcher.hpp"
#include "target/agent/inference.hpp"
#include "target/agent/reply.hpp"
#include "target/agent/services/services.hpp"
#include "target/engine/engine.hpp"
#include "target/port/port.hpp"

namespace hil::agent::infer {
namespace {

using Phase = RunState::Phase;

// An InferOutput without its data: five numbers of 32 bits, one of 64, two flags, a length; and the
// message head.
constexpr std::size_t kAroundOutput = frame::kMessageHeadBytes + 5 * 6 + 11 + 2 * 2 + 4;
static_assert(kAroundOutput < frame::kLeastLimits.message_bytes);

void end_run(State& state, bool was_cancelled) {
  RunState& run = state.run;
  run.phase = Phase::kIdle;
  run.used = 0;
  run.has_ended = true;
  run.was_cancelled = was_cancelled;
  run.ended_call = run.call;
  state.link.announce_busy(0);
}

/// Ends the run with an ErrorReply of its call; there must be room for one.
void fail_run(State& state, Failure failure) {
  failure.sample = state.run.sample;
  const frame::MessageHead head{0, Service::kInfer, method::kInferInput, Kind::kError,
                                state.run.call};
  reply_error(state, head, failure);
  end_run(state, false);
  log::say(log::Level::kWarning, "run stopped: ", failure.text);
}

void begin_sample(RunState& run) {
  run.phase = Phase::kReceiving;
  run.tensor = run.offset = 0;
}

/// Moves past inputs that are complete.
void skip_full_inputs(RunState& run) {
  while (run.tensor < engine::input_count() && run.offset == engine::input(run.tensor).size()) {
    ++run.tensor;
    run.offset = 0;
  }
}

/// Writes a part where it belongs. False, and the run has ended, if it belongs nowhere.
bool store_part(State& state, const Message& message, const hilbench_v1_InferInput& part,
                const BytesField& bytes) {
  RunState& run = state.run;
  skip_full_inputs(run);
  if (bytes.size == 0) return true;
  const auto input = engine::input(run.tensor);  // empty behind the last one
  if (part.tensor != run.tensor || part.offset != run.offset ||
      bytes.size > input.size() - run.offset) {
    ErrorText text;
    text.writer.put("sample ").put(run.sample).put(": part [").put(part.offset).put(", +");
    text.writer.put(bytes.size).put(") of input ").put(part.tensor).put(", due byte ");
    text.writer.put(run.offset).put(" of input ").put(run.tensor);
    fail_run(state, {StatusCode::kBadArgument, text.get(), part.offset, run.offset});
    return false;
  }
  message.ring->peek(bytes.at, input.subspan(run.offset, bytes.size));
  run.offset += static_cast<std::uint32_t>(bytes.size);
  skip_full_inputs(run);
  return true;
}

/// Of a part that holds several samples of one input, cuts out the next one's bytes.
void take_share(RunState& run, BytesField& bytes) {
  bytes.at += run.used;
  bytes.size -= run.used;
  const std::size_t size = engine::input(0).size();
  const bool more = engine::input_count() == 1 && size != 0 && run.offset == 0 && bytes.size > size;
  run.used = more ? run.used + static_cast<std::uint32_t>(size) : 0;
  if (more) bytes.size = size;
}

void finish_input(State& state) {
  RunState& run = state.run;
  if (run.tensor == engine::input_count()) {
    run.phase = Phase::kReady;
    return;
  }
  const std::size_t size = engine::input(run.tensor).size();
  ErrorText text;
  text.writer.put("sample ").put(run.sample).put(": input ").put(run.tensor).put(" got ");
  text.writer.put(run.offset).put(" of ").put(size).put(" bytes");
  fail_run(state, {StatusCode::kBadArgument, text.get(), run.offset, size});
}

/// Reports the failed inference; false if there is no room now.
bool fail_inference(State& state) {
  if (!room_for_answer(state, Kind::kStream)) return false;
  const StatusCode status = state.run.stopped_by;
  ErrorText text;
  text.writer.put("sample ").put(state.run.sample).put(": ").put(text_of(status));
  fail_run(state, {status, text.get(), state.run.computed, state.run.budget_ticks});
  return true;
}

void compute(State& state) {
  RunState& run = state.run;
  if (run.reset_state) engine::reset_state();
  run.reset_state = false;
  const StatusCode status = inference::run(state);
  if (state.link.generation() != state.generation) return;  // nobody waits for this result
  if (status == StatusCode::kCancelled) {
    cancel(state, run.call);
  } else if (status != StatusCode::kOk) {
    run.stopped_by = status;
    run.phase = Phase::kFailing;
  } else {
    run.crc = run.stopped ? 0 : inference::crc_of_outputs();
    run.phase = Phase::kSending;
    run.tensor = run.offset = 0;
  }
}

/// Moves past outputs that have been sent; true when none is left.
bool all_sent(RunState& run) {
  if (run.crc_only || run.stopped) run.tensor = engine::output_count();
  while (run.tensor < engine::output_count() && run.offset == engine::output(run.tensor).size()) {
    ++run.tensor;
    run.offset = 0;
  }
  return run.tensor >= engine::output_count();
}

/// True when the bytes after @p end of output @p tensor are all there is to send.
bool is_end(std::uint32_t tensor, std::size_t end) {
  if (end < engine::output(tensor).size()) return false;
  for (std::uint32_t i = tensor + 1; i < engine::output_count(); ++i) {
    if (!engine::output(i).empty()) return false;
  }
  return true;
}

void finish_sample(State& state) {
  RunState& run = state.run;
  ++run.sample;
  begin_sample(run);
  if (--run.left != 0) return;
  end_run(state, false);
  log::say(log::Level::kInfo, "run ended after sample ", run.sample - 1, "");
}

/// Sends the next part of the outputs; false if there is no room now.
bool send_part(State& state) {
  RunState& run = state.run;
  hilbench_v1_InferOutput part{};
  std::span<const std::uint8_t> bytes;
  part.sample = run.sample;
  if (!all_sent(run)) {
    const auto left = engine::output(run.tensor).subspan(run.offset);
    bytes = left.first(std::min(left.size(), state.link.most_message() - kAroundOutput));
    part.tensor = run.tensor;
    part.offset = run.offset;
    part.more = !is_end(run.tensor, run.offset + bytes.size());
  }
  send_from(part.data, bytes);
  if (!part.more) {
    part.device_ticks = run.computed;
    part.crc32 = run.crc;
    part.overlap_bytes = static_cast<std::uint32_t>(run.overlap);
    part.stopped = run.stopped;
  }
  const frame::MessageHead head{0, Service::kInfer, method::kInferOutput, Kind::kStream, run.call};
  if (send(state.link.endpoint(), state.link.most_message(), head, hilbench_v1_InferOutput_fields,
           &part) != Sent::kYes) {
    return false;
  }
  run.offset += static_cast<std::uint32_t>(bytes.size());
  if (!part.more) finish_sample(state);
  return true;
}

TraceOptions options_of(const hilbench_v1_InferBeginRequest& request) {
  if (!request.has_trace) return {};
  const auto& trace = request.trace;
  return {trace.first, trace.stride, trace.count, trace.ticks, trace.digests, trace.stop_after};
}

bool refuse_trace(State& state, const Message& message,
                  const hilbench_v1_InferBeginRequest& request) {
  const TraceOptions trace = options_of(request);
  const auto refuse = [&](StatusCode status, const char* text, std::uint64_t most) {
    reply_error(state, message.head, {status, text, trace.count, most});
    return true;
  };
  const std::uint64_t operators = engine::operator_count();
  // Each factor is below 2^32: the sum fits 64 bits.
  const std::uint64_t last = trace.first + (std::uint64_t{trace.count} - 1) * trace.stride;
  if (trace.count == 0 || trace.stride == 0 || last >= operators) {
    return refuse(StatusCode::kBadArgument, "a trace of operators that there are not", operators);
  }
  if ((trace.ticks || trace.digests) && trace.count > state.trace.capacity()) {
    return refuse(StatusCode::kTooLarge, "a trace of more operators than there is room for",
                  state.trace.capacity());
  }
  if (trace.stop_after && request.count != 1) {
    return refuse(StatusCode::kBadArgument, "a trace that stops a run of several samples",
                  request.count);
  }
  return false;
}

bool refuse_begin(State& state, const Message& message,
                  const hilbench_v1_InferBeginRequest& request) {
  const auto refuse = [&](StatusCode status, const char* text) {
    reply_error(state, message.head, status, text);
    return true;
  };
  if (state.run.phase != Phase::kIdle) return refuse(StatusCode::kBadState, "a run is going on");
  if (state.model.phase == ModelState::Phase::kReceiving) {
    return refuse(StatusCode::kBadState, "a model is being sent");
  }
  if (!engine::loaded()) return refuse(StatusCode::kNoModel, "no model is loaded");
  if (request.count == 0) return refuse(StatusCode::kBadArgument, "a run of 0 samples");
  if (request.budget_ms == 0) return refuse(StatusCode::kBadArgument, "a budget of 0 ms");
  return request.has_trace && refuse_trace(state, message, request);
}

bool is_late(const RunState& run, const Message& message) {
  return run.has_ended && message.head.call == run.ended_call;
}

}  // namespace

void begin(State& state, const Message& message) {
  RunState& run = state.run;
  // Samples may follow without waiting for the reply: those of a refused run are late ones.
  run.has_ended = true;
  run.was_cancelled = false;
  run.ended_call = message.head.call;
  hilbench_v1_InferBeginRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  if (refuse_begin(state, message, request)) return;
  run = RunState{};
  run.call = message.head.call;
  run.crc_only = request.crc_only;
  run.reset_state = request.reset_state;
  run.quiet = request.quiet;
  state.trace.begin(options_of(request));
  run.sample = request.first_sample;
  run.left = request.count;
  run.budget_ticks = port::tick_hz() * request.budget_ms / 1000;
  begin_sample(run);
  state.scanned_bytes = 0;  // a cancel of this run may have been passed over already
  hilbench_v1_InferBeginReply answer{};
  answer.quiet_ms = inference::quiet_ms(state, request.budget_ms);
  state.link.announce_busy(answer.quiet_ms);
  log::say(log::Level::kDebug, "run of ", run.left, run.quiet ? " begins, quiet" : " begins");
  reply(state, message.head, answer);
}

void take_input(State& state, const Message& message) {
  RunState& run = state.run;
  if (run.phase != Phase::kReceiving || message.head.call != run.call) {
    if (is_late(run, message)) return;
    return reply_error(state, message.head, StatusCode::kBadState, "no run has this call id");
  }
  hilbench_v1_InferInput part{};
  BytesField bytes;
  note_place(part.data, bytes);
  if (!decode(message, part)) {
    return fail_run(state, {StatusCode::kMalformed, "not a part of a sample"});
  }
  if (run.used == 0) run.reset_state |= part.reset_state;
  take_share(run, bytes);
  if (store_part(state, message, part, bytes) && !part.more) finish_input(state);
}

bool work(State& state) {
  RunState& run = state.run;
  if (run.phase == Phase::kIdle) return false;
  if (cancel::waiting(state, run.call)) return cancel(state, run.call);
  switch (run.phase) {
    case Phase::kReady:
      if (run.quiet && !inference::line_is_quiet(state)) return false;
      if (state.link.generation() != state.generation) return false;
      compute(state);
      return true;
    case Phase::kSending:
      return send_part(state);
    case Phase::kFailing:
      return fail_inference(state);
    default:
      return false;
  }
}

bool busy(const State& state) {
  return state.run.phase != Phase::kIdle && state.run.phase != Phase::kReceiving;
}

bool waits_for_time(const State& state) {
  return state.run.phase == Phase::kReady && state.link.at_rest();
}

bool cancel(State& state, std::uint8_t call) {
  RunState& run = state.run;
  if (run.phase != Phase::kIdle && run.call == call) {
    end_run(state, true);
    log::say(log::Level::kInfo, "run cancelled at sample ", run.sample, "");
    return true;
  }
  const bool just_stopped = run.has_ended && run.was_cancelled && run.ended_call == call;
  run.was_cancelled = false;
  return just_stopped;
}

void end_session(State& state) {
  state.run = RunState{};
  state.trace.forget();
}

}  // namespace hil::agent::infer
