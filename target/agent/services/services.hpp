// SPDX-License-Identifier: Apache-2.0
// The services' entry points, one namespace and one file each.
#pragma once

#include <cstdint>
#include <span>

#include "target/agent/log.hpp"
#include "target/agent/message_io.hpp"
#include "target/agent/state.hpp"

namespace hil::agent {

/// Handlers of messages (the table is in dispatcher.cpp): they answer and never wait.
namespace hello {
/// Says who the agent is. kUnsupported: another protocol major.
void say(State& state, const Message& message);
}  // namespace hello

namespace model {
/// Makes the slot ready for an upload, or finds that the model is already held.
///   kBadState     a run is going on
///   kUnsupported  the engine does not load this format
///   kBadArgument  no bytes
///   kTooLarge     more than the slot; the loaded model, if any, stays
void begin(State& state, const Message& message);
/// Appends to the slot. An error (kBadState, kBadArgument: gap or overrun) is reported once, with
/// the call of the begin request; what follows of that upload is dropped.
void take_data(State& state, const Message& message);
/// Checks the digest and loads.
///   kBadState   no upload, or bytes are missing
///   kBadDigest  detail_a: announced CRC-32, detail_b: received
///   and what engine::load() says
void commit(State& state, const Message& message);
/// Stops an upload that was begun by @p call; false if there is none.
bool cancel(State& state, std::uint8_t call);
void end_session(State& state);
}  // namespace model

namespace infer {
/// Begins a run.
///   kBadState     one is going on, or an upload is
///   kNoModel      nothing is loaded
///   kBadArgument  count or budget_ms is 0; a trace of no or other operators than the model's, or
///                 one that stops a run of several samples
///   kTooLarge     a trace of more operators than can be recorded
void begin(State& state, const Message& message);
/// Takes one part of an input. Parts come in order: tensor by tensor, each from its first byte to
/// its last. Anything else ends the run with kBadArgument, naming the sample; inputs of a run that
/// has ended are dropped.
void take_input(State& state, const Message& message);
/// Computes the sample that is complete, or sends outputs as far as there is room; true if it did.
/// An inference that fails ends the run with an ErrorReply naming the sample (kBudget, or what
/// engine::invoke() says).
bool work(State& state);
/// True while a sample waits for nothing but the time in which the line must be quiet.
bool waits_for_time(const State& state);
/// True while a sample is computed or its outputs are not all sent: no message may be handled.
bool busy(const State& state);
/// Stops the run that @p call began; true if it is running, or was stopped by a cancel that
/// overtook its inputs.
bool cancel(State& state, std::uint8_t call);
void end_session(State& state);
}  // namespace infer

namespace profile {
/// Gives a page of what was recorded of the last inference.
///   kBadState     the last run was not traced, or another session's or model's
///   kBadArgument  the page starts behind the last entry
void trace(State& state, const Message& message);
/// Gives bytes of an operator's output.
///   kBadState     the last run was not one that stopped behind that operator
///   kBadArgument  it has no such output, or the offset lies behind its end
void read_output(State& state, const Message& message);
/// Measures the clock and the hooks (some hundred readings), and looks at the stack.
void say_facts(State& state, const Message& message);
}  // namespace profile

/// Only where the configuration has streams (extension.hpp).
namespace stream {
/// Answers list, begin and end; false if @p message is none of them.
///   kBadState     begin: a stream is going on, datagrams of the last one wait, or the source does
///                 not start; end: none has begun
///   kBadArgument  no such channel, or not at this rate
///   kTooLarge     the host takes no datagram that holds one sample
bool handle(State& state, const Message& message);
/// The next block of samples as a datagram's payload, valid until the next call; empty if none
/// waits, if a quiet run is going on, or if it is the turn of the reliable stream.
std::span<const std::uint8_t> next_datagram(State& state);
}  // namespace stream

/// Only where the configuration has energy runs (extension.hpp).
namespace energy {
/// Answers what the energy service is asked; false if @p message is none of that.
///   kBadState     run, stash: a run is going on, or a model is being sent; the stash lacks inputs
///   kNoModel      a step computes, or inputs are to be stashed, and nothing is loaded
///   kBadArgument  no windows or steps, times beyond the budget, an operator that there is not; a
///                 stash that is no whole number of samples
///   kBadDigest    the stash is not what the host thinks
///   kTooLarge     more windows than are kept, more inputs than there is room for (both numbers)
///   kUnsupported  a counter on a board without room for its readings
bool handle(State& state, const Message& message);
/// Carries out a run that is ready (all of it, without a byte on the line), sends what has come of
/// it, or follows inputs on their way; true if it did anything. A run that fails ends with an
/// ErrorReply (kBudget, or what the engine says).
bool work(State& state);
}  // namespace energy

namespace time_sync {
/// Stamps: when the request's bytes came, and when the answer goes.
void stamp(State& state, const Message& message);
}  // namespace time_sync

namespace cancel {
/// Stops the run or upload that a call began.
void stop(State& state, const Message& message);
/// True when a cancel of @p call waits in the receive ring, behind whatever else. Bytes looked
/// through before (state.scanned_bytes) are not looked at again.
bool waiting(State& state, std::uint8_t call);
}  // namespace cancel

namespace line {
/// Answers, and has the line changed to another rate when the answer has been acknowledged.
///   kBadArgument  none of port::bauds(), nor 0
void set_rate(State& state, const Message& message);
/// Gives the bytes back. kTooLarge: the answer is longer than the host takes.
void echo(State& state, const Message& message);
}  // namespace line

namespace crash {
/// Ends the agent as the host asks: by crash::fail(), port::fault() or port::reset(). Taken between
/// inferences, like every message but cancel; a run that is going on ends with it.
///   kBadArgument  no such end
void force(State& state, const Message& message);
}  // namespace crash

namespace log {
/// Gives lines that are still kept, as many as one message holds.
void read(State& state, const Message& message);
/// Says the first lines: clock and memory, and why the agent has started.
void say_start(const State& state);
/// Lines said from now on go to the session that has just been opened.
void begin_session(State& state);
/// The next line that waits to go out, as a datagram's payload in @p out; empty if none does, or if
/// a quiet run is going on.
inline constexpr std::size_t kMostDatagram = 120;  ///< head, numbers and the longest text
std::span<const std::uint8_t> next_datagram(State& state, std::span<std::uint8_t> out);
}  // namespace log

}  // namespace hil::agent
