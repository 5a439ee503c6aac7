// SPDX-License-Identifier: Apache-2.0
// Board checks: memory, chip id, serial line, agent and emulator against each other.
#include "host/boards/board_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

namespace hil::boards {
namespace {

namespace fs = std::filesystem;
using Complaint = std::optional<std::string>;

std::uint64_t end_of(const Memory& region) {
  return std::uint64_t{region.base} + region.size_bytes;
}

/// Regions end within 32 bits, have names of their own, and share no byte.
Complaint check_memory(const std::vector<Memory>& regions, const std::string& path) {
  for (std::size_t i = 0; i < regions.size(); ++i) {
    const Memory& region = regions[i];
    if (end_of(region) > std::uint64_t{1} << 32) {
      return fmt::format("{}/{}: '{}' ends behind the 32-bit address space", path, i, region.name);
    }
    for (std::size_t k = 0; k < i; ++k) {
      const Memory& other = regions[k];
      if (region.name == other.name) {
        return fmt::format("{}/{}/name: '{}' is taken", path, i, region.name);
      }
      if (region.base < end_of(other) && other.base < end_of(region)) {
        return fmt::format("{}/{}: '{}' overlaps '{}'", path, i, region.name, other.name);
      }
    }
  }
  return {};
}

Complaint check_chip_id(const Board& board) {
  if (!board.chip.id) return {};
  const ChipId& id = *board.chip.id;
  if (id.address % 4 != 0) {
    return fmt::format("/chip/id/address: {:#010x} is not a multiple of 4", id.address);
  }
  for (std::size_t i = 0; i < id.values.size(); ++i) {
    if ((id.values[i] & ~id.mask) != 0) {
      return fmt::format("/chip/id/values/{}: {:#x} has bits outside the mask {:#010x}", i,
                         id.values[i], id.mask);
    }
  }
  return {};
}

/// The vector table's first two words (stack pointer and reset vector) are in RAM.
Complaint check_ram_vectors(const Board& board) {
  if (!board.chip.ram_vectors) return {};
  const std::uint32_t address = *board.chip.ram_vectors;
  const Memory* const region = board.chip.find_memory(address, 8);
  if (region != nullptr && region->kind == MemoryKind::kRam && address % 4 == 0) return {};
  return fmt::format("/chip/ram_vectors: {:#010x} is not a place for a vector table in RAM",
                     address);
}

Complaint check_openocd_target(const Board& board) {
  const std::string& script = board.chip.openocd_target;
  std::error_code ignored;
  if (script.rfind("openocd/", 0) != 0) return {};
  if (fs::is_regular_file(board.file.parent_path() / script, ignored)) return {};
  return fmt::format("/chip/openocd_target: there is no {} beside the board file", script);
}

Complaint check_chip(const Board& board) {
  if (auto found = check_memory(board.chip.memory, "/chip/memory")) return found;
  if (auto found = check_chip_id(board)) return found;
  if (auto found = check_ram_vectors(board)) return found;
  return check_openocd_target(board);
}

Complaint check_serial(const Board& board) {
  const Serial& serial = board.serial;
  if (serial.baud == 0 && !serial.bauds.empty()) {
    return "/board/serial/bauds: the line has no rate (baud is 0)";
  }
  return {};
}

Complaint check_model_slot(const Board& board) {
  if (!board.agent.model_slot) return {};
  const Memory& slot = *board.agent.model_slot;
  const Memory* const region = board.chip.find_memory(slot.base, slot.size_bytes);
  if (region != nullptr && region->kind == MemoryKind::kFlash) return {};
  return fmt::format("/agent/model_slot: {} bytes at {:#010x} are not inside one flash memory",
                     slot.size_bytes, slot.base);
}

Complaint check_emulator(const Board& board) {
  if (!board.emulator || board.emulator->kind != EmulatorKind::kQemu) return {};
  if (auto found = check_memory(board.emulator->memory, "/emulator/memory")) return found;
  if (board.serial.baud == 0) return "/board/serial/baud: a line of QEMU needs a rate";
  if (board.chip.memory.empty()) return "/chip/memory: a chip in QEMU needs memory";
  const Emulator& emulator = *board.emulator;
  if (emulator.probe == ProbeModel::kNone) return {};
  if (board.chip.openocd_target.empty()) {
    return "/emulator/probe: a chip with a debug port needs chip.openocd_target";
  }
  if (emulator.debug_port_id == 0 || emulator.access_port_id == 0) {
    return "/emulator/probe: a debug port needs debug_port_id and access_port_id";
  }
  return {};
}

}  // namespace

std::optional<std::string> contradiction_in(const Board& board) {
  for (const auto check : {check_chip, check_serial, check_model_slot, check_emulator}) {
    if (auto found = check(board)) return found;
  }
  return {};
}

}  // namespace hil::boards
