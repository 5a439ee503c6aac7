// SPDX-License-Identifier: Apache-2.0
// JtagChain: states, shift registers, and the debug port's instructions.
#include "host/emulate/probe/fronts/jtag_chain.hpp"

namespace hil::emulate {
namespace {

enum Instruction : std::uint32_t { kAbort = 0x8, kDpacc = 0xA, kApacc = 0xB, kIdcode = 0xE };
constexpr std::uint32_t kOtherIdcode = 1;
/// DPACC, APACC and ABORT: three bits of address and direction (out: of acknowledgement), 32 of
/// data.
constexpr unsigned kAccessBits = 35;
constexpr std::uint64_t kAckOk = 2;
constexpr std::uint32_t kRdbuff = 0xC;

}  // namespace

JtagChain::JtagChain(DebugPort& port, std::uint32_t idcode, const std::vector<TapFacts>& others)
    : port_(port) {
  taps_.push_back(Tap{4, idcode, kIdcode, 0, 1});
  for (const TapFacts& tap : others) {
    taps_.push_back(Tap{tap.ir_bits, tap.idcode, kOtherIdcode, 0, 1});
  }
}

JtagChain::TapState JtagChain::next(TapState state, bool tms) {
  using S = TapState;
  static constexpr S kNext[16][2] = {
      {S::kRunTestIdle, S::kTestLogicReset},  // Test-Logic-Reset
      {S::kRunTestIdle, S::kSelectDr},        // Run-Test/Idle
      {S::kCaptureDr, S::kSelectIr},          // Select-DR-Scan
      {S::kShiftDr, S::kExit1Dr},             // Capture-DR
      {S::kShiftDr, S::kExit1Dr},             // Shift-DR
      {S::kPauseDr, S::kUpdateDr},            // Exit1-DR
      {S::kPauseDr, S::kExit2Dr},             // Pause-DR
      {S::kShiftDr, S::kUpdateDr},            // Exit2-DR
      {S::kRunTestIdle, S::kSelectDr},        // Update-DR
      {S::kCaptureIr, S::kTestLogicReset},    // Select-IR-Scan
      {S::kShiftIr, S::kExit1Ir},             // Capture-IR
      {S::kShiftIr, S::kExit1Ir},             // Shift-IR
      {S::kPauseIr, S::kUpdateIr},            // Exit1-IR
      {S::kPauseIr, S::kExit2Ir},             // Pause-IR
      {S::kShiftIr, S::kUpdateIr},            // Exit2-IR
      {S::kRunTestIdle, S::kSelectDr},        // Update-IR
  };
  return kNext[static_cast<std::size_t>(state)][tms ? 1 : 0];
}

void JtagChain::reset() {
  state_ = TapState::kTestLogicReset;
  for (std::size_t i = 0; i < taps_.size(); ++i) {
    taps_[i].instruction = i == 0 ? std::uint32_t{kIdcode} : kOtherIdcode;
  }
}

bool JtagChain::tdo() const {
  const bool shifting = state_ == TapState::kShiftDr || state_ == TapState::kShiftIr;
  return !shifting || (taps_.front().shifted & 1U) != 0;
}

Status JtagChain::clock(bool tms, bool tdi) {
  if (state_ == TapState::kCaptureDr) capture_data();
  if (state_ == TapState::kCaptureIr) capture_instruction();
  if (state_ == TapState::kShiftDr || state_ == TapState::kShiftIr) shift(tdi);
  state_ = next(state_, tms);
  if (state_ == TapState::kUpdateDr) return update_data();
  if (state_ == TapState::kUpdateIr) update_instruction();
  if (state_ == TapState::kTestLogicReset) reset();
  return {};
}

void JtagChain::capture_data() {
  for (Tap& tap : taps_) {
    tap.bits = 1;  // BYPASS
    tap.shifted = 0;
    const bool first = &tap == &taps_.front();
    const bool idcode = tap.instruction == (first ? std::uint32_t{kIdcode} : kOtherIdcode);
    const bool access = first && (tap.instruction == kDpacc || tap.instruction == kApacc ||
                                  tap.instruction == kAbort);
    if (idcode) {
      tap.bits = 32;
      tap.shifted = tap.idcode;
    } else if (access) {
      tap.bits = kAccessBits;
      tap.shifted = std::uint64_t{result_} << 3 | kAckOk;
    }
  }
}

void JtagChain::capture_instruction() {
  for (Tap& tap : taps_) {
    tap.bits = tap.ir_bits;
    tap.shifted = 1;  // the standard wants 01 in the low bits
  }
}

void JtagChain::shift(bool tdi) {
  std::uint64_t in = tdi ? 1 : 0;
  for (auto tap = taps_.rbegin(); tap != taps_.rend(); ++tap) {
    const std::uint64_t out = tap->shifted & 1U;
    tap->shifted = tap->shifted >> 1 | in << (tap->bits - 1);
    in = out;
  }
}

void JtagChain::update_instruction() {
  for (Tap& tap : taps_) {
    tap.instruction = static_cast<std::uint32_t>(tap.shifted) & ((1U << tap.ir_bits) - 1);
  }
}

Status JtagChain::update_data() {
  const Tap& tap = taps_.front();
  const auto value = static_cast<std::uint32_t>(tap.shifted >> 3);
  const auto address = static_cast<std::uint32_t>(tap.shifted << 1 & 0xCU);
  const bool read = (tap.shifted & 1U) != 0;
  switch (tap.instruction) {
    case kDpacc:
      return access_debug_port(address, read, value);
    case kApacc:
      return access_access_port(address, read, value);
    case kAbort:
      port_.abort(value);
      return {};
    default:
      return {};
  }
}

Status JtagChain::access_debug_port(std::uint32_t address, bool read, std::uint32_t value) {
  if (read && address != kRdbuff) result_ = port_.read_dp(address);
  // Address 0 is ABORT over SWD only.
  if (!read && address != 0) port_.write_dp(address, value);
  return {};
}

Status JtagChain::access_access_port(std::uint32_t address, bool read, std::uint32_t value) {
  if (!read) return port_.write_selected(address, value);
  HIL_ASSIGN(result_, port_.read_selected(address));
  return {};
}

}  // namespace hil::emulate
