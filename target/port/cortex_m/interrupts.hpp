// SPDX-License-Identifier: Apache-2.0
// Interrupts of a Cortex-M: the vector table's entries, switching them on, keeping them out.
#pragma once

#include <cstdint>

#include "target/port/bare/registers.hpp"
#include "target/port/cortex_m/core_registers.hpp"

namespace hil::port::cortex_m {

/// One entry of a chip's table.
struct Vector {
  std::uint32_t exception;  ///< kSysTick, or kFirstDevice + the device interrupt's number
  void (*handler)();
};

/// Lets device interrupt @p number through, at the highest priority, as all that we use.
inline void enable_interrupt(std::uint32_t number) {
  registers::write(kNvicEnable + 4 * (number / 32), 1u << (number % 32));
}
/// Makes the handler of device interrupt @p number run as if the device had asked.
inline void pend_interrupt(std::uint32_t number) {
  registers::write(kNvicPend + 4 * (number / 32), 1u << (number % 32));
}

#ifdef __arm__
/// Keeps all interrupts out as long as it lives; those that come are served after it.
class MaskedInterrupts {
 public:
  MaskedInterrupts() {
    asm volatile("mrs %0, primask" : "=r"(before_));
    asm volatile("cpsid i" ::: "memory");
  }
  ~MaskedInterrupts() { asm volatile("msr primask, %0" ::"r"(before_) : "memory"); }
  MaskedInterrupts(const MaskedInterrupts&) = delete;
  MaskedInterrupts& operator=(const MaskedInterrupts&) = delete;

 private:
  std::uint32_t before_;
};
#else
/// Nothing is interrupted where a test records what set-up writes.
class MaskedInterrupts {
 public:
  MaskedInterrupts() {}
  ~MaskedInterrupts() {}  // so that an object of it is no unused variable
};
#endif

}  // namespace hil::port::cortex_m
