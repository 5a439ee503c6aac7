// SPDX-License-Identifier: Apache-2.0
// An STM32F4: its flash controller and identification.
#pragma once

#include <cstdint>

#include "host/emulate/probe/chips/stm32_flash.hpp"
#include "host/emulate/probe/chips/unlock_keys.hpp"

namespace hil::emulate {

/// The embedded flash interface as RM0090 (revision 19), section 3 describes it for one bank of up
/// to 1 MiB: key registers, sector and mass erase, programming by 8, 16, 32 or 64 bits, write
/// protection by option bits (volatile here: option bytes do not survive a restart).
class Stm32f4 : public Stm32Chip {
 public:
  static constexpr std::uint32_t kMaxFlashBytes = 0x10'0000;

  Stm32f4(std::uint32_t flash_bytes, std::uint32_t device_id, const FlashFaults& faults);

  bool write(std::uint32_t address, std::uint32_t value, unsigned size) override;
  [[nodiscard]] bool loader_armed() const override;
  void reset() override;

  /// Of @p count sectors: 16 KiB four times, 64 KiB, then 128 KiB each. Start of sector @p number.
  static std::uint32_t sector_start(std::uint32_t number);

 private:
  [[nodiscard]] std::optional<std::uint32_t> read_word(std::uint32_t address) const override;
  [[nodiscard]] std::uint32_t read_controller(std::uint32_t offset) const;
  void write_controller(std::uint32_t offset, std::uint32_t value);
  void write_control(std::uint32_t value);
  void write_option_control(std::uint32_t value);
  void erase_sector(std::uint32_t number);
  void erase_all();
  void program(std::uint32_t offset, std::uint32_t value, unsigned size);
  [[nodiscard]] std::uint32_t sector_of(std::uint32_t offset) const;
  [[nodiscard]] std::uint32_t sector_count() const;
  [[nodiscard]] bool is_protected(std::uint32_t sector) const;

  UnlockKeys option_keys_{0x0819'2A3B, 0x4C5D'6E7F};
  std::uint32_t option_control_ = 0;
  std::uint32_t debug_[3] = {};  ///< DBGMCU_CR, APB1_FZ, APB2_FZ
};

}  // namespace hil::emulate
