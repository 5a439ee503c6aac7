// SPDX-License-Identifier: Apache-2.0
// What the flash memories of all STM32 chips have in common for a debugger.
#pragma once

#include <cstdint>
#include <optional>

#include "host/emulate/probe/chips/chip.hpp"

namespace hil::emulate {

/// QEMU's machine has the flash as ROM, at its address and again at 0, without a controller. Its
/// cells are kept here, changed by write(), and handed to the machine before its core runs.
class Stm32Chip : public Chip {
 public:
  Stm32Chip(std::uint32_t base, std::uint32_t size_bytes, const FlashFaults& faults)
      : flash_(base, size_bytes, faults) {}

  FlashMemory* flash() final { return &flash_; }
  std::optional<std::uint32_t> read_flash(std::uint32_t address, unsigned size) final;
  Status before_run(Machine& machine) final;
  Status collect(Machine& machine, bool foreign) final;

 protected:
  /// Where in the flash @p address is, by its own address or the alias at 0.
  [[nodiscard]] std::optional<std::uint32_t> offset_of(std::uint32_t address, unsigned size) const;
  FlashMemory flash_;
};

/// The low 12 bits of DBGMCU_IDCODE, which name the chip, as the board file has them; @p otherwise
/// if it does not say.
std::uint32_t device_id_of(const boards::Board& board, std::uint32_t otherwise);

}  // namespace hil::emulate
