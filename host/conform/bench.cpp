// SPDX-License-Identifier: Apache-2.0
// Starting, opening again, and what happened in between.
#include "host/conform/bench.hpp"

#include <algorithm>
#include <chrono>

#include "host/measure/record_parts.hpp"
#include "host/session/profile_client.hpp"

namespace hil::conform {
namespace {

/// For an agent that is there, or that restarts and boots, to answer.
constexpr std::chrono::seconds kTimeToReturn{5};

}  // namespace

Status Bench::start() {
  board_.reset();  // one at a time holds the port
  HIL_ASSIGN(board_, start_());
  boot_ = session().start().boot_count;
  return {};
}

Status Bench::reopen(Deadline deadline) {
  HIL_TRY(board_->reopen(deadline));
  boot_ = session().start().boot_count;
  return {};
}

Return Bench::compare_boots(bool anew) {
  const rpc::AgentStart& now = session().start();
  Return found;
  found.same_boot = !anew && now.boot_count == boot_;
  boot_ = now.boot_count;
  if (found.same_boot) return found;
  found.cause = rpc::text_of(now.reset_cause);
  found.note = now.crash_note;
  return found;
}

Result<Return> Bench::recover() {
  if (board_ && board_->reopen(Deadline::after(kTimeToReturn)).ok()) return compare_boots(false);
  board_.reset();
  HIL_ASSIGN(board_, start_());
  return compare_boots(true);
}

void Bench::note_stack() {
  const auto facts = session::read_facts(session(), Deadline::after(kTimeToReturn));
  if (!facts) return;
  stack_.bytes = facts->stack_bytes;
  stack_.used = std::max(stack_.used, std::min(facts->stack_high_water_bytes, facts->stack_bytes));
}

results::Origin Bench::origin() const {
  return measure::origin_of(*board_);
}

}  // namespace hil::conform
