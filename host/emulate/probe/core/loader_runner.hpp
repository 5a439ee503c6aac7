// SPDX-License-Identifier: Apache-2.0
// Runs a flash loader in the probe, because its stores to flash would be dropped by QEMU.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/emulate/probe/chips/chip.hpp"
#include "host/emulate/probe/machine.hpp"
#include "host/emulate/probe/thumb/interpreter.hpp"

namespace hil::emulate {

/// While active() the machine's core is halted, and RAM and registers are copies here; the debugger
/// sees those. Code runs only in advance(), which is called whenever the debugger looks.
class LoaderRunner : private thumb::Memory {
 public:
  explicit LoaderRunner(Chip& chip) : chip_(chip), interpreter_(*this) {}

  [[nodiscard]] bool active() const { return machine_ != nullptr; }

  /// Takes registers and all of @p ram from the halted @p machine.
  ///   kDevice  QEMU ended or does not answer
  Status start(Machine& machine, const boards::Memory& ram);

  /// Runs until a BKPT, an unknown instruction, or until it only waits for the debugger (nothing
  /// stored for a while); kDone means the last.
  Result<thumb::Outcome> advance();

  /// Gives RAM and registers back to the machine; active() is false then.
  Status stop();
  /// Without giving anything back: the machine is gone.
  void abandon() { machine_ = nullptr; }

  [[nodiscard]] std::uint32_t pc() const { return interpreter_.state.r[15]; }
  [[nodiscard]] std::uint32_t last_instruction() const { return interpreter_.last_instruction(); }

  /// Whether @p size bytes at @p address are in the copy of the RAM.
  [[nodiscard]] bool holds(std::uint32_t address, std::size_t size) const;
  /// Memory in the copy; only where it holds() them.
  [[nodiscard]] std::span<std::uint8_t> bytes(std::uint32_t address, std::size_t size);

 private:
  Result<std::uint32_t> read(std::uint32_t address, unsigned size) override;
  Status write(std::uint32_t address, std::uint32_t value, unsigned size) override;

  Chip& chip_;
  Machine* machine_ = nullptr;
  thumb::Interpreter interpreter_;
  std::uint32_t xpsr_ = 0;
  std::uint32_t ram_base_ = 0;
  std::vector<std::uint8_t> ram_;
  unsigned since_store_ = 0;  ///< instructions
};

}  // namespace hil::emulate
