// SPDX-License-Identifier: Apache-2.0
// ReadyBoard::recover(): a board that has gone, until it answers again.
#include "host/lab/recovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "host/base/digest.hpp"
#include "host/lab/ready_board.hpp"

namespace hil::lab {
namespace {

using Clock = Deadline::Clock;

/// A line that fails at once would be tried without a pause.
constexpr std::chrono::milliseconds kRetryAfter{100};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string id_text(const session::AgentInfo& agent) {
  return agent.unique_id.empty() ? "unknown" : hex_of(agent.unique_id);
}

Error another_came(const std::string& what, const std::string& now, const std::string& before,
                   const std::string& line) {
  return Error{Blame::kDevice,
               fmt::format("another board has come back on {}: its {} is {}, it was {}", line, what,
                           now, before),
               "plug the first one in again and run it again"};
}

/// "fault, boot 3, crash note: SIGSEGV, operator 2"
std::string text_of_start(const rpc::AgentStart& start) {
  std::string text =
      fmt::format("cause {}, boot {}", rpc::text_of(start.reset_cause), start.boot_count);
  if (!start.crash_note.empty()) text += ", crash note: " + start.crash_note;
  return text;
}

}  // namespace

void ReadyBoard::add_to_link_event(const std::string& text) {
  if (!link_events_.empty()) link_events_.back().text += "; " + text;
}

Status ReadyBoard::check_recoverable(const Error& why) {
  const auto& reset = session_->channel().heard_reset();
  if (options_.reconnect <= options_.reconnect.zero()) return explain(why);
  if (reset ? !comes_from_outside(reset->cause) : why.blame != Blame::kLink) return explain(why);
  if (const auto failure = attachment_->find_failure(why)) return *failure;
  if (options_.stop != nullptr && options_.stop->requested()) return why;
  return {};
}

Status ReadyBoard::come_back(Deadline deadline) {
  while (true) {
    if (attachment_->line_is_dead()) HIL_TRY(attachment_->reconnect(deadline));
    const Status opened = open_session(deadline);
    if (opened.ok() || opened.error().blame != Blame::kLink) return opened;
    // The port may have gone again meanwhile, or the line was disturbed once more.
    const bool stopped = options_.stop != nullptr && options_.stop->requested();
    if (stopped || deadline.expired()) return opened;
    std::this_thread::sleep_for(std::min<Clock::duration>(kRetryAfter, deadline.remaining()));
  }
}

Status ReadyBoard::check_returned(const session::AgentInfo& before, bool reset) const {
  const session::AgentInfo& now = session_->agent();
  const std::string line = attachment_->link().name();
  if (now.board != before.board) return another_came("board id", now.board, before.board, line);
  if (now.unique_id != before.unique_id) {
    return another_came("unique id", id_text(now), id_text(before), line);
  }
  if (now.image_id != before.image_id || now.agent_version != before.agent_version) {
    return Error{Blame::kDevice,
                 fmt::format("another agent has come back on {}: {} instead of {}", line,
                             now.agent_version, before.agent_version),
                 "leave the board alone while it is used, and run it again"};
  }
  const rpc::AgentStart& start = session_->start();
  if (!reset || (comes_from_outside(start.reset_cause) && start.crash_note.empty())) return {};
  return Error{Blame::kDevice,
               fmt::format("the agent on {} had reset ({})", board_.id, text_of_start(start)),
               "the crash note says where it was; look at the board's supply if there is none"};
}

Status ReadyBoard::recover(const Error& why, Deadline deadline) {
  HIL_TRY(check_recoverable(why));
  const auto began = Clock::now();
  const session::AgentInfo before = session_->agent();
  const std::uint32_t boot = session_->start().boot_count;
  const bool heard_reset = session_->channel().heard_reset().has_value();
  const bool was_dead = attachment_->line_is_dead();
  const std::string line = attachment_->link().name();
  close_session();
  earlier_logs_.push_back({before.tick_hz, session_->channel().take_log()});
  if (options_.progress) options_.progress("waiting for the board to come back");
  const Status back = come_back(Deadline::earlier(deadline, Deadline::after(options_.reconnect)));
  if (options_.progress) options_.progress("");
  if (!back.ok()) {
    Error error = back.error();
    error.what = fmt::format("{}; it did not come back within {:.1f} s: {}", why.what,
                             seconds_since(began), back.error().what);
    return error;
  }
  const bool reset = heard_reset || session_->start().boot_count != boot;
  HIL_TRY(check_returned(before, reset));
  if (was_dead || !reset) {
    ++reconnects_;
    const std::string now = attachment_->link().name();
    note_link_event("reconnect",
                    fmt::format("{}; back {}after {:.1f} s", why.what,
                                was_dead ? fmt::format("as {} ", now) : "", seconds_since(began)));
  }
  if (reset) {
    note_link_event("reset", fmt::format("the agent on {} had reset ({})", board_.id,
                                         text_of_start(session_->start())));
  }
  return {};
}

}  // namespace hil::lab
