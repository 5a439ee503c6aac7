// SPDX-License-Identifier: Apache-2.0
// The profile service's calls, and checks of what comes back.
#include "host/session/profile_client.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/rpc/typed_call.hpp"
#include "protocol/messages/ids.hpp"
#include "protocol/messages/profile.pb.h"

namespace hil::session {
namespace {

namespace v1 = hilbench::v1;

constexpr char kOtherAgent[] = "put the agent that belongs to this hilbench on the board";

Error nonsense(std::string what) {
  return Error{Blame::kDevice, std::move(what),
               "run it again; if it happens again, flash the agent again and report it"};
}

/// Of each kind, what a page must have: @p asked of it, or nothing.
bool has(int count, bool asked, int entries) {
  return count == (asked ? entries : 0);
}

/// Appends a page; an error if it is not the next of what was asked for.
Status add_page(const v1::TraceReply& page, const TraceOptions& asked, std::uint32_t sample,
                std::uint32_t have, Trace& trace) {
  if (page.sample() != sample || page.recorded() != asked.count) {
    return nonsense(fmt::format(
        "the agent has a trace of {} operators of sample {}, not of {} operators of sample {}",
        page.recorded(), page.sample(), asked.count, sample));
  }
  const int entries = asked.ticks ? page.ticks_size() : page.digests_size();
  if (!has(page.ticks_size(), asked.ticks, entries) ||
      !has(page.digests_size(), asked.digests, entries) || entries == 0 ||
      static_cast<std::uint32_t>(entries) > asked.count - have) {
    return nonsense(fmt::format("the agent sent {} ticks and {} digests from entry {} of {} on",
                                page.ticks_size(), page.digests_size(), have, asked.count));
  }
  trace.ticks.insert(trace.ticks.end(), page.ticks().begin(), page.ticks().end());
  trace.digests.insert(trace.digests.end(), page.digests().begin(), page.digests().end());
  return {};
}

Status check(const AgentFacts& facts) {
  if (facts.timer_step == 0) {
    return Error{Blame::kDevice, "the agent's clock stands still",
                 "its times would mean nothing: the port of this board is at fault"};
  }
  if (facts.timer_cost_min > facts.timer_cost_median ||
      (facts.stack_bytes != 0 && facts.stack_high_water_bytes > facts.stack_bytes)) {
    return nonsense("the agent's facts contradict each other");
  }
  return {};
}

}  // namespace

Status check_profiles(const AgentInfo& agent) {
  if (agent.has_service(Service::kProfile)) return {};
  return Error{Blame::kDevice,
               fmt::format("the agent on {} (version {}) has no profile service", agent.board,
                           agent.agent_version),
               kOtherAgent};
}

Status check_traces(const AgentInfo& agent, const TraceOptions& trace) {
  HIL_TRY(check_profiles(agent));
  if (trace.count == 0 || trace.stride == 0) {
    return Error{Blame::kBug, "a trace of no operators was asked for", ""};
  }
  if ((trace.ticks || trace.digests) && trace.count > agent.trace_capacity) {
    return Error{Blame::kDevice,
                 fmt::format("the agent on {} records at most {} operators at once, not {}",
                             agent.board, agent.trace_capacity, trace.count),
                 "trace fewer operators in each run"};
  }
  return {};
}

Result<AgentFacts> read_facts(Session& session, Deadline deadline) {
  HIL_TRY(check_profiles(session.agent()));
  HIL_ASSIGN(const auto reply,
             rpc::call<v1::FactsReply>(session.channel(), Service::kProfile, method::kFacts,
                                       v1::FactsRequest(), deadline));
  AgentFacts facts;
  facts.timer_cost_min = reply.body.timer_cost_min();
  facts.timer_cost_median = reply.body.timer_cost_median();
  facts.timer_step = reply.body.timer_step();
  facts.timer_readings = reply.body.timer_readings();
  facts.hook_cost = reply.body.hook_cost();
  facts.trace_cost = reply.body.trace_cost();
  facts.stack_bytes = reply.body.stack_bytes();
  facts.stack_high_water_bytes = reply.body.stack_high_water_bytes();
  facts.agent_static_bytes = reply.body.agent_static_bytes();
  facts.no_init_bytes = reply.body.no_init_bytes();
  facts.byte_ticks = reply.body.byte_ticks();
  HIL_TRY(check(facts));
  return facts;
}

Result<Trace> read_trace(Session& session, const TraceOptions& asked, std::uint32_t sample,
                         Deadline deadline) {
  HIL_TRY(check_traces(session.agent(), asked));
  Trace trace;
  if (!asked.ticks && !asked.digests) return trace;
  for (std::uint32_t have = 0; have < asked.count;) {
    v1::TraceRequest request;
    request.set_first(have);
    request.set_count(asked.count - have);
    HIL_ASSIGN(const auto reply, rpc::call<v1::TraceReply>(session.channel(), Service::kProfile,
                                                           method::kTrace, request, deadline));
    HIL_TRY(add_page(reply.body, asked, sample, have, trace));
    have = static_cast<std::uint32_t>(std::max(trace.ticks.size(), trace.digests.size()));
  }
  return trace;
}

Result<std::vector<std::uint8_t>> read_output(Session& session, std::uint32_t index,
                                              std::uint32_t output, Deadline deadline) {
  HIL_TRY(check_profiles(session.agent()));
  const std::uint32_t most = session.agent().arena_capacity_bytes;
  std::vector<std::uint8_t> bytes;
  std::uint32_t size = 0;
  do {
    v1::ReadOutputRequest request;
    request.set_operator_index(index);
    request.set_output(output);
    request.set_offset(static_cast<std::uint32_t>(bytes.size()));
    request.set_bytes(most);
    HIL_ASSIGN(const auto reply,
               rpc::call<v1::ReadOutputReply>(session.channel(), Service::kProfile,
                                              method::kReadOutput, request, deadline));
    const std::string& data = reply.body.data();
    if (bytes.empty()) size = reply.body.size_bytes();
    if (size != reply.body.size_bytes() || size > most || data.empty() ||
        data.size() > size - bytes.size()) {
      return nonsense(fmt::format("the agent sent {} bytes at {} of {} of output {} of operator {}",
                                  data.size(), bytes.size(), reply.body.size_bytes(), output,
                                  index));
    }
    bytes.insert(bytes.end(), data.begin(), data.end());
  } while (bytes.size() < size);
  return bytes;
}

}  // namespace hil::session
