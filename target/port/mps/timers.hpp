// SPDX-License-Identifier: Apache-2.0
// The timers of the FPGA images, one shape for both: time since begin() or align(), in their ticks.
#pragma once

#include <cstdint>

#include "target/port/bare/registers.hpp"
#include "target/port/cortex_m/interrupts.hpp"
#include "target/port/mps/image.hpp"

/// Both have a phase: in QEMU an instruction takes 64 ns (shift 6) or 32 ns (shift 5) and a tick 40
/// or 31.25, so equal code takes equal ticks only if it starts at the same place within a tick.
/// (The counter in FPGAIO, which all images have, cannot be used: writing it leaves its phase.)
namespace hil::port::mps {

/// CMSDK timer (DDI 0479, section 4.4): counts down from 2^32 - 1, with an interrupt per round.
class ApbTimer {
 public:
  static constexpr std::uint32_t kInterrupt = kTimerInterrupt;

  static void begin() {
    registers::write(kReload, kMost);
    restart();
    registers::write(kControl, kEnable | kInterruptEnable);
    cortex_m::enable_interrupt(kInterrupt);
  }
  /// Handler of kInterrupt. Counts nothing if read() has done so before it.
  static void on_interrupt() {
    if (!round_ended()) return;
    registers::write(kInterruptStatus, 1);
    ++rounds_;
  }
  /// The interrupt comes when the counter gets to 0: there a round begins. begin() and align()
  /// start one tick behind that.
  static std::uint64_t read() {
    const cortex_m::MaskedInterrupts masked;
    std::uint32_t elapsed = 0u - registers::read(kValue);
    if (round_ended()) {
      elapsed = 0u - registers::read(kValue);  // the first may have been of the round before
      on_interrupt();
    }
    return ((std::uint64_t{rounds_} << 32) | elapsed) - 1;
  }
  /// Starts a tick and counts from 0 again.
  static void align() {
    const cortex_m::MaskedInterrupts masked;
    rounds_ = 0;
    restart();
    registers::write(kInterruptStatus, 1);
  }

 private:
  static constexpr std::uint32_t kControl = kTimer + 0x00;
  static constexpr std::uint32_t kEnable = 1u << 0;
  static constexpr std::uint32_t kInterruptEnable = 1u << 3;
  static constexpr std::uint32_t kValue = kTimer + 0x04;
  static constexpr std::uint32_t kReload = kTimer + 0x08;
  static constexpr std::uint32_t kInterruptStatus = kTimer + 0x0C;
  static constexpr std::uint32_t kMost = 0xFFFF'FFFF;

  static bool round_ended() { return (registers::read(kInterruptStatus) & 1u) != 0; }
  static void restart() { registers::write(kValue, kMost); }

  static inline constinit std::uint32_t rounds_ = 0;
};

/// System counter of SSE-300: 64 bits, which nothing here will see wrap.
class SystemCounter {
 public:
  static void begin() {
    registers::write(kControl, 0);  // it may be written only while it stands
    registers::write(kSetLow, 0);
    registers::write(kSetHigh, 0);
    registers::write(kControl, kEnable);
  }
  static std::uint64_t read() {
    for (;;) {
      const std::uint32_t high = registers::read(kHigh);
      const std::uint32_t low = registers::read(kLow);
      if (high == registers::read(kHigh)) return (std::uint64_t{high} << 32) | low;
    }
  }
  static void align() { begin(); }

 private:
  static constexpr std::uint32_t kControl = kCounterControl + 0x00;
  static constexpr std::uint32_t kEnable = 1u << 0;
  static constexpr std::uint32_t kSetLow = kCounterControl + 0x08;
  static constexpr std::uint32_t kSetHigh = kCounterControl + 0x0C;
  static constexpr std::uint32_t kLow = kCounterStatus + 0x00;
  static constexpr std::uint32_t kHigh = kCounterStatus + 0x04;
};

}  // namespace hil::port::mps
