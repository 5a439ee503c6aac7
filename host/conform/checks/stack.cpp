// SPDX-License-Identifier: Apache-2.0
// stack: what the deepest call so far has left of it.
#include <fmt/format.h>

#include "host/conform/checks/checks.hpp"
#include "host/session/profile_client.hpp"

namespace hil::conform {
namespace {

/// Of the stack, that must be left: an interrupt may yet come at the deepest place. The smallest
/// stack of our boards has 2,304 bytes; a tenth of it holds the frame that a Cortex-M stacks for an
/// exception (32 bytes; 104 with floating point: Armv7-M Architecture Reference Manual, B1.5.7)
/// and the deepest of our interrupt handlers besides.
constexpr double kLeastShareLeft = 0.10;

constexpr const char* kAdvice = "raise agent.build.stack_bytes in the board file";

}  // namespace

void blame_stack(const std::string& overflow, Check& check) {
  check.verdict = Verdict::kFail;
  check.finding = "too little stack: it overflowed " + overflow;
  check.advice = kAdvice;
}

Status check_stack(Bench& bench, Check& check) {
  check.limit = fmt::format("at least {:.0f} % left", 100 * kLeastShareLeft);
  if (bench.overflow) {
    blame_stack(*bench.overflow, check);
    return {};
  }
  HIL_TRY(session::check_profiles(bench.agent()));
  bench.note_stack();
  const auto [bytes, used] = bench.stack();
  if (bytes == 0) {
    check.verdict = Verdict::kNotJudged;
    check.finding = "the port can't tell how much stack is used";
    check.advice = "give stack() in the port: the stack's memory, painted before the loop begins";
    return {};
  }
  const double left = static_cast<double>(bytes - used) / bytes;
  check.figures.push_back(bench.figure("stack", bytes, "B"));
  check.figures.push_back(bench.figure("used", used, "B"));
  check.figures.push_back(bench.figure("left", 100 * left, "%"));
  check.verdict = left < kLeastShareLeft ? Verdict::kFail : Verdict::kPass;
  if (check.verdict == Verdict::kPass) return {};
  check.finding = bytes == used ? "too little stack: all of it was used, perhaps more"
                                : fmt::format("too little stack: {} B are left", bytes - used);
  check.advice = kAdvice;
  return {};
}

}  // namespace hil::conform
