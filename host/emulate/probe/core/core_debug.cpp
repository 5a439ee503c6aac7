// SPDX-License-Identifier: Apache-2.0
// CoreDebug: debug registers to requests to the machine.
#include "host/emulate/probe/core/core_debug.hpp"

#include <fmt/format.h>

#include "host/emulate/probe/core/debug_registers.hpp"

namespace hil::emulate {
namespace {

constexpr std::uint32_t kAircr = 0xE000'ED0C;
constexpr std::uint32_t kDfsr = 0xE000'ED30;
constexpr std::uint32_t kDhcsr = 0xE000'EDF0;
constexpr std::uint32_t kDcrsr = 0xE000'EDF4;
constexpr std::uint32_t kDcrdr = 0xE000'EDF8;
constexpr std::uint32_t kDemcr = 0xE000'EDFC;

constexpr std::uint32_t kDhcsrKey = 0xA05F;
constexpr std::uint32_t kDcrsrWrite = 1U << 16;
constexpr std::uint32_t kAircrKey = 0x05FA;
constexpr std::uint32_t kResetRequests = 0x5;  // SYSRESETREQ, VECTRESET

}  // namespace

CoreDebug::CoreDebug(Machine& machine, Chip& chip, const boards::Board& board)
    : machine_(&machine),
      chip_(chip),
      memory_(board.emulator && !board.emulator->memory.empty() ? board.emulator->memory
                                                                : board.chip.memory),
      loader_(chip),
      breakpoints_(board.chip.core) {}

bool CoreDebug::owns(std::uint32_t address) {
  const std::uint32_t word = address & ~3U;
  return word == kAircr || word == kDfsr || (word >= kDhcsr && word <= kDemcr) ||
         (word >= BreakpointUnit::kFirst && word <= BreakpointUnit::kLast);
}

bool CoreDebug::debugging() const {
  return (control_ & kDebugEn) != 0;
}

void CoreDebug::tell(const std::string& sentence) const {
  if (on_event) on_event(sentence);
}

Result<std::uint32_t> CoreDebug::read(std::uint32_t address) {
  switch (address & ~3U) {
    case kDhcsr:
      return read_dhcsr();
    case kDcrsr:
      return register_select_;
    case kDcrdr:
      return register_data_;
    case kDemcr:
      return monitor_control_;
    case kDfsr:
      HIL_TRY(halted());  // a breakpoint may just have been hit
      return fault_status_;
    case kAircr:
      return machine_->read32(kAircr);
    default:
      return breakpoints_.read(address & ~3U);
  }
}

Status CoreDebug::write(std::uint32_t address, std::uint32_t value) {
  switch (address & ~3U) {
    case kDhcsr:
      return write_dhcsr(value);
    case kDcrsr:
      return write_dcrsr(value);
    case kDcrdr:
      register_data_ = value;
      return {};
    case kDemcr:
      monitor_control_ = value;
      return {};
    case kDfsr:
      fault_status_ &= ~value;
      return {};
    case kAircr:
      return write_aircr(value);
    default:
      breakpoints_.write(address & ~3U, value);
      return update_breakpoints();
  }
}

Result<bool> CoreDebug::halted() {
  if (loader_.active()) {
    HIL_ASSIGN(const thumb::Outcome outcome, loader_.advance());
    if (outcome == thumb::Outcome::kDone) return false;
    HIL_TRY(end_loader(outcome));
    return !locked_up_;
  }
  HIL_ASSIGN(const bool stopped, machine_->poll_stop());
  if (stopped) {
    fault_status_ |= kByBreakpoint;
    control_ |= kHaltBit;
  }
  return !machine_->running() && !locked_up_ && !pin_low_;
}

Status CoreDebug::end_loader(thumb::Outcome outcome) {
  HIL_TRY(loader_.stop());
  if (outcome == thumb::Outcome::kUnknown) {
    faulted_ = true;
    locked_up_ = true;
    tell(
        fmt::format("the flash loader at {:#010x} uses instruction {:#x}, which the virtual probe "
                    "does not know",
                    loader_.pc(), loader_.last_instruction()));
    return {};
  }
  fault_status_ |= kByBreakpoint;
  control_ |= kHaltBit;
  return {};
}

Result<std::uint32_t> CoreDebug::read_dhcsr() {
  HIL_ASSIGN(const bool is_halted, halted());
  std::uint32_t value = control_ | kRegisterReady;
  if (is_halted) value |= kHalted;
  if (locked_up_) value |= kLockedUp;
  if (retired_ && !is_halted) value |= kRetired;
  if (was_reset_) value |= kWasReset;
  was_reset_ = false;
  return value;
}

Status CoreDebug::write_dhcsr(std::uint32_t value) {
  if (value >> 16 != kDhcsrKey) return {};
  HIL_ASSIGN(const bool was_halted, halted());
  control_ = value & kControlBits;
  if (!debugging()) {
    control_ = 0;
    return was_halted ? resume() : update_breakpoints();
  }
  if ((value & kHaltBit) != 0) return was_halted ? Status{} : halt();
  if (!was_halted) return update_breakpoints();
  return (value & kStepBit) != 0 ? step() : resume();
}

Status CoreDebug::write_dcrsr(std::uint32_t value) {
  register_select_ = value;
  const std::uint32_t number = value & 0x7FU;
  if ((value & kDcrsrWrite) != 0) return write_register(number, register_data_);
  HIL_ASSIGN(register_data_, read_register(number));
  return {};
}

Result<std::uint32_t> CoreDebug::read_register(std::uint32_t number) {
  HIL_ASSIGN(const bool is_halted, halted());
  if (!is_halted) return std::uint32_t{0};
  return registers_.read(*machine_, number);
}

Status CoreDebug::write_register(std::uint32_t number, std::uint32_t value) {
  HIL_ASSIGN(const bool is_halted, halted());
  return is_halted ? registers_.write(*machine_, number, value) : Status{};
}

Status CoreDebug::write_aircr(std::uint32_t value) {
  if (value >> 16 != kAircrKey) return {};
  if ((value & kResetRequests) != 0) return reset();
  return machine_->write(kAircr, value, 4);
}

void CoreDebug::attach(Machine& machine) {
  loader_.abandon();
  machine_ = &machine;
  if (chip_.flash() != nullptr) chip_.flash()->forget_handed_over();
}

}  // namespace hil::emulate
