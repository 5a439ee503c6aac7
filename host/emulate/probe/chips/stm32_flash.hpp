// SPDX-License-Identifier: Apache-2.0
// What the flash memories of all STM32 chips have in common for a debugger.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "host/emulate/probe/chips/busy_time.hpp"
#include "host/emulate/probe/chips/chip.hpp"
#include "host/emulate/probe/chips/unlock_keys.hpp"

namespace hil::emulate {

/// QEMU's machine has the flash as ROM, at its address and again at 0, without a controller. Its
/// cells are kept here, changed by write(), and handed to the machine before its core runs.
class Stm32Chip : public Chip {
 public:
  static constexpr std::uint32_t kFlashBase = 0x0800'0000;

  Stm32Chip(std::uint32_t size_bytes, std::uint32_t device_id, const FlashFaults& faults)
      : flash_(kFlashBase, size_bytes, faults), device_id_(device_id) {}

  FlashMemory* flash() final { return &flash_; }
  std::optional<std::uint32_t> read_flash(std::uint32_t address, unsigned size) final;
  Status before_run(Machine& machine) final;
  Status collect(Machine& machine, bool foreign) final;
  std::optional<std::uint32_t> read(std::uint32_t address, unsigned size) final;
  /// The boundary scan (RM0090, section 38.6.1; RM0041, section 26.6.1).
  [[nodiscard]] std::vector<TapFacts> other_taps() const final;

 protected:
  static constexpr std::uint32_t kDbgmcu = 0xE004'2000;
  /// Any will do; this is what the board says it is: a wafer position, "HIL", "EMUL".
  static constexpr std::uint32_t kUniqueIdWords[] = {0x0001'0001, 0x4C49'4801, 0x4C55'4D45};

  /// The word at @p address (a multiple of 4) of what the chip has beside the machine.
  [[nodiscard]] virtual std::optional<std::uint32_t> read_word(std::uint32_t address) const = 0;
  /// DBGMCU_IDCODE: revision Z in its high half.
  [[nodiscard]] std::uint32_t id_code() const { return 0x1001U << 16 | device_id_; }
  /// Where in the flash @p address is, by its own address or the alias at 0.
  [[nodiscard]] std::optional<std::uint32_t> offset_of(std::uint32_t address, unsigned size) const;
  FlashMemory flash_;
  UnlockKeys keys_{0x4567'0123, 0xCDEF'89AB};
  BusyTime busy_;
  std::uint32_t access_control_ = 0;
  std::uint32_t status_ = 0;
  std::uint32_t control_ = 0;

 private:
  std::uint32_t device_id_;
};

/// The low 12 bits of DBGMCU_IDCODE, which name the chip, as the board file has them; @p otherwise
/// if it does not say.
std::uint32_t device_id_of(const boards::Board& board, std::uint32_t otherwise);

}  // namespace hil::emulate
