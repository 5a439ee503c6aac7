// SPDX-License-Identifier: Apache-2.0
// Stm32Chip: flash cells that the machine has as ROM.
#include "host/emulate/probe/chips/stm32_flash.hpp"

#include "host/emulate/probe/chips/register_bytes.hpp"

namespace hil::emulate {

std::optional<std::uint32_t> Stm32Chip::offset_of(std::uint32_t address, unsigned size) const {
  if (flash_.holds(address, size)) return address - flash_.base();
  if (std::uint64_t{address} + size <= flash_.size_bytes()) return address;
  return std::nullopt;
}

std::optional<std::uint32_t> Stm32Chip::read_flash(std::uint32_t address, unsigned size) {
  const auto offset = offset_of(address, size);
  if (!offset) return std::nullopt;
  return flash_.read(*offset, size);
}

std::optional<std::uint32_t> Stm32Chip::read(std::uint32_t address, unsigned size) {
  const auto word = read_word(address & ~3U);
  if (!word) return std::nullopt;
  return part_of(*word, address, size);
}

std::vector<TapFacts> Stm32Chip::other_taps() const {
  return {{5, 0x0600'0041 | device_id_ << 12}};
}

Status Stm32Chip::before_run(Machine& machine) {
  return flash_.hand_over([&](std::uint32_t offset, std::span<const std::uint8_t> bytes) {
    return machine.write_rom(flash_.base() + offset, bytes);
  });
}

Status Stm32Chip::collect(Machine& machine, bool foreign) {
  if (!foreign) return {};
  std::vector<std::uint8_t> found(flash_.size_bytes());
  HIL_TRY(machine.read_block(flash_.base(), found));
  flash_.assign(0, found);
  return {};
}

std::uint32_t device_id_of(const boards::Board& board, std::uint32_t otherwise) {
  if (!board.chip.id || board.chip.id->values.empty()) return otherwise;
  return board.chip.id->values.front() & 0xFFF;
}

}  // namespace hil::emulate
