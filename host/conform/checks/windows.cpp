// SPDX-License-Identifier: Apache-2.0
// windows: timed runs on a silent line, and what the clock that times them is worth.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "host/conform/checks/checks.hpp"
#include "host/conform/link_models.hpp"
#include "host/conform/traffic.hpp"
#include "host/measure/stream.hpp"
#include "host/measure/time_scale.hpp"
#include "host/measure/upload.hpp"
#include "host/report/text.hpp"
#include "host/session/profile_client.hpp"

namespace hil::conform {
namespace {

constexpr std::uint32_t kWarmup = 2;  // caches, and what is set up at first use
constexpr std::uint32_t kRuns = 30;
constexpr std::uint32_t kQuickRuns = 8;
constexpr std::chrono::seconds kCallTime{30};
constexpr std::size_t kModelBytes = 64;

/// Share of runs on an emulator in which bytes may come: while this machine is busy, an emulated
/// line brings late what the host had sent in time. A port that can't keep its line silent spoils
/// them all; profile leaves such runs out.
constexpr double kMostSpoiltEmulated = 0.5;

constexpr const char* kLookAtInput =
    "look at pause_input() and resume_input() of the port, for another program that uses the "
    "host's port, and for a noisy cable";

/// What timed runs of equal work gave.
struct Windows {
  std::vector<std::uint64_t> ticks;    ///< of silent runs, without warm-up
  std::uint64_t overlap_bytes = 0;     ///< of all of them
  std::uint32_t runs = 0, spoilt = 0;  ///< without warm-up; those in which bytes came
};

Result<Windows> run_windows(Bench& bench, const model::CompiledModel& model) {
  session::InferOptions options;
  options.count = kWarmup + (bench.quick() ? kQuickRuns : kRuns);
  options.quiet = true;
  Windows windows;
  std::uint32_t received = 0;
  HIL_TRY(run_samples(bench, model, options, drawn_inputs(model),
                      [&](const session::SampleResult& result) {
                        if (++received <= kWarmup) return;
                        ++windows.runs;
                        if (result.overlap_bytes == 0) {
                          windows.ticks.push_back(result.device_ticks);
                        } else {
                          ++windows.spoilt;
                          windows.overlap_bytes += result.overlap_bytes;
                        }
                      }));
  return windows;
}

Status note_clock(Bench& bench, const measure::TimeScale& scale, Check& check) {
  HIL_ASSIGN(const auto facts, session::read_facts(bench.session(), Deadline::after(kCallTime)));
  check.figures.push_back(bench.figure("timer step", scale.of(facts.timer_step), scale.unit));
  check.figures.push_back(
      bench.figure("timer cost", scale.of(facts.timer_cost_median), scale.unit));
  return {};
}

void judge(const Windows& windows, const measure::TimeScale& scale, Check& check) {
  const auto [least, most] = std::minmax_element(windows.ticks.begin(), windows.ticks.end());
  const double most_spoilt = scale.exact ? kMostSpoiltEmulated * windows.runs : 0;
  if (windows.spoilt > most_spoilt) {
    check.finding = fmt::format(
        "{} bytes came in {} of {} runs while the line should have been "
        "silent",
        windows.overlap_bytes, windows.spoilt, windows.runs);
    check.advice = kLookAtInput;
  } else if (*most == 0) {
    check.finding = "the clock stands still in every window";
    check.advice =
        "look at ticks() of the port: its step is longer than the window, or it stops "
        "when interrupts are masked";
  } else if (scale.exact && *least != *most) {
    check.finding = fmt::format(
        "equal work took {} to {} ticks on an emulator that counts "
        "instructions",
        report::grouped(*least), report::grouped(*most));
    check.advice = "look at align_timer() and at interrupts that run within the window";
  }
  check.verdict = check.finding.empty() ? Verdict::kPass : Verdict::kFail;
  if (check.verdict == Verdict::kFail || windows.spoilt == 0) return;
  check.finding = fmt::format("bytes came late in {} of {} runs: this machine is busy",
                              windows.spoilt, windows.runs);
}

}  // namespace

Status check_windows(Bench& bench, Check& check) {
  check.limit =
      bench.agent().emulated ? "no byte in half of the runs; all alike" : "no byte meanwhile";
  HIL_TRY(session::check_profiles(bench.agent()));
  HIL_ASSIGN(const auto model, compiled(source_model(kModelBytes), "a model to time"));
  HIL_TRY(measure::upload(bench.board(), model, bench.watch()));
  bench.expect_restart();  // writing the flash slot is one
  if (bench.watch().stopped()) return {};
  HIL_ASSIGN(const Windows windows, run_windows(bench, model));
  if (bench.watch().stopped()) return {};
  if (windows.ticks.empty()) {
    check.verdict = Verdict::kFail;
    check.finding = fmt::format("bytes came in all of {} runs", windows.runs);
    check.advice = kLookAtInput;
    return {};
  }
  const auto scale = measure::time_scale_of(bench.board(), 1);
  const auto [least, most] = std::minmax_element(windows.ticks.begin(), windows.ticks.end());
  check.figures.push_back(bench.figure("runs", windows.runs, ""));
  check.figures.push_back(bench.figure("shortest", scale.of(*least), scale.unit));
  check.figures.push_back(bench.figure("spread", scale.of(*most) - scale.of(*least), scale.unit));
  HIL_TRY(note_clock(bench, scale, check));
  judge(windows, scale, check);
  return {};
}

}  // namespace hil::conform
