// SPDX-License-Identifier: Apache-2.0
// The core's registers by the numbers debuggers use.
#pragma once

#include <cstdint>

#include "host/base/result.hpp"
#include "host/emulate/probe/machine.hpp"

namespace hil::emulate {

/// DCRSR.REGSEL (DDI 0403E, C1.6.3): 0 to 15 r0 to r15, 16 xPSR, 17 MSP, 18 PSP, 20 CONTROL,
/// FAULTMASK, BASEPRI and PRIMASK, 33 FPSCR, 64 to 95 s0 to s31. QEMU 7.2 shows no stack pointer
/// but the one in use, taken for MSP, and no mask: PSP and those are kept here, without effect.
class CoreRegisters {
 public:
  /// 0 for a number that stands for nothing. The core is halted.
  ///   kDevice  QEMU ended or does not answer
  Result<std::uint32_t> read(Machine& machine, std::uint32_t number) const;
  Status write(Machine& machine, std::uint32_t number, std::uint32_t value);

  /// The core was reset.
  void reset() { *this = CoreRegisters(); }

 private:
  std::uint32_t process_stack_ = 0;
  std::uint32_t masks_ = 0;
};

/// QEMU's numbers of what the probe itself needs.
inline constexpr unsigned kQemuSp = 13;
inline constexpr unsigned kQemuPc = 15;
inline constexpr unsigned kQemuXpsr = 25;

}  // namespace hil::emulate
