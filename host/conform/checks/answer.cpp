// SPDX-License-Identifier: Apache-2.0
// answer: does the agent answer in time, and is what it says of itself sensible.
#include <fmt/format.h>

#include <chrono>

#include "host/conform/checks/checks.hpp"
#include "protocol/plan/format.hpp"

namespace hil::conform {
namespace {

/// For an agent that is there: a lost frame costs 200 ms, its boot is over. Leaving a raised
/// rate and proving it again is part of it; 2 x 200 ms and 0.8 s of noise (rpc::open_session() at
/// 115,200 baud) more, if the goodbye is lost.
constexpr std::chrono::milliseconds kLimit{2'000};
/// A clock slower than this cannot tell one operator from the next.
constexpr std::uint64_t kLeastTickHz = 1'000;

constexpr Service kNeeded[] = {Service::kHello,   Service::kModel,    Service::kInfer,
                               Service::kProfile, Service::kTimeSync, Service::kLog,
                               Service::kCrash,   Service::kCancel};

/// What of hello can't be; empty if nothing.
std::string nonsense_in(const session::AgentInfo& agent, const boards::Board& board) {
  if (agent.board != board.id) {
    return fmt::format("the agent is the one of {}, not of {}", agent.board, board.id);
  }
  if (agent.core != board.chip.core) {
    return fmt::format("the agent's core is {}, the board file says {}", agent.core,
                       board.chip.core);
  }
  if (agent.tick_hz < kLeastTickHz) {
    return fmt::format("the clock has {} ticks a second", agent.tick_hz);
  }
  const bool has_room = agent.plan_capacity_bytes > 0 || agent.slot_bytes > 0;
  if (!has_room || agent.arena_capacity_bytes == 0) {
    return "there is no room for a model or its activations";
  }
  if (agent.operators.none()) return "no operator is built in";
  for (const Service service : kNeeded) {
    if (!agent.has_service(service)) {
      return fmt::format("service {} is not built in", static_cast<unsigned>(service));
    }
  }
  return "";
}

}  // namespace

Status check_answer(Bench& bench, Check& check) {
  check.limit = fmt::format("within {} ms", kLimit.count());
  const auto start = Deadline::Clock::now();
  HIL_TRY(bench.reopen(Deadline::after(2 * kLimit)));
  const auto took = Deadline::Clock::now() - start;
  const double took_ms = std::chrono::duration<double, std::milli>(took).count();
  check.figures.push_back(bench.host_figure("opening and hello", took_ms, "ms"));
  check.finding = nonsense_in(bench.agent(), bench.board().board());
  if (!check.finding.empty()) {
    check.advice = "flash the agent of this board again; look at what hilbench info says";
  } else if (took > kLimit) {
    check.finding = "the agent answers late";
    check.advice = "look for a loop in the port that waits, and at the rate of the line";
  }
  check.verdict = check.finding.empty() ? Verdict::kPass : Verdict::kFail;
  return {};
}

}  // namespace hil::conform
