// SPDX-License-Identifier: Apache-2.0
// Beginning, watching and reading one energy run.
#include "host/measure/energy/quiet_run.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

namespace hil::measure {
namespace {

using energy::WindowKind;

constexpr std::chrono::milliseconds kSlice{100};
constexpr std::chrono::seconds kBeginTime{10};
constexpr std::chrono::seconds kLateTime{5};

WindowKind kind_of(session::EnergyRegion region) {
  switch (region) {
    case session::EnergyRegion::kInference:
      return WindowKind::kInference;
    case session::EnergyRegion::kLoadAndInference:
      return WindowKind::kLoadAndInference;
    case session::EnergyRegion::kLoad:
      return WindowKind::kPreProcess;
    case session::EnergyRegion::kOutput:
      return WindowKind::kPostProcess;
    case session::EnergyRegion::kRest:
      return WindowKind::kIdle;
  }
  return WindowKind::kIdle;
}

/// A byte on the line wakes the core and its line's receiver: such a window says nothing.
Status check_silence(const session::EnergyResult& result) {
  for (std::size_t i = 0; i < result.windows.size(); ++i) {
    if (result.windows[i].overlap_bytes == 0) continue;
    return Error{Blame::kLink,
                 fmt::format("{} bytes came on the line in window {} of {}",
                             result.windows[i].overlap_bytes, i + 1, result.windows.size()),
                 "look for another program that uses the port, or a noisy cable"};
  }
  return {};
}

Status check_recording(energy::Recording* recording) {
  if (recording == nullptr) return {};
  const auto never = [](const energy::RecordingState&) { return false; };
  const auto waited = recording->wait(never, Deadline::after(std::chrono::seconds(0)));
  return waited.ok() ? Status() : Status(waited.error());
}

}  // namespace

double seconds_of(const session::EnergyRunOptions& run,
                  const std::vector<std::uint64_t>& step_ticks, std::uint64_t tick_hz) {
  double ticks = 2.0 * static_cast<double>(run.rest_ticks);
  for (std::uint32_t w = 0; w < run.windows; ++w) {
    const session::EnergyStep& step = run.steps[w % run.steps.size()];
    const bool rests = step.region == session::EnergyRegion::kRest;
    const auto inside =
        static_cast<double>(rests ? step.rest_ticks : step_ticks[w % run.steps.size()]);
    ticks += run.period_ticks > 0 ? std::max(inside, static_cast<double>(run.period_ticks))
                                  : inside + static_cast<double>(run.rest_ticks);
  }
  constexpr double kPatternSteps = 2 * 7;
  ticks += kPatternSteps * static_cast<double>(run.mark_ticks);
  return ticks / static_cast<double>(tick_hz);
}

Result<std::optional<session::EnergyResult>> perform_quietly(
    session::Session& session, const session::EnergyRunOptions& options,
    const session::EnergyStash& stash, energy::Recording* recording, const Watch& watch) {
  const auto lives = [recording] { return check_recording(recording); };
  return perform_while(session, options, stash, lives, watch);
}

Result<std::optional<session::EnergyResult>> perform_while(session::Session& session,
                                                           const session::EnergyRunOptions& options,
                                                           const session::EnergyStash& stash,
                                                           const std::function<Status()>& lives,
                                                           const Watch& watch) {
  HIL_ASSIGN(auto run,
             session::EnergyRun::begin(session, options, stash, Deadline::after(kBeginTime)));
  while (true) {
    HIL_ASSIGN(auto result, run.wait(Deadline::after(kSlice)));
    if (result) {
      HIL_TRY(check_silence(*result));
      return result;
    }
    watch.tick();
    const Status alive = lives ? lives() : Status();
    if (alive.ok() && !watch.stopped()) continue;
    // The agent looks at the line between two windows, and one may be long.
    const Status cancelled = run.cancel(Deadline::after(run.quiet() + kBeginTime));
    HIL_TRY(alive);
    HIL_TRY(cancelled);
    return std::optional<session::EnergyResult>();
  }
}

std::vector<energy::DeviceWindow> device_windows(const session::EnergyRunOptions& options,
                                                 const session::EnergyResult& result) {
  std::vector<energy::DeviceWindow> windows;
  for (const session::EnergyWindow& window : result.windows) {
    const session::EnergyRegion region = options.steps.at(window.step).region;
    const bool rests = region == session::EnergyRegion::kRest;
    windows.push_back(
        {window.begin_ticks, window.end_ticks, rests ? 0 : window.repetitions, kind_of(region)});
  }
  return windows;
}

Status record_on(energy::Recording& recording, double seconds, double rate_hz, const Watch* watch) {
  const std::uint64_t until =
      recording.state().samples + static_cast<std::uint64_t>(std::ceil(seconds * rate_hz));
  const auto limit = std::chrono::duration_cast<Deadline::Clock::duration>(
      std::chrono::duration<double>(seconds) + kLateTime);
  const auto enough = [&](const energy::RecordingState& state) {
    return state.samples >= until || (watch != nullptr && watch->stopped());
  };
  const auto waited = recording.wait(enough, Deadline::after(limit));
  return waited.ok() ? Status() : Status(waited.error());
}

}  // namespace hil::measure
