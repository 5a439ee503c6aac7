// SPDX-License-Identifier: Apache-2.0
// timer: how fast the agent's clock runs by the host's.
#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "host/conform/checks/checks.hpp"
#include "host/measure/profile.hpp"
#include "host/session/clock_client.hpp"

namespace hil::conform {
namespace {

constexpr std::chrono::milliseconds kTime{2'500};
constexpr std::chrono::milliseconds kQuickTime{500};
constexpr std::chrono::seconds kMoreTime{10};

}  // namespace

Status check_timer(Bench& bench, Check& check) {
  check.limit = fmt::format("within {:.1f} %", measure::kMostClockPpm * 1e-4);
  const auto time = bench.quick() ? kQuickTime : kTime;
  const auto ratio =
      session::measure_clock(bench.session(), time, Deadline::after(time + kMoreTime));
  const bool emulated = bench.agent().emulated;
  if (!ratio && !emulated) return ratio.error();
  if (ratio) {
    check.figures.push_back(bench.figure("against the host's clock", ratio->ppm, "ppm"));
    check.figures.push_back(bench.figure("uncertainty", ratio->uncertainty_ppm, "ppm"));
  }
  if (emulated) {
    check.verdict = Verdict::kNotJudged;
    check.finding = "emulated time is not the host's kind of time";
    return {};
  }
  judge_clock(*ratio, check);
  return {};
}

void judge_clock(const session::ClockRatio& ratio, Check& check) {
  check.verdict = Verdict::kPass;
  if (std::abs(ratio.ppm) - ratio.uncertainty_ppm > measure::kMostClockPpm) {
    check.verdict = Verdict::kFail;
    check.finding = fmt::format("the clock runs {:.1f} % {}", std::abs(ratio.ppm) * 1e-4,
                                ratio.ppm > 0 ? "fast" : "slow");
    check.advice =
        "compare clock_hz of the board file with crystal and PLL set-up, and tick_hz() of "
        "the port with its timer's prescaler";
  } else if (ratio.uncertainty_ppm > measure::kMostClockPpm) {
    check.verdict = Verdict::kNotJudged;
    check.finding = fmt::format("too uncertain to tell: {:.1f} % off, give or take {:.1f} %",
                                ratio.ppm * 1e-4, ratio.uncertainty_ppm * 1e-4);
    check.advice = "run it again while this machine has nothing else to do";
  }
}

}  // namespace hil::conform
