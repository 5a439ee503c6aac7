// SPDX-License-Identifier: Apache-2.0
// A JTAG chain with a debug port and, perhaps, other test access ports beside it.
#pragma once

#include <cstdint>
#include <vector>

#include "host/base/result.hpp"
#include "host/emulate/probe/chips/chip.hpp"
#include "host/emulate/probe/core/debug_port.hpp"

namespace hil::emulate {

/// The TAP state machine of IEEE 1149.1 and the instructions of a JTAG-DP (IHI 0031, B3). The debug
/// port's TAP is nearest to TDO; the others only have IDCODE and BYPASS.
class JtagChain {
 public:
  JtagChain(DebugPort& port, std::uint32_t idcode, const std::vector<TapFacts>& others);

  /// A rising edge of TCK.
  ///   kDevice  QEMU ended or does not answer
  Status clock(bool tms, bool tdi);
  /// What TDO shows now.
  [[nodiscard]] bool tdo() const;
  /// TRST: all TAPs go to Test-Logic-Reset.
  void reset();

 private:
  enum class TapState : std::uint8_t {
    kTestLogicReset,
    kRunTestIdle,
    kSelectDr,
    kCaptureDr,
    kShiftDr,
    kExit1Dr,
    kPauseDr,
    kExit2Dr,
    kUpdateDr,
    kSelectIr,
    kCaptureIr,
    kShiftIr,
    kExit1Ir,
    kPauseIr,
    kExit2Ir,
    kUpdateIr,
  };
  struct Tap {
    unsigned ir_bits = 4;
    std::uint32_t idcode = 0;
    std::uint32_t instruction = 0;
    std::uint64_t shifted = 0;
    unsigned bits = 1;  ///< of the register that is shifted
  };

  static TapState next(TapState state, bool tms);
  void capture_data();
  void capture_instruction();
  void shift(bool tdi);
  Status update_data();
  void update_instruction();
  Status access_debug_port(std::uint32_t address, bool read, std::uint32_t value);
  Status access_access_port(std::uint32_t address, bool read, std::uint32_t value);

  DebugPort& port_;
  std::vector<Tap> taps_;  ///< the debug port's first
  TapState state_ = TapState::kTestLogicReset;
  std::uint32_t result_ = 0;  ///< of the last transaction
};

}  // namespace hil::emulate
