// SPDX-License-Identifier: Apache-2.0
// The end of RAM that a reset keeps: the crash note, and why the agent was started.
#include "target/port/bare/kept.hpp"

#include "target/port/port.hpp"

namespace hil::port {
namespace {

using frame::ResetCause;

constexpr std::uint32_t kMagic = 0x4B45'5054;  // "KEPT"

/// Random after power-on, hence the magic number.
struct Kept {
  alignas(16) std::uint8_t no_init[96];
  std::uint32_t magic;
  std::uint32_t asked;  ///< ResetCause of a reset that the agent asked for, 0: none
};
static_assert(sizeof(Kept) <= 128, "KEPT_BYTES of make_board.py");

[[gnu::section(".noinit")]] Kept g_kept;
constinit ResetCause g_cause = ResetCause::kUnknown;

ResetCause find_cause(ResetCause hardware, bool kept, std::uint32_t asked) {
  const bool may_be_ours = hardware == ResetCause::kUnknown || hardware == ResetCause::kSoftware;
  if (kept && asked != 0 && may_be_ours) return static_cast<ResetCause>(asked);
  if (hardware != ResetCause::kUnknown) return hardware;
  return kept ? ResetCause::kPin : ResetCause::kPowerOn;
}

}  // namespace

namespace kept {

void begin(ResetCause hardware) {
  g_cause = find_cause(hardware, g_kept.magic == kMagic, g_kept.asked);
  g_kept.magic = kMagic;
  g_kept.asked = 0;
}

void leave(ResetCause cause) {
  g_kept.asked = static_cast<std::uint32_t>(cause);
}

}  // namespace kept

frame::ResetCause reset_cause() {
  return g_cause;
}

std::span<std::uint8_t> no_init() {
  return g_kept.no_init;
}

}  // namespace hil::port
