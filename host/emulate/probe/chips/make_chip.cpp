// SPDX-License-Identifier: Apache-2.0
// make_chip(): the chip model that a board's emulator block names.
#include <fmt/format.h>

#include "host/emulate/probe/chips/chip.hpp"
#include "host/emulate/probe/chips/nrf51.hpp"
#include "host/emulate/probe/chips/stm32f1.hpp"
#include "host/emulate/probe/chips/stm32f4.hpp"

namespace hil::emulate {
namespace {

using boards::ProbeModel;

constexpr std::uint32_t kStm32f405 = 0x413;
constexpr std::uint32_t kStm32f100 = 0x420;
constexpr std::uint32_t kNrf51822 = 0x008F;  // QFAA of build code H0

/// Where a chip family has its flash, and how much at most.
struct FlashPlace {
  std::uint32_t base;
  std::uint32_t max_bytes;
};

Error config_error(const boards::Board& board, const std::string& what) {
  return Error{Blame::kConfig, fmt::format("board {}: {}", board.id, what),
               "correct the board's file"};
}

/// The flash that the machine has: of the emulator block, else of the chip block.
Result<std::uint32_t> flash_bytes(const boards::Board& board, FlashPlace place) {
  const auto& emulated = board.emulator->memory;
  for (const boards::Memory& memory : emulated.empty() ? board.chip.memory : emulated) {
    if (memory.kind != boards::MemoryKind::kFlash) continue;
    const bool fits = memory.base == place.base && memory.size_bytes > 0 &&
                      memory.size_bytes <= place.max_bytes &&
                      memory.size_bytes % FlashMemory::kPageBytes == 0;
    if (fits) return memory.size_bytes;
    return config_error(
        board, fmt::format("its probe model needs flash at {:#010x} of at most {} KiB in whole KiB",
                           place.base, place.max_bytes / 1024));
  }
  return config_error(board, "its probe model needs flash, its memory has none");
}

Status check_faults(const FlashMemory& flash, std::uint32_t sectors) {
  const auto refusal = [](const std::string& what) {
    return Error{Blame::kConfig, what, "name a place within the board's flash"};
  };
  for (const std::uint32_t sector : flash.faults().protected_sectors) {
    if (sector >= sectors) {
      return refusal(
          fmt::format("there is no flash sector {} to protect, only 0 to {}", sector, sectors - 1));
    }
  }
  for (const StuckBit& stuck : flash.faults().stuck_bits) {
    if (!flash.holds(stuck.address, 1) || stuck.bit > 7) {
      return refusal(fmt::format("there is no flash bit {} at {:#010x} to be stuck", stuck.bit,
                                 stuck.address));
    }
  }
  return {};
}

Result<std::unique_ptr<Chip>> checked(std::unique_ptr<Chip> chip, std::uint32_t sectors) {
  HIL_TRY(check_faults(*chip->flash(), sectors));
  return chip;
}

Result<std::unique_ptr<Chip>> make_stm32f4(const boards::Board& board, const FlashFaults& faults) {
  HIL_ASSIGN(const auto bytes, flash_bytes(board, {Stm32f4::kFlashBase, Stm32f4::kMaxFlashBytes}));
  std::uint32_t sectors = 0;
  while (Stm32f4::sector_start(sectors) < bytes)
    ++sectors;
  return checked(std::make_unique<Stm32f4>(bytes, device_id_of(board, kStm32f405), faults),
                 sectors);
}

Result<std::unique_ptr<Chip>> make_stm32f1(const boards::Board& board, const FlashFaults& faults) {
  HIL_ASSIGN(const auto bytes, flash_bytes(board, {Stm32f1::kFlashBase, Stm32f1::kMaxFlashBytes}));
  return checked(std::make_unique<Stm32f1>(bytes, device_id_of(board, kStm32f100), faults),
                 bytes / 1024);
}

Result<std::unique_ptr<Chip>> make_nrf51(const boards::Board& board, const FlashFaults& faults) {
  HIL_ASSIGN(const auto bytes, flash_bytes(board, {Nrf51::kFlashBase, Nrf51::kMaxFlashBytes}));
  const auto& id = board.chip.id;
  const std::uint32_t config_id =
      id && !id->values.empty() ? id->values.front() & 0xFFFF : kNrf51822;
  return checked(std::make_unique<Nrf51>(bytes, config_id, faults), bytes / 1024);
}

Result<std::unique_ptr<Chip>> make_ram(const FlashFaults& faults) {
  if (faults.protected_sectors.empty() && faults.stuck_bits.empty()) {
    return std::make_unique<Chip>();
  }
  return Error{Blame::kConfig, "the board has no flash that could have faults", ""};
}

}  // namespace

Result<std::unique_ptr<Chip>> make_chip(const boards::Board& board, const FlashFaults& faults) {
  const ProbeModel model = board.emulator ? board.emulator->probe : ProbeModel::kNone;
  switch (model) {
    case ProbeModel::kStm32f4:
      return make_stm32f4(board, faults);
    case ProbeModel::kStm32f1:
      return make_stm32f1(board, faults);
    case ProbeModel::kNrf51:
      return make_nrf51(board, faults);
    case ProbeModel::kRam:
      return make_ram(faults);
    case ProbeModel::kNone:
      break;
  }
  return config_error(board, "it has no emulator with a debug probe");
}

}  // namespace hil::emulate
