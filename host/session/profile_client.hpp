// SPDX-License-Identifier: Apache-2.0
// What the agent recorded of its last inference, one operator's output, and its facts.
#pragma once

#include <cstdint>
#include <vector>

#include "host/base/deadline.hpp"
#include "host/base/result.hpp"
#include "host/session/session.hpp"
#include "host/session/trace_options.hpp"

namespace hil::session {

/// Facts that an agent measured of itself. Times in its ticks.
struct AgentFacts {
  std::uint32_t timer_cost_min = 0, timer_cost_median = 0;  ///< of one reading of the clock
  std::uint32_t timer_step = 0;      ///< in which the clock counts, as far as could be seen; not 0
  std::uint32_t timer_readings = 0;  ///< that these were found from
  std::uint32_t hook_cost = 0;       ///< of what a quiet run does beside each operator
  std::uint32_t trace_cost = 0;      ///< the same while ticks are traced
  std::uint32_t stack_bytes = 0;     ///< watched since the agent started; 0: unknown
  std::uint32_t stack_high_water_bytes = 0;  ///< most of it in use at once; meaningless if unknown
  std::uint32_t agent_static_bytes = 0;      ///< RAM of the agent, without plan slot and arena
  std::uint32_t no_init_bytes = 0;           ///< of memory that a reset keeps
  std::uint64_t byte_ticks = 0;              ///< of one byte on the line; 0: it has no rate
  /// All of the watched stack was used: the agent may have used more.
  [[nodiscard]] bool stack_overrun() const {
    return stack_bytes != 0 && stack_high_water_bytes == stack_bytes;
  }
};

/// What was recorded, by entry: of operator first + i * stride. Empty what was not asked for.
struct Trace {
  std::vector<std::uint64_t> ticks;
  std::vector<std::uint32_t> digests;  ///< cumulative, see protocol/README.md
};

/// Says whether @p agent can make timed runs and be asked for facts.
///   kDevice  it has no profile service
Status check_profiles(const AgentInfo& agent);

/// Says whether @p agent can record @p trace.
///   kDevice  no profile service, or no room for so many operators (both numbers named)
///   kBug     a trace of nothing
Status check_traces(const AgentInfo& agent, const TraceOptions& trace);

/// Asks for facts. Blocks until they come or @p deadline passes.
///   kDevice  no profile service, a clock that stands still, or numbers that make no sense
///   and every error of rpc::Channel::call()
Result<AgentFacts> read_facts(Session& session, Deadline deadline);

/// Reads what a run with @p asked recorded of sample @p sample, its last one so far.
///   kDevice  it is not there, or not what was asked for
///   and every error of rpc::Channel::call()
Result<Trace> read_trace(Session& session, const TraceOptions& asked, std::uint32_t sample,
                         Deadline deadline);

/// Reads output @p output of operator @p index, behind which the last run has been stopped.
///   kDevice  it was not stopped there, there is no such output, or it is larger than the arena
///   and every error of rpc::Channel::call()
Result<std::vector<std::uint8_t>> read_output(Session& session, std::uint32_t index,
                                              std::uint32_t output, Deadline deadline);

}  // namespace hil::session
