// SPDX-License-Identifier: Apache-2.0
// What a debugger finds on a chip beside its core, and QEMU does not model.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/emulate/probe/flash_memory.hpp"
#include "host/emulate/probe/machine.hpp"

namespace hil::emulate {

/// A test access port in the chip's JTAG chain beside the one of the core.
struct TapFacts {
  unsigned ir_bits = 0;
  std::uint32_t idcode = 0;
};

/// As it stands, a chip without any peculiarity: everything is QEMU's, images go into RAM.
class Chip {
 public:
  virtual ~Chip() = default;

  /// What the debug port or a flash loader reads at @p address; nothing: QEMU's machine knows.
  /// @p size is 1, 2 or 4 bytes.
  virtual std::optional<std::uint32_t> read(std::uint32_t /*address*/, unsigned /*size*/) {
    return std::nullopt;
  }
  /// Takes a store by the debug port or a flash loader. False: it is for QEMU's machine.
  virtual bool write(std::uint32_t /*address*/, std::uint32_t /*value*/, unsigned /*size*/) {
    return false;
  }
  /// Whether code that a debugger starts in RAM now is a flash loader whose stores QEMU would drop.
  [[nodiscard]] virtual bool loader_armed() const { return false; }
  /// Whether @p address is in the flash, so that a loader that reads it must see write()'s effect.
  virtual std::optional<std::uint32_t> read_flash(std::uint32_t /*address*/, unsigned /*size*/) {
    return std::nullopt;
  }

  /// The core's reset resets the chip's registers, too.
  virtual void reset() {}
  /// Null if it has none.
  virtual FlashMemory* flash() { return nullptr; }

  /// Makes the machine's flash as it is here. The core is halted and about to run.
  ///   kDevice  QEMU ended or does not answer
  virtual Status before_run(Machine& /*machine*/) { return {}; }
  /// Takes over what the machine's flash holds. @p foreign: something else than this probe may have
  /// written it.
  ///   kDevice  QEMU ended or does not answer
  virtual Status collect(Machine& /*machine*/, bool /*foreign*/) { return {}; }

  /// The other ports of the JTAG chain, the one next to the core's first.
  [[nodiscard]] virtual std::vector<TapFacts> other_taps() const { return {}; }
};

/// The chip of @p board as its emulator block names it.
///   kConfig  the board has no probe model, or its flash does not suit it (how large it may be,
///   where
///            it lies, is in the message); a fault lies outside the flash
Result<std::unique_ptr<Chip>> make_chip(const boards::Board& board, const FlashFaults& faults);

}  // namespace hil::emulate
