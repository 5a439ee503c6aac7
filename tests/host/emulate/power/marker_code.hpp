// SPDX-License-Identifier: Apache-2.0
// Small programs in machine code that leave markers for the power plugin, with known counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <vector>

namespace hil::emulate {

/// A program of 16-bit Thumb instructions for a machine whose memory begins at 0; straight-line
/// code, so that instructions are counted by counting half-words.
class ThumbCode {
 public:
  ThumbCode() {
    const std::uint32_t vectors[2] = {0x2001'0000, 0x41};
    for (int i = 0; i < 16; ++i) {
      const std::uint32_t word = i < 2 ? vectors[i] : 0x41;
      add({static_cast<std::uint16_t>(word), static_cast<std::uint16_t>(word >> 16)});
    }
  }
  void add(std::initializer_list<std::uint16_t> instructions) {
    code_.insert(code_.end(), instructions);
  }
  [[nodiscard]] std::size_t size() const { return code_.size(); }

  /// movs r4, #ticks; movs r7, #pins; movs r6, #0; mov r9, r9; ldrb r3, [r6]; ldrb r3, [r6, r7];
  /// 4 x (uxtb r3, r4; ldrb r3, [r6, r3]; lsrs r4, r4, #8); 4 x ldrb r3, [r6]
  void mark(std::uint8_t pins, std::uint8_t ticks) {
    add({static_cast<std::uint16_t>(0x2400 | ticks), static_cast<std::uint16_t>(0x2700 | pins)});
    add({0x2600, 0x46C9, 0x7833, 0x5DF3});
    for (int i = 0; i < 4; ++i)
      add({0xB2E3, 0x5CF3, 0x0A24});
    add({0x7833, 0x7833, 0x7833, 0x7833});
  }
  static constexpr std::size_t kMarkLoads = 10;
  /// Instructions of a mark behind its last load: none; and before it, that load included.
  static constexpr std::size_t kMarkInstructions = 22;

  /// wfi; b . - 1 instruction
  void sleep_for_ever() { add({0xBF30, 0xE7FD}); }

  void write(const std::filesystem::path& file) const {
    std::ofstream out(file, std::ios::binary);
    for (const std::uint16_t half : code_) {
      out.put(static_cast<char>(half & 0xFF));
      out.put(static_cast<char>(half >> 8));
    }
  }

 private:
  std::vector<std::uint16_t> code_;
};

/// A program of 32-bit RISC-V instructions for QEMU's machine "virt", whose code begins at
/// 0x80000000; t0 (x5) holds that address.
class RiscvCode {
 public:
  RiscvCode() { add({0x8000'02B7}); }  // lui t0, 0x80000
  void add(std::initializer_list<std::uint32_t> instructions) {
    code_.insert(code_.end(), instructions);
  }
  [[nodiscard]] std::size_t size() const { return code_.size(); }

  /// slti zero, zero, 0x489; lbu t1, 0(t0); lbu t1, pins(t0); 8 x lbu t1, byte(t0)
  void mark(std::uint32_t pins, std::uint64_t ticks) {
    add({0x4890'2013, load(0), load(pins)});
    for (unsigned i = 0; i < 8; ++i)
      add({load(static_cast<std::uint32_t>(ticks >> (8 * i) & 0xFF))});
  }
  static constexpr std::uint64_t kMarkInstructions = 11;

  /// lui t2, rounds / 4096; 1: addi t2, t2, -1; bnez t2, 1b
  /// @returns how many instructions that executes
  std::uint64_t loop(std::uint32_t rounds_by_4096) {
    add({rounds_by_4096 << 12 | 0x3B7, 0xFFF3'8393, 0xFE03'9EE3});
    return 1 + 2 * std::uint64_t{rounds_by_4096} * 4096;
  }
  /// Waits for a byte at the 16550 and takes it.
  /// lui t3, 0x10000; 1: lbu t1, 5(t3); andi t1, t1, 1; beqz t1, 1b; lbu t1, 0(t3)
  void await_byte() { add({0x1000'0E37, 0x005E'4303, 0x0013'7313, 0xFE03'0CE3, 0x000E'4303}); }
  /// jal zero, to the instruction number @p where
  void jump(std::size_t where) {
    const auto offset = static_cast<std::uint32_t>((where - code_.size()) * 4);
    add({(offset >> 20 & 1) << 31 | (offset >> 1 & 0x3FF) << 21 | (offset >> 11 & 1) << 20 |
         (offset >> 12 & 0xFF) << 12 | 0x6F});
  }

  void write(const std::filesystem::path& file) const {
    std::ofstream out(file, std::ios::binary);
    for (const std::uint32_t word : code_) {
      for (int shift = 0; shift < 32; shift += 8)
        out.put(static_cast<char>(word >> shift & 0xFF));
    }
  }

 private:
  static std::uint32_t load(std::uint32_t offset) { return offset << 20 | 0x0002'C303; }

  std::vector<std::uint32_t> code_;
};

}  // namespace hil::emulate
