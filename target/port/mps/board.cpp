// SPDX-License-Identifier: Apache-2.0
// Start of an FPGA image, and how it is told from QEMU's model of it.
#include "target/port/bare/kept.hpp"
#include "target/port/mps/chip.hpp"
#include "target/port/mps/uart.hpp"
#include "target/port/port.hpp"

namespace hil::port {
namespace {

constexpr std::uint32_t kDemcr = 0xE000'EDFC;
constexpr std::uint32_t kDemcrTrace = 1u << 24;
constexpr std::uint32_t kDwtControl = 0xE000'1000;
constexpr std::uint32_t kDwtComparators = 0xFu << 28;

constinit bool g_emulated = false;

/// QEMU 7.2 models the devices of these images down to their id registers, so the core has to tell:
/// it has no DWT there (all its registers read 0), while Arm's cores in these images have one with
/// comparators (ARMv7-M Architecture Reference Manual, DDI 0403, section C1.8.7: NUMCOMP).
bool lacks_watchpoints() {
  registers::set(kDemcr, kDemcrTrace);
  return (registers::read(kDwtControl) & kDwtComparators) == 0;
}

}  // namespace

namespace chip {

void begin() {
  g_emulated = lacks_watchpoints();
  kept::begin(frame::ResetCause::kUnknown);  // the images have no register of it that all share
  mps::Timer::begin();
  uart::begin();
  cortex_m::enable_interrupt(mps::kUartReceiveInterrupt);
  cortex_m::enable_interrupt(mps::kUartSendInterrupt);
}

bool emulated() {
  return g_emulated;
}

}  // namespace chip

std::size_t unique_id(std::span<std::uint8_t> /*out*/) {
  return 0;
}

}  // namespace hil::port
