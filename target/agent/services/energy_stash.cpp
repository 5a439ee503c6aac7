// SPDX-License-Identifier: Apache-2.0
// Inputs that come before an energy run, so that none has to travel while it goes on.
#include "target/agent/services/energy_stash.hpp"

#include <algorithm>

#include "protocol/messages/energy.nano.pb.h"
#include "target/agent/dispatcher.hpp"
#include "target/agent/energy_run.hpp"
#include "target/agent/reply.hpp"
#include "target/agent/services/services.hpp"
#include "target/engine/engine.hpp"
#include "target/port/port.hpp"

namespace hil::agent::energy_stash {
namespace {

using Phase = EnergyStash::Phase;

bool refuse_begin(State& state, const Message& message,
                  const hilbench_v1_EnergyStashRequest& request) {
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
  if (!engine::loaded()) return refuse({StatusCode::kNoModel, "no model is loaded"});
  const std::uint64_t bytes = energy::sample_bytes() * request.samples;
  if (bytes == 0 || request.size_bytes != bytes) {
    return refuse({StatusCode::kBadArgument, "not a whole number of samples", request.size_bytes,
                   energy::sample_bytes()});
  }
  if (bytes > room(state).size()) {
    ErrorText text;
    text.writer.put("inputs of ").put(bytes).put(" bytes, beside the model are ");
    text.writer.put(room(state).size()).put(" free");
    return refuse({StatusCode::kTooLarge, text.get(), bytes, room(state).size()});
  }
  return false;
}

/// @returns when the pins turned; @p now if they are not driven
std::uint64_t drive(EnergyStash& stash, std::uint32_t pins, std::uint64_t now) {
  stash.pins = static_cast<std::uint8_t>(pins);
  return stash.mark ? port::sync_pins(pins) : now;
}

void drive(EnergyStash& stash, std::uint32_t pins) {
  drive(stash, pins, 0);
}

/// The first byte has come, at tick @p now.
void note_begin(EnergyStash& stash, std::uint64_t now) {
  stash.begun = true;
  stash.begin_ticks =
      drive(stash, port::pin::kInRun | port::pin::kInRegion | port::pin::kPerInference, now);
}

/// Samples whose first byte is among the first @p bytes.
std::uint32_t begun_in(const EnergyStash& stash, std::uint32_t bytes) {
  const std::uint32_t sample = stash.size / stash.samples;
  return bytes == 0 ? 1 : (bytes - 1) / sample + 1;  // of the first one note_begin() has told
}

/// Pin 1 toggles wherever another sample's bytes begin.
void follow_samples(EnergyStash& stash, std::uint32_t from, std::uint32_t to) {
  for (std::uint32_t begun = begun_in(stash, from); begun < begun_in(stash, to); ++begun)
    drive(stash, stash.pins ^ port::pin::kPerInference);
}

void finish(EnergyStash& stash) {
  stash.end_ticks = drive(stash, stash.pins & ~port::pin::kInRegion, port::ticks());
  stash.phase = Phase::kStored;
}

}  // namespace

std::span<std::uint8_t> room(const State& state) {
  const std::size_t used =
      (engine::arena_bytes() + plan::kAlignment - 1) / plan::kAlignment * plan::kAlignment;
  return state.model.arena.subspan(std::min(used, state.model.arena.size()));
}

void begin(State& state, EnergyStash& stash, const Message& message) {
  hilbench_v1_EnergyStashRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  if (refuse_begin(state, message, request)) return;
  stash = EnergyStash{};
  stash.phase = Phase::kReceiving;
  stash.mark = request.mark;
  stash.call = message.head.call;
  stash.generation = state.link.generation();
  stash.size = request.size_bytes;
  stash.samples = request.samples;
  stash.bytes = room(state).first(request.size_bytes);
  drive(stash, port::pin::kInRun);
  reply(state, message.head, hilbench_v1_EnergyStashReply{});
}

void take_input(State& state, EnergyStash& stash, const Message& message) {
  if (stash.phase != Phase::kReceiving || stash.call != message.head.call) return;  // late
  hilbench_v1_EnergyInput part{};
  BytesField bytes;
  note_place(part.data, bytes);
  const bool fits = decode(message, part) && part.offset == stash.received &&
                    bytes.size <= stash.size - stash.received;
  if (!fits) {
    drive(stash, 0);
    stash.phase = Phase::kNone;
    return reply_error(
        state, message.head,
        {StatusCode::kBadArgument, "bytes that do not belong there", part.offset, stash.received});
  }
  if (!stash.begun) note_begin(stash, state.link.input_ticks());
  const auto place = stash.bytes.subspan(stash.received, bytes.size);
  message.ring->peek(bytes.at, place);
  stash.crc.update(place);
  const std::uint32_t before = stash.received;
  stash.received += static_cast<std::uint32_t>(bytes.size);
  follow_samples(stash, before, stash.received);
  if (stash.received == stash.size) finish(stash);
}

bool work(State& state, EnergyStash& stash) {
  if (stash.phase != Phase::kReceiving && stash.phase != Phase::kStored) return false;
  if (stash.generation != state.link.generation()) {  // nobody will send the rest
    drive(stash, 0);
    stash = EnergyStash{};
    return false;
  }
  if (stash.phase == Phase::kReceiving) {
    if (stash.armed && !stash.begun && state.link.input_ticks() > stash.armed_ticks) {
      note_begin(stash, state.link.input_ticks());
    }
    // Until then, what comes may be the acknowledgement of our answer.
    if (!stash.armed && state.link.at_rest()) {
      stash.armed = true;
      stash.armed_ticks = port::ticks();
    }
    return false;
  }
  hilbench_v1_EnergyWindow window{};
  window.begin_ticks = stash.begin_ticks;
  window.end_ticks = stash.end_ticks;
  window.repetitions = stash.samples;
  window.crc32 = stash.crc.value();
  const frame::MessageHead head{0, Service::kEnergy, method::kEnergyWindow, Kind::kStream,
                                stash.call};
  if (send(state.link.endpoint(), state.link.most_message(), head, hilbench_v1_EnergyWindow_fields,
           &window) == Sent::kNoRoom) {
    return false;
  }
  drive(stash, 0);
  stash.phase = Phase::kReady;
  return true;
}

}  // namespace hil::agent::energy_stash
