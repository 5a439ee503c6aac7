// SPDX-License-Identifier: Apache-2.0
// Receives a model into its slot, checks it and hands it to the engine.
#include "protocol/messages/model.nano.pb.h"

#include "target/agent/reply.hpp"
#include "target/agent/services/services.hpp"
#include "target/engine/engine.hpp"
#include "target/port/port.hpp"

namespace hil::agent::model {
namespace {

using Phase = ModelState::Phase;

// The slowest part we serve (16 MHz M0) takes 1.3 us for one byte of CRC-32; validation is linear,
// too. 4 us per byte and 200 ms leave room.
constexpr std::uint32_t load_quiet_ms(std::uint32_t size) {
  return 200 + size / 250;
}

/// Whether the last begin was of the same model.
bool is_known(const ModelState& model, const hilbench_v1_ModelBeginRequest& request) {
  return model.size == request.size_bytes && model.announced == request.crc32 &&
         model.format == request.format && model.in_slot == request.in_slot;
}

bool held(const ModelState& model, const hilbench_v1_ModelBeginRequest& request) {
  return engine::loaded() && model.phase == Phase::kIdle && is_known(model, request);
}

/// The next upload starts at 0.
void forget_part(ModelState& model) {
  model.received = 0;
  model.crc = {};
}

bool refuse_begin(State& state, const Message& message,
                  const hilbench_v1_ModelBeginRequest& request) {
  const auto refuse = [&](const Failure& failure) {
    reply_error(state, message.head, failure);
    return true;
  };
  if (state.run.phase != RunState::Phase::kIdle) {
    return refuse({StatusCode::kBadState, "a run is going on"});
  }
  const bool one_bit = request.format != 0 && (request.format & (request.format - 1)) == 0;
  if (!one_bit || (request.format & engine::info().formats) == 0) {
    return refuse({StatusCode::kUnsupported, "the engine does not load this model format",
                   request.format, engine::info().formats});
  }
  if (request.size_bytes == 0) return refuse({StatusCode::kBadArgument, "a model of 0 bytes"});
  const std::size_t capacity =
      request.in_slot ? port::model_slot().size() : state.model.slot.size();
  if (request.size_bytes > capacity) {
    ErrorText text;
    text.writer.put("model of ").put(request.size_bytes);
    text.writer.put(request.in_slot ? " bytes, the flash slot has " : " bytes, the slot has ");
    text.writer.put(capacity);
    return refuse({StatusCode::kTooLarge, text.get(), request.size_bytes, capacity});
  }
  return false;
}

void fail(State& state, const Message& message, const Failure& failure) {
  state.model.phase = Phase::kFailed;
  forget_part(state.model);  // whatever is wrong is not to be built upon
  log::say(log::Level::kWarning, failure.text);
  reply_error(state, message.head, failure);
}

void refuse_load(State& state, const Message& message, StatusCode status) {
  const engine::Refusal refusal = engine::refusal();
  const std::size_t capacity = state.model.arena.size();
  ErrorText text;
  text.writer.put(text_of(status)).put(": ").put(refusal.text);
  if (refusal.operator_index != 0xFFFF'FFFF) {
    text.writer.put(", operator ").put(refusal.operator_index);
  }
  log::say(log::Level::kError, "model refused: ", text.get());
  reply_error(state, message.head, {status, text.get(), 0, capacity});
}

/// True if the upload is complete and its digest right; else the request has been refused.
bool check_upload(State& state, const Message& message) {
  const ModelState& model = state.model;
  if (model.phase != Phase::kReceiving) {
    reply_error(state, message.head, StatusCode::kBadState, "no model has been sent");
    return false;
  }
  if (model.received != model.size) {
    fail(state, message,
         {StatusCode::kBadState, "bytes are missing: not all of the model has come", model.received,
          model.size});
    return false;
  }
  if (!model.in_slot && model.crc.value() != model.announced) {
    fail(state, message,
         {StatusCode::kBadDigest, "the model's CRC-32 is not the announced one", model.announced,
          model.crc.value()});
    return false;
  }
  return true;
}

std::span<const std::uint8_t> place_of(const ModelState& model) {
  if (model.in_slot) return port::model_slot();
  return model.slot;
}

/// Whether the flash slot begins with the model that @p request tells of. Takes a while.
bool slot_holds(State& state, const hilbench_v1_ModelBeginRequest& request) {
  state.link.announce_busy(load_quiet_ms(request.size_bytes));
  state.link.send_output(true);
  frame::Crc32 crc;
  crc.update(port::model_slot().first(request.size_bytes));
  state.link.announce_busy(0);
  return crc.value() == request.crc32;
}

void start_upload(State& state, const Message& message,
                  const hilbench_v1_ModelBeginRequest& request) {
  ModelState& model = state.model;
  engine::unload();
  state.trace.forget();
  if (!is_known(model, request)) forget_part(model);
  model.phase = Phase::kReceiving;
  model.call = message.head.call;
  model.format = request.format;
  model.size = request.size_bytes;
  model.announced = request.crc32;
  model.in_slot = request.in_slot;
  if (model.in_slot) model.received = model.size;  // slot_holds() has seen all of it
}

void say_loaded(const ModelState& model, std::uint32_t arena_bytes) {
  ErrorText text;
  text.writer.put("model loaded: ").put(model.size).put(" B in ");
  text.writer.put(model.in_slot ? "the flash slot" : "RAM").put(", arena ").put(arena_bytes);
  text.writer.put(" B");
  log::say(log::Level::kInfo, text.get());
}

void load(State& state, const Message& message) {
  ModelState& model = state.model;
  const std::uint64_t start = port::ticks();
  const StatusCode status = engine::load({place_of(model).first(model.size), model.arena});
  if (status != StatusCode::kOk) return refuse_load(state, message, status);
  hilbench_v1_ModelCommitReply answer{};
  answer.load_ticks = port::ticks() - start;
  answer.arena_bytes = engine::arena_bytes();
  say_loaded(model, answer.arena_bytes);
  reply(state, message.head, answer);
}

}  // namespace

void begin(State& state, const Message& message) {
  hilbench_v1_ModelBeginRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  if (refuse_begin(state, message, request)) return;
  hilbench_v1_ModelBeginReply answer{};
  answer.already_held = held(state.model, request);
  if (!answer.already_held) {
    answer.slot_holds = request.in_slot && slot_holds(state, request);
    if (answer.slot_holds || !request.in_slot) start_upload(state, message, request);
    if (!request.in_slot) answer.held_bytes = state.model.received;
  }
  reply(state, message.head, answer);
}

void take_data(State& state, const Message& message) {
  ModelState& model = state.model;
  const bool ours = message.head.call == model.call;
  if (model.phase == Phase::kFailed && ours) return;
  if (model.phase != Phase::kReceiving || !ours) {
    return reply_error(state, message.head, StatusCode::kBadState, "no upload has this call id");
  }
  hilbench_v1_ModelData data{};
  BytesField bytes;
  note_place(data.data, bytes);
  if (!decode(message, data)) {
    return fail(state, message, {StatusCode::kMalformed, "not a part of a model"});
  }
  if (data.offset == 0 && !model.in_slot) forget_part(model);  // a host that does not go on
  if (data.offset != model.received || bytes.size > model.size - model.received) {
    ErrorText text;
    text.writer.put("part [").put(data.offset).put(", +").put(bytes.size).put(") after ");
    text.writer.put(model.received).put(" of ").put(model.size).put(" bytes");
    return fail(state, message,
                {StatusCode::kBadArgument, text.get(), data.offset, model.received});
  }
  const auto place = model.slot.subspan(model.received, bytes.size);
  message.ring->peek(bytes.at, place);
  model.crc.update(place);
  model.received += static_cast<std::uint32_t>(bytes.size);
}

void commit(State& state, const Message& message) {
  hilbench_v1_ModelCommitRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  if (!check_upload(state, message)) return;
  state.model.phase = Phase::kIdle;
  forget_part(state.model);  // one that the engine refuses is sent again as a whole
  state.link.announce_busy(load_quiet_ms(state.model.size));
  state.link.send_output(true);
  load(state, message);
  state.link.announce_busy(0);
}

bool cancel(State& state, std::uint8_t call) {
  if (state.model.phase != Phase::kReceiving || state.model.call != call) return false;
  state.model.phase = Phase::kFailed;
  return true;
}

void end_session(State& state) {
  state.model.phase = Phase::kIdle;
}

}  // namespace hil::agent::model
