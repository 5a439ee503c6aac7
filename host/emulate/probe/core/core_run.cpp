// SPDX-License-Identifier: Apache-2.0
// CoreDebug: running, halting, stepping and resetting the emulated core without locking it up.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "host/emulate/probe/core/core_debug.hpp"
#include "host/emulate/probe/core/debug_registers.hpp"

namespace hil::emulate {
namespace {

constexpr std::uint32_t kThumbState = 1U << 24;

/// How far behind the program counter BKPT instructions are looked for.
constexpr std::uint32_t kScanBytes = 2048;
constexpr std::size_t kMaxBkpts = 16;

}  // namespace

Status CoreDebug::halt() {
  if (loader_.active()) {
    HIL_TRY(loader_.stop());
  } else if (!locked_up_) {
    HIL_TRY(machine_->halt());
  }
  locked_up_ = faulted_;
  HIL_ASSIGN(const bool at_breakpoint, machine_->poll_stop());
  fault_status_ |= at_breakpoint ? kByBreakpoint : kByRequest;
  control_ |= kHaltBit;
  return {};
}

const boards::Memory* CoreDebug::find_ram(std::uint32_t address, std::uint64_t size) const {
  const auto found = std::find_if(memory_.begin(), memory_.end(), [&](const auto& memory) {
    return memory.kind == boards::MemoryKind::kRam && memory.holds(address, size);
  });
  return found == memory_.end() ? nullptr : &*found;
}

Result<std::string> CoreDebug::obstacle(bool after_reset) {
  HIL_ASSIGN(const std::uint32_t pc, machine_->read_register(kQemuPc));
  HIL_ASSIGN(const std::uint32_t xpsr, machine_->read_register(kQemuXpsr));
  HIL_ASSIGN(const std::uint32_t sp, machine_->read_register(kQemuSp));
  const std::uint32_t at = pc & ~1U;
  const bool in_memory =
      chip_.read_flash(at, 2).has_value() ||
      std::any_of(memory_.begin(), memory_.end(), [&](const auto& m) { return m.holds(at, 2); });
  if (!in_memory) return fmt::format("there is no memory at its program counter {:#010x}", at);
  if ((xpsr & kThumbState) == 0) return fmt::format("it is not in Thumb state at {:#010x}", at);
  // A full stack starts just behind its memory.
  if (after_reset && (sp < 4 || find_ram(sp - 4, 4) == nullptr)) {
    return fmt::format("its first stack pointer {:#010x} is not in RAM", sp);
  }
  return std::string();
}

Result<bool> CoreDebug::locks_up(bool after_reset) {
  HIL_ASSIGN(const std::string why, obstacle(after_reset));
  locked_up_ = !why.empty();
  if (locked_up_) tell((after_reset ? "nothing can run: " : "the core locked up: ") + why);
  return locked_up_;
}

Status CoreDebug::resume() {
  if (faulted_) return {};
  HIL_TRY(chip_.before_run(*machine_));
  HIL_ASSIGN(const bool stuck, locks_up(false));
  return stuck ? Status{} : start_core();
}

Status CoreDebug::start_core() {
  control_ &= ~std::uint32_t{kHaltBit};
  retired_ = true;
  HIL_ASSIGN(const std::uint32_t pc, machine_->read_register(kQemuPc));
  const boards::Memory* ram = find_ram(pc & ~1U, 2);
  bkpts_.clear();
  if (debugging() && ram != nullptr) {
    if (chip_.loader_armed()) return loader_.start(*machine_, *ram);
    HIL_TRY(find_bkpts(pc & ~1U, *ram));
  }
  HIL_TRY(update_breakpoints());
  return machine_->resume();
}

Status CoreDebug::find_bkpts(std::uint32_t pc, const boards::Memory& ram) {
  // QEMU 7.2 takes BKPT for a fault. What is found in data or in the middle of an instruction does
  // no harm: it is never reached.
  std::array<std::uint8_t, kScanBytes> code{};
  const std::uint64_t left = std::uint64_t{ram.base} + ram.size_bytes - pc;
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left, kScanBytes));
  HIL_TRY(machine_->read_block(pc, std::span(code).first(size)));
  for (std::uint32_t i = 0; i + 1 < size && bkpts_.size() < kMaxBkpts; i += 2) {
    if (code[i + 1] == 0xBE) bkpts_.insert(pc + i);
  }
  return {};
}

Status CoreDebug::update_breakpoints() {
  if (!debugging()) return machine_->set_breakpoints({});
  std::set<std::uint32_t> wanted = breakpoints_.addresses();
  wanted.insert(bkpts_.begin(), bkpts_.end());
  return machine_->set_breakpoints(wanted);
}

Status CoreDebug::step() {
  if (faulted_) return {};
  HIL_TRY(chip_.before_run(*machine_));
  HIL_ASSIGN(const bool stuck, locks_up(false));
  if (stuck) return {};
  HIL_TRY(machine_->step());
  retired_ = true;
  fault_status_ |= kByRequest;
  control_ |= kHaltBit;
  return {};
}

Status CoreDebug::reset_halted() {
  if (loader_.active()) HIL_TRY(loader_.stop());
  HIL_TRY(machine_->halt());
  HIL_TRY(chip_.collect(*machine_, false));
  HIL_TRY(chip_.before_run(*machine_));
  chip_.reset();
  registers_.reset();
  bkpts_.clear();
  HIL_TRY(machine_->reset());
  was_reset_ = true;
  locked_up_ = false;
  faulted_ = false;
  control_ &= ~std::uint32_t{kHaltBit | kStepBit};
  return {};
}

Status CoreDebug::reset() {
  HIL_TRY(reset_halted());
  if (debugging() && (monitor_control_ & kCatchReset) != 0) {
    control_ |= kHaltBit;
    fault_status_ |= kByVector;
    return {};
  }
  HIL_ASSIGN(const bool stuck, locks_up(true));
  return stuck ? Status{} : start_core();
}

Status CoreDebug::power_on(bool run) {
  control_ = 0;
  monitor_control_ = 0;
  fault_status_ = 0;
  pin_low_ = false;
  HIL_TRY(reset_halted());
  HIL_TRY(machine_->set_breakpoints({}));
  locked_up_ = !run;
  if (!run) return {};
  HIL_ASSIGN(const bool stuck, locks_up(true));
  return stuck ? Status{} : start_core();
}

Status CoreDebug::drive_reset_pin(bool high) {
  if (pin_low_ != high) return {};  // as it is
  pin_low_ = !high;
  if (high) return reset();
  if (loader_.active()) HIL_TRY(loader_.stop());
  return machine_->halt();
}

Status CoreDebug::give_to_foreigner() {
  if (loader_.active()) HIL_TRY(loader_.stop());
  HIL_TRY(machine_->halt());
  HIL_TRY(chip_.before_run(*machine_));
  return machine_->set_breakpoints({});
}

Status CoreDebug::take_back_from_foreigner() {
  HIL_TRY(machine_->regain_gdb());
  HIL_TRY(chip_.collect(*machine_, true));
  control_ = 0;
  faulted_ = false;
  return resume();
}

}  // namespace hil::emulate
