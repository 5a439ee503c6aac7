// SPDX-License-Identifier: Apache-2.0
// Segments against memories, vector tables against sense.
#include "host/flash/fit.hpp"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace hil::flash {
namespace {

using boards::Memory;
using boards::MemoryKind;

/// e_machine of programs for @p core; EM_NONE if any may be right.
std::uint16_t machine_of(std::string_view core) {
  if (core.substr(0, 8) == "cortex-m") return EM_ARM;
  if (core.substr(0, 2) == "rv") return EM_RISCV;
  return EM_NONE;
}

Status check_machine(const boards::Board& board, const Image& image) {
  const std::uint16_t expected = machine_of(board.chip.core);
  if (image.elf_machine == EM_NONE || expected == EM_NONE || image.elf_machine == expected)
    return {};
  return Error{
      Blame::kUser,
      fmt::format("the image is for another processor (ELF machine {}, but the {} of {} is "
                  "machine {})",
                  image.elf_machine, board.chip.core, board.id, expected),
      "give an image that was built for this board"};
}

std::string memories_of(const boards::Chip& chip) {
  std::string text;
  for (const Memory& memory : chip.memory) {
    text += fmt::format("{}{} 0x{:08x} to 0x{:08x}", text.empty() ? "" : ", ", memory.name,
                        memory.base, std::uint64_t{memory.base} + memory.size_bytes - 1);
  }
  return text;
}

/// What is wrong with @p segment, which lies in no memory as a whole.
Error no_place(const boards::Board& board, const Segment& segment) {
  for (const Memory& memory : board.chip.memory) {
    if (!memory.holds(segment.address, 1)) continue;
    const std::uint64_t end = std::uint64_t{memory.base} + memory.size_bytes;
    return {
        Blame::kUser,
        fmt::format("the image is too large for {}: its {} bytes at 0x{:08x} end {} bytes behind "
                    "the end of {} ({} bytes at 0x{:08x})",
                    board.id, segment.bytes.size(), segment.address, segment.end() - end,
                    memory.name, memory.size_bytes, memory.base),
        "build a smaller one, or choose a larger board"};
  }
  return {Blame::kUser,
          fmt::format("the image has {} bytes at 0x{:08x}, where {} has no memory",
                      segment.bytes.size(), segment.address, board.id),
          fmt::format("give an image that was built for this board ({})", memories_of(board.chip))};
}

/// Adds up what goes where.
Status place(const boards::Board& board, const Segment& segment,
             std::vector<std::uint64_t>& bytes) {
  const std::vector<Memory>& memories = board.chip.memory;
  const auto memory = std::find_if(memories.begin(), memories.end(), [&](const Memory& one) {
    return one.holds(segment.address, segment.bytes.size());
  });
  if (memory == memories.end()) return no_place(board, segment);
  if (memory->kind == MemoryKind::kRam && !is_ram_chip(board.chip)) {
    return Error{
        Blame::kUser,
        fmt::format("the image has {} bytes at 0x{:08x} in {}, which is RAM and forgets them",
                    segment.bytes.size(), segment.address, memory->name),
        "link it so that everything is loaded from flash"};
  }
  bytes[static_cast<std::size_t>(memory - memories.begin())] += segment.bytes.size();
  return {};
}

bool is_stack_top(const boards::Chip& chip, std::uint32_t address) {
  // The stack grows down from it: it may be the first address behind a memory.
  return address % 4 == 0 &&
         std::any_of(chip.memory.begin(), chip.memory.end(), [&](const Memory& memory) {
           return memory.kind == MemoryKind::kRam && address > memory.base &&
                  address <= std::uint64_t{memory.base} + memory.size_bytes;
         });
}

/// The first two words of a vector table: initial stack pointer and reset handler (Armv7-M
/// Architecture Reference Manual, B1.5.3).
void check_vectors(const boards::Board& board, const Image& image, Fit& fit) {
  const auto table = vector_table_of(board.chip);
  if (!table) return;
  const auto words = image.find(*table, 8);
  if (words.empty()) {
    fit.doubts.push_back(
        fmt::format("nothing of it is at 0x{:08x}, where {} looks for its vector "
                    "table after a reset",
                    *table, board.id));
    return;
  }
  std::uint32_t stack = 0;
  std::uint32_t reset = 0;
  std::memcpy(&stack, words.data(), 4);
  std::memcpy(&reset, words.data() + 4, 4);
  if (!is_stack_top(board.chip, stack)) {
    fit.doubts.push_back(
        fmt::format("its initial stack pointer 0x{:08x} is no end of a stack in RAM", stack));
  }
  if (reset % 2 == 0) {
    fit.doubts.push_back(fmt::format("its reset vector 0x{:08x} is even: no Thumb code", reset));
  } else if (image.find(reset - 1, 2).empty()) {
    fit.doubts.push_back(fmt::format("its reset vector 0x{:08x} points out of it", reset));
  }
}

}  // namespace

bool is_ram_chip(const boards::Chip& chip) {
  return std::none_of(chip.memory.begin(), chip.memory.end(),
                      [](const Memory& one) { return one.kind == MemoryKind::kFlash; });
}

std::optional<std::uint64_t> vector_table_of(const boards::Chip& chip) {
  if (machine_of(chip.core) != EM_ARM) return std::nullopt;
  if (chip.ram_vectors) return *chip.ram_vectors;
  for (const Memory& memory : chip.memory) {
    if (memory.kind == MemoryKind::kFlash) return memory.base;
  }
  return std::nullopt;
}

Result<Fit> check_fit(const boards::Board& board, const Image& image) {
  if (board.chip.memory.empty()) {
    return Error{Blame::kConfig,
                 fmt::format("{} has no memory that an image could be written to", board.id),
                 "its agent is a program of this machine and needs no flashing"};
  }
  HIL_TRY(check_machine(board, image));
  std::vector<std::uint64_t> bytes(board.chip.memory.size());
  for (const Segment& segment : image.segments)
    HIL_TRY(place(board, segment, bytes));
  Fit fit;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const Memory& memory = board.chip.memory[i];
    if (bytes[i] > 0) fit.uses.push_back({memory.name, bytes[i], memory.size_bytes});
  }
  check_vectors(board, image, fit);
  return fit;
}

}  // namespace hil::flash
