// SPDX-License-Identifier: Apache-2.0
// TimeScale: from tick rate and icount shift.
#include "host/measure/time_scale.hpp"

#include <cmath>

namespace hil::measure {
namespace {

/// Of one instruction; far below the share of an instruction that a tick can stand for.
constexpr double kRounding = 1e-6;

}  // namespace

double TimeScale::of(std::uint64_t ticks) const {
  const double value = static_cast<double>(ticks) * units_per_tick;
  return exact ? std::ceil(value - kRounding) : value;
}

TimeScale time_scale_of(lab::ReadyBoard& board, double correction) {
  const session::AgentInfo& agent = board.session().agent();
  const double seconds_per_tick = 1 / static_cast<double>(agent.tick_hz);
  if (!agent.emulated) return {"us", false, seconds_per_tick * 1e6 * correction};
  const auto& emulator = board.board().emulator;
  const std::uint32_t shift = emulator ? emulator->icount_shift : 0;
  return {"instructions", true, seconds_per_tick * 1e9 / static_cast<double>(1ull << shift)};
}

}  // namespace hil::measure
