// SPDX-License-Identifier: Apache-2.0
// The debug registers of a Cortex-M, and how they run, halt and reset the emulated core.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/emulate/probe/chips/chip.hpp"
#include "host/emulate/probe/core/breakpoint_unit.hpp"
#include "host/emulate/probe/core/core_registers.hpp"
#include "host/emulate/probe/core/loader_runner.hpp"
#include "host/emulate/probe/machine.hpp"

namespace hil::emulate {

/// DHCSR, DCRSR, DCRDR, DEMCR, DFSR, AIRCR (DDI 0403E, C1.6) and the breakpoint unit.
///
/// A core that would lock up at once is never resumed, because that ends QEMU: its program counter
/// lies where there is no memory, it is not in Thumb state, or after a reset its stack is not in
/// RAM. It is reported as locked up, as hardware would be.
///
/// Whatever fails, fails with kDevice: QEMU ended or does not answer.
class CoreDebug {
 public:
  /// @p board, @p chip and @p machine outlive it, or the machine is replaced by attach().
  CoreDebug(Machine& machine, Chip& chip, const boards::Board& board);

  /// Whether the debug register at @p address is here; all others are QEMU's.
  static bool owns(std::uint32_t address);
  /// One register; reading may have side effects as in hardware.
  Result<std::uint32_t> read(std::uint32_t address);
  Status write(std::uint32_t address, std::uint32_t value);

  /// A register by REGSEL. The core is halted; else it reads as 0 and is not written.
  Result<std::uint32_t> read_register(std::uint32_t number);
  Status write_register(std::uint32_t number, std::uint32_t value);

  Status halt();
  /// By SYSRESETREQ: stays halted only if the debugger catches it (DEMCR.VC_CORERESET).
  Status reset();
  /// As when power comes on: nothing of an earlier debugger is left.
  Status power_on(bool run);
  /// The reset pin: while it is low the core does nothing, when it goes high it is reset.
  Status drive_reset_pin(bool high);

  /// Another machine takes the place of one that is gone.
  void attach(Machine& machine);
  /// Somebody else gets the core by the machine's gdb stub: halted, without breakpoints of ours.
  Status give_to_foreigner();
  /// And leaves it, in whatever state: what it wrote to flash is taken over, and the core runs if
  /// it can.
  Status take_back_from_foreigner();

  /// The loader that runs in the probe, if one does.
  [[nodiscard]] LoaderRunner& loader() { return loader_; }
  [[nodiscard]] BreakpointUnit& breakpoints() { return breakpoints_; }
  /// Lets a loader that runs in the probe go on; then, whether the core is halted.
  Result<bool> halted();
  /// A loader used an instruction the probe does not know: until the next reset every access fails.
  [[nodiscard]] bool faulted() const { return faulted_; }

  [[nodiscard]] Machine& machine() { return *machine_; }
  [[nodiscard]] Chip& chip() { return chip_; }
  /// The RAM that holds all of @p size bytes at @p address; null if none does.
  [[nodiscard]] const boards::Memory* find_ram(std::uint32_t address, std::uint64_t size) const;

  /// Gets one sentence when the core locks up or a loader fails.
  std::function<void(const std::string&)> on_event;

 private:
  Result<std::uint32_t> read_dhcsr();
  Status write_dhcsr(std::uint32_t value);
  Status write_dcrsr(std::uint32_t value);
  Status write_aircr(std::uint32_t value);
  Status resume();
  Status step();
  /// The common part of all resets; the core is halted then.
  Status reset_halted();
  /// Why the core can't run from where it is; empty if it can.
  Result<std::string> obstacle(bool after_reset);
  Result<bool> locks_up(bool after_reset);
  /// Runs it in the machine or, if it is a flash loader, here.
  Status start_core();
  Status update_breakpoints();
  /// Adds where BKPT instructions stand in RAM behind the program counter.
  Status find_bkpts(std::uint32_t pc, const boards::Memory& ram);
  Status end_loader(thumb::Outcome outcome);
  void tell(const std::string& sentence) const;
  [[nodiscard]] bool debugging() const;

  Machine* machine_;
  Chip& chip_;
  std::vector<boards::Memory> memory_;
  LoaderRunner loader_;
  BreakpointUnit breakpoints_;
  CoreRegisters registers_;
  std::set<std::uint32_t> bkpts_;  ///< BKPT instructions of a program in RAM

  std::uint32_t control_ = 0;  ///< the C_ bits of DHCSR
  std::uint32_t monitor_control_ = 0;
  std::uint32_t fault_status_ = 0;
  std::uint32_t register_select_ = 0;
  std::uint32_t register_data_ = 0;
  bool was_reset_ = true;   ///< S_RESET_ST
  bool retired_ = false;    ///< S_RETIRE_ST
  bool locked_up_ = false;  ///< instead of running
  bool faulted_ = false;
  bool pin_low_ = false;
};

}  // namespace hil::emulate
