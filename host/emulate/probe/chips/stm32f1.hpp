// SPDX-License-Identifier: Apache-2.0
// An STM32F1: its flash controller and identification.
#pragma once

#include <cstdint>

#include "host/emulate/probe/chips/stm32_flash.hpp"

namespace hil::emulate {

/// The flash interface as PM0063 (revision 2, value line: low and medium density, up to 128 KiB in
/// pages of 1 KiB) describes it: page and mass erase, programming by half-words, protection of four
/// pages each. Option bytes read as delivered and can't be changed.
class Stm32f1 : public Stm32Chip {
 public:
  static constexpr std::uint32_t kMaxFlashBytes = 0x2'0000;

  Stm32f1(std::uint32_t flash_bytes, std::uint32_t device_id, const FlashFaults& faults);

  bool write(std::uint32_t address, std::uint32_t value, unsigned size) override;
  [[nodiscard]] bool loader_armed() const override;
  void reset() override;

 private:
  [[nodiscard]] std::optional<std::uint32_t> read_word(std::uint32_t address) const override;
  [[nodiscard]] std::uint32_t read_controller(std::uint32_t offset) const;
  void write_controller(std::uint32_t offset, std::uint32_t value);
  void write_control(std::uint32_t value);
  void erase_page(std::uint32_t number);
  void erase_all();
  void program(std::uint32_t offset, std::uint32_t value, unsigned size);
  /// Whether one of the four pages that are protected together with @p page has a fault.
  [[nodiscard]] bool is_protected(std::uint32_t page) const;
  [[nodiscard]] std::uint32_t not_protected() const;

  std::uint32_t address_ = 0;
  std::uint32_t debug_control_ = 0;
};

}  // namespace hil::emulate
