// SPDX-License-Identifier: Apache-2.0
// Hands out what was recorded of the last inference, and facts about the board's clock and memory.
#include "protocol/messages/profile.nano.pb.h"

#include <algorithm>
#include <iterator>

#include "target/agent/inference.hpp"
#include "target/agent/memory.hpp"
#include "target/agent/reply.hpp"
#include "target/agent/services/services.hpp"
#include "target/agent/timer.hpp"
#include "target/engine/engine.hpp"
#include "target/port/port.hpp"

namespace hil::agent::profile {
namespace {

// A TraceReply without its entries: two numbers of 32 bits, two tags and lengths; one entry: a
// number of 64 bits and one of 32; the message head.
constexpr std::size_t kAroundEntries = frame::kMessageHeadBytes + 2 * 6 + 2 * 3;
constexpr std::size_t kEntry = 10 + 4;
// A ReadOutputReply without its bytes: a number, a tag, a length.
constexpr std::size_t kAroundBytes = frame::kMessageHeadBytes + 6 + 4;
static_assert(kAroundEntries + kEntry <= frame::kLeastLimits.message_bytes);
static_assert(kAroundBytes < frame::kLeastLimits.message_bytes);

std::uint32_t page_size(const State& state, const hilbench_v1_TraceRequest& request) {
  const std::size_t fit = (state.link.most_message() - kAroundEntries) / kEntry;
  const std::size_t most = std::min(fit, std::size(hilbench_v1_TraceReply{}.ticks));
  const std::uint32_t left = state.trace.recorded() - request.first;
  return std::min({static_cast<std::uint32_t>(most), left, request.count});
}

/// Most bytes in use at once; all of @p stack if its lowest byte is no longer painted.
std::size_t high_water(std::span<const std::uint8_t> stack) {
  std::size_t untouched = 0;
  while (untouched < stack.size() && stack[untouched] == port::kStackPaint)
    ++untouched;
  return stack.size() - untouched;
}

}  // namespace

void trace(State& state, const Message& message) {
  hilbench_v1_TraceRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  const Trace& trace = state.trace;
  if (!trace.active() || request.first > trace.recorded()) {
    return reply_error(state, message.head,
                       {trace.active() ? StatusCode::kBadArgument : StatusCode::kBadState,
                        "nothing was recorded there", request.first, trace.recorded()});
  }
  hilbench_v1_TraceReply answer{};
  answer.sample = trace.sample();
  answer.recorded = trace.recorded();
  const std::uint32_t count = page_size(state, request);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t entry = request.first + i;
    if (trace.options().ticks) answer.ticks[answer.ticks_count++] = trace.ticks(entry);
    if (trace.options().digests) answer.digests[answer.digests_count++] = trace.digest(entry);
  }
  reply(state, message.head, answer);
}

void read_output(State& state, const Message& message) {
  hilbench_v1_ReadOutputRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  const Trace& trace = state.trace;
  if (!trace.holds_outputs() || trace.last_operator() != request.operator_index) {
    return reply_error(
        state, message.head,
        {StatusCode::kBadState, "no run has stopped behind that operator", request.operator_index});
  }
  const auto tensor = engine::operator_output(request.operator_index, request.output);
  if (tensor.empty() || request.offset > tensor.size()) {
    return reply_error(
        state, message.head,
        {StatusCode::kBadArgument, "no such output or offset", request.output, request.offset});
  }
  const auto left = tensor.subspan(request.offset);
  auto bytes = left.first(std::min<std::size_t>(
      {left.size(), request.bytes, state.link.most_message() - kAroundBytes}));
  hilbench_v1_ReadOutputReply answer{};
  answer.size_bytes = static_cast<std::uint32_t>(tensor.size());
  send_from(answer.data, bytes);
  reply(state, message.head, answer);
}

void say_facts(State& state, const Message& message) {
  hilbench_v1_FactsRequest request{};
  if (!decode_or_refuse(state, message, request)) return;
  const timer::Readings readings = timer::back_to_back();
  hilbench_v1_FactsReply answer{};
  answer.timer_cost_min = readings.least();
  answer.timer_cost_median = readings.median();
  answer.timer_step = timer::step();
  answer.timer_readings = timer::Readings::kCount;
  answer.hook_cost = inference::hook_cost(false, readings.median());
  answer.trace_cost = inference::hook_cost(true, readings.median());
  const auto stack = port::stack();
  answer.stack_bytes = static_cast<std::uint32_t>(stack.size());
  answer.stack_high_water_bytes = static_cast<std::uint32_t>(high_water(stack));
  answer.agent_static_bytes = memory::static_bytes();
  answer.no_init_bytes = static_cast<std::uint32_t>(port::no_init().size());
  answer.byte_ticks = port::byte_ticks();
  reply(state, message.head, answer);
}

}  // namespace hil::agent::profile
