// SPDX-License-Identifier: Apache-2.0
// port::ticks() of an FPGA image: its timer, and what it had counted before it was aligned.
#include "target/port/mps/clock.hpp"

#include "target/port/port.hpp"

namespace hil::port {
namespace {

constinit std::uint64_t g_before = 0;  ///< ticks before the timer was aligned last

}  // namespace

std::uint64_t ticks() {
  return g_before + mps::Timer::read();
}

/// Both timers are fed with the core's clock.
std::uint64_t tick_hz() {
  return board::kClockHz;
}

void align_timer() {
  g_before += mps::Timer::read();
  mps::Timer::align();
}

}  // namespace hil::port
