// SPDX-License-Identifier: Apache-2.0
// What the plugin would write, made by hand: a board of round figures and its records.
#pragma once

#include <vector>

#include "host/emulate/power/track.hpp"

namespace hil::emulate {

/// 10 mW while executing and 100 pJ an instruction, 1 mW asleep, at 2 V; an instruction takes 8 ns,
/// a tick 8 ns, too.
inline boards::PowerFigures round_figures() {
  boards::PowerFigures figures;
  figures.source = "for tests, of no chip";
  figures.supply_mv = 2000;
  figures.tick_hz = 125'000'000;
  figures.run_uw = 10'000;
  figures.wait_uw = 1'000;
  figures.instruction_pj = 100;
  figures.multiply_pj = 50;
  return figures;
}
inline constexpr std::uint32_t kRoundShift = 3;
/// Of figures above, in amperes: (10 mW + 100 pJ / 8 ns) / 2 V, and 1 mW / 2 V.
inline constexpr double kBusyAmps = 11.25e-3;
inline constexpr double kIdleAmps = 0.5e-3;

inline PowerModel round_model() {
  return {round_figures(), kRoundShift};
}

/// A board that executes and sleeps, and tells it as the plugin does.
class TellingBoard {
 public:
  using Kind = PluginRecord::Kind;

  void execute(std::uint64_t instructions, InstructionKind kind = InstructionKind::kOther) {
    counts_[static_cast<std::size_t>(kind)] += instructions;
    ticks_ += instructions;
    host_ns_ += instructions;
  }
  PluginRecord mark(std::uint8_t pins) {
    pins_ = pins;
    return make(Kind::kMarker, ticks_);
  }
  PluginRecord sample() { return make(Kind::kSample, 0); }
  /// The record comes before the sleep, as the plugin's does.
  PluginRecord sleep(std::uint64_t ticks) {
    const PluginRecord record = make(Kind::kSleep, 0);
    ticks_ += ticks;
    host_ns_ += ticks * 10;
    return record;
  }
  /// What has been lost since QEMU's start.
  void lose(std::uint32_t records) { lost_ += records; }
  void turn_clock_back(std::uint64_t ticks) { ticks_ -= ticks; }
  [[nodiscard]] std::uint64_t ticks() const { return ticks_; }

 private:
  PluginRecord make(Kind kind, std::uint64_t ticks) const {
    return {kind, pins_, 0, lost_, host_ns_, ticks, counts_};
  }

  std::uint8_t pins_ = 0;
  std::uint32_t lost_ = 0;
  std::uint64_t host_ns_ = 1'000'000, ticks_ = 5'000;
  InstructionCounts counts_{};
};

}  // namespace hil::emulate
