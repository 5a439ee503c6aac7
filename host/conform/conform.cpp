// SPDX-License-Identifier: Apache-2.0
// One conformance run.
#include "host/conform/conform.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "host/base/digest.hpp"
#include "host/base/utc.hpp"
#include "host/measure/record_parts.hpp"

namespace hil::conform {
namespace {

/// What every port's crash note says when the agent has run off its stack.
constexpr const char* kOverflow = "stack overflow";
/// The check that has to answer for it.
constexpr std::string_view kStackCheck = "stack";

/// Errors that a port has to answer for; the rest are the lab's, a tool's, the user's or ours.
bool is_the_ports(const Error& error) {
  return error.blame == Blame::kLink || error.blame == Blame::kDevice ||
         error.blame == Blame::kModel;
}

class Run {
 public:
  Run(const boards::Board& board, const Bench::Start& start, const ConformOptions& options,
      const measure::Watch& watch)
      : options_(options), bench_(start, watch, options.quick) {
    ConformReport& report = result_.report;
    report.board = board.id;
    report.host_version = measure::host_version();
    report.emulated = options.emulate;
    report.quick = options.quick;
    report.no_proof = options.no_proof;
    report.started_utc = utc_text(Deadline::Clock::utc_now());
    for (const CheckRow& row : options.checks) {
      Check check;
      check.name = row.name;
      report.checks.push_back(std::move(check));
    }
  }

  Conformance perform() {
    const auto begin = Deadline::Clock::now();
    if (const Status up = bench_.start(); up.ok()) {
      describe();
      run_all();
    } else if (!bench_.watch().stopped()) {
      note_silence(up.error());
    }
    ConformReport& report = result_.report;
    report.duration_s = std::chrono::duration<double>(Deadline::Clock::now() - begin).count();
    report.complete = !bench_.watch().stopped();
    return std::move(result_);
  }

 private:
  void describe() {
    const session::AgentInfo& agent = bench_.agent();
    ConformReport& report = result_.report;
    report.core = agent.core;
    report.agent_version = agent.agent_version;
    report.build_id = hex_of(agent.image_id);
    // A process has no chip: its id is the machine's, which a port's report has no use for.
    if (bench_.board().agent_pid() <= 0) report.unique_id = hex_of(agent.unique_id);
    report.emulated = agent.emulated;
  }

  /// No session could be opened: that is the first check's finding.
  void note_silence(const Error& error) {
    result_.never_answered = error;
    Check& answer = result_.report.checks.front();
    answer.verdict = Verdict::kFail;
    answer.finding = error.what;
    answer.advice = error.hint;
    if (options_.ends) options_.ends(answer);
    why_not_ = "the board never answered";
    leave_out(1);
  }

  void run_all() {
    auto& checks = result_.report.checks;
    for (std::size_t i = 0; i < checks.size(); ++i) {
      if (bench_.watch().stopped()) return;
      if (!why_not_.empty()) return leave_out(i);
      run_one(options_.checks[i], checks[i]);
    }
  }

  void run_one(const CheckRow& row, Check& check) {
    if (options_.begins) options_.begins(row.name);
    const Status status = row.run(bench_, check);
    if (bench_.watch().stopped()) return leave_stopped(check);
    if (status.ok()) {
      bench_.note_stack();
    } else {
      settle(status.error(), check);
      if (bench_.watch().stopped()) return leave_stopped(check);
    }
    if (options_.ends) options_.ends(check);
  }

  /// Whatever it met: a stop makes errors of its own.
  static void leave_stopped(Check& check) {
    check = Check{check.name, Verdict::kNotRun, {}, "", "stopped", ""};
  }

  void settle(const Error& met, Check& check) {
    const Error error = bench_.board().explain(met);
    check.verdict = is_the_ports(error) ? Verdict::kFail : Verdict::kNotRun;
    check.finding = error.what;
    check.advice = error.hint;
    note_others(error);
    const auto back = bench_.recover();
    if (!back) {
      note_others(back.error());
      check.finding += "; and the board did not come back: " + back.error().what;
      why_not_ = fmt::format("the board did not come back after '{}'", check.name);
    } else if (back->note.find(kOverflow) != std::string::npos) {
      note_overflow(*back, check);
    } else if (!back->same_boot) {
      check.finding += fmt::format("; the agent has restarted: {}{}", back->cause,
                                   back->note.empty() ? "" : ", crash note '" + back->note + "'");
    }
  }

  /// Of an error that is not the port's: what was found is no proof.
  void note_others(const Error& error) {
    if (is_the_ports(error) || result_.not_the_ports) return;
    result_.not_the_ports = error;
    if (result_.report.no_proof.empty()) {
      result_.report.no_proof = "an error that is not the port's: " + error.what;
    }
  }

  /// The cause is the stack's, and is said there, not by whatever met it.
  void note_overflow(const Return& back, Check& check) {
    check.verdict = Verdict::kNotJudged;
    check.finding = "the agent's stack overflowed: see stack";
    check.advice.clear();
    if (!bench_.overflow) {
      bench_.overflow = fmt::format("in '{}' (crash note '{}')", check.name, back.note);
    }
    for (Check& stack : result_.report.checks) {
      const bool is_over = &stack == &check || stack.verdict != Verdict::kNotRun;
      if (stack.name == kStackCheck && is_over) blame_stack(*bench_.overflow, stack);
    }
  }

  void leave_out(std::size_t from) {
    auto& checks = result_.report.checks;
    for (std::size_t i = from; i < checks.size(); ++i)
      checks[i].finding = why_not_;
  }

  const ConformOptions& options_;
  Bench bench_;
  Conformance result_;
  std::string why_not_;  ///< the rest cannot be run
};

}  // namespace

Conformance conform(const boards::Board& board, const Bench::Start& start,
                    const ConformOptions& options, const measure::Watch& watch) {
  return Run(board, start, options, watch).perform();
}

}  // namespace hil::conform
