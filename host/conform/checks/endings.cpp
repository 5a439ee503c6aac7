// SPDX-License-Identifier: Apache-2.0
// reset, crash note, fault: the agent ends on purpose, comes back, and says why.
#include <fmt/format.h>

#include <chrono>

#include "host/conform/checks/checks.hpp"
#include "host/session/crash_client.hpp"

namespace hil::conform {
namespace {

using frame::ResetCause;

constexpr std::chrono::seconds kLimit{5};

/// How an ending must look from the next session.
struct Expected {
  ResetCause cause;
  bool note;  ///< there must be one
};

std::string wrong_start(const rpc::AgentStart& start, std::uint32_t boots_before,
                        const Expected& expected) {
  if (start.boot_count != boots_before + 1) {
    return fmt::format("the boot count went from {} to {}", boots_before, start.boot_count);
  }
  if (start.reset_cause != expected.cause) {
    return fmt::format("the cause is '{}', not '{}'", rpc::text_of(start.reset_cause),
                       rpc::text_of(expected.cause));
  }
  if (start.crash_note.empty() == !expected.note) return "";
  return expected.note ? "no crash note came back"
                       : fmt::format("a crash note came back: '{}'", start.crash_note);
}

/// Ends the agent, opens a new session and looks at what it tells; the note goes to @p note.
Status end_and_return(Bench& bench, Check& check, session::ForcedEnd how, const Expected& expected,
                      std::string& note) {
  check.limit = fmt::format("back within {} s, boot count + 1, cause {}", kLimit.count(),
                            rpc::text_of(expected.cause));
  const std::uint32_t boots = bench.session().start().boot_count;
  const auto begin = Deadline::Clock::now();
  const Deadline deadline = Deadline::after(kLimit);
  HIL_TRY(session::force_end(bench.session(), how, deadline));
  HIL_TRY(bench.reopen(deadline));
  const rpc::AgentStart& start = bench.session().start();
  const std::chrono::duration<double, std::milli> took = Deadline::Clock::now() - begin;
  check.figures.push_back(bench.host_figure("back after", took.count(), "ms"));
  check.figures.push_back(bench.figure("boot count", start.boot_count, ""));
  note = start.crash_note;
  check.finding = wrong_start(start, boots, expected);
  if (!check.finding.empty()) {
    check.advice =
        "look at reset(), reset_cause() and no_init() of the port: that memory must "
        "survive a reset, and nothing may clear it at the start";
  }
  return {};
}

void conclude(Check& check) {
  check.verdict = check.finding.empty() ? Verdict::kPass : Verdict::kFail;
}

}  // namespace

Status check_reset(Bench& bench, Check& check) {
  std::string note;
  HIL_TRY(end_and_return(bench, check, session::ForcedEnd::kReset, {ResetCause::kSoftware, false},
                         note));
  conclude(check);
  return {};
}

Status check_crash_note(Bench& bench, Check& check) {
  std::string note;
  HIL_TRY(
      end_and_return(bench, check, session::ForcedEnd::kNote, {ResetCause::kFault, true}, note));
  if (check.finding.empty() && note.rfind("forced", 0) != 0) {
    check.finding = fmt::format("another crash note came back: '{}'", note);
    check.advice = "look at no_init() of the port: something writes over it";
  }
  conclude(check);
  if (check.verdict == Verdict::kPass) check.finding = fmt::format("note: '{}'", note);
  return {};
}

Status check_fault(Bench& bench, Check& check) {
  std::string note;
  HIL_TRY(
      end_and_return(bench, check, session::ForcedEnd::kFault, {ResetCause::kFault, true}, note));
  if (check.finding.empty() && note.rfind("forced", 0) == 0) {
    check.finding = fmt::format("the note names no fault: '{}'", note);
    check.advice = "look at the port's fault handlers: they must write the note";
  }
  conclude(check);
  if (check.verdict == Verdict::kPass) check.finding = fmt::format("note: '{}'", note);
  return {};
}

}  // namespace hil::conform
