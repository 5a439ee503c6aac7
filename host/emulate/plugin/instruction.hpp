// SPDX-License-Identifier: MIT
// What an instruction of Arm's M-profile or RISC-V is, from its bytes; a part of power_meter.cpp.
#pragma once

#include <cstdint>

namespace hil_plugin {

/// Kinds of instructions; every one is of exactly one kind.
enum Kind : unsigned { kOther, kLoadStore, kMultiply, kFloat, kBranch, kVector, kKinds };

struct Instruction {
  Kind kind = kOther;
  bool magic = false;
  bool sleeps = false;
  bool may_leave = false;  ///< it may touch a device, and QEMU then leaves the block behind it
};

inline Kind thumb16(std::uint32_t h) {
  if ((h & 0xF800u) == 0x4800u || (h >= 0x5000u && h < 0xA000u)) return kLoadStore;
  if ((h & 0xFE00u) == 0xB400u || (h & 0xFE00u) == 0xBC00u) return kLoadStore;  // PUSH, POP
  if ((h & 0xF000u) == 0xC000u) return kLoadStore;                              // LDM, STM
  if ((h & 0xFFC0u) == 0x4340u) return kMultiply;
  if ((h & 0xFF00u) == 0x4700u || (h & 0xF500u) == 0xB100u) return kBranch;  // BX, BLX; CBZ, CBNZ
  if ((h & 0xF000u) == 0xD000u && (h & 0x0E00u) != 0x0E00u) return kBranch;
  if ((h & 0xF800u) == 0xE000u) return kBranch;
  return kOther;
}

/// Coprocessors 10 and 11 are the FPU; all other such encodings belong to MVE. Loads and stores of
/// the FPU are loads and stores, MVE's are its own.
inline Kind thumb_coprocessor(std::uint32_t first, std::uint32_t second) {
  if ((first & 0x0F00u) == 0x0F00u) return kVector;
  if ((second & 0x0E00u) != 0x0A00u) return kVector;
  return (first & 0x0E00u) == 0x0C00u ? kLoadStore : kFloat;
}

inline Kind thumb32(std::uint32_t first, std::uint32_t second) {
  if ((first & 0xEC00u) == 0xEC00u) return thumb_coprocessor(first, second);
  if ((first & 0xFFF0u) == 0xE8D0u && (second & 0xFFE0u) == 0xF000u) return kBranch;  // TBB, TBH
  if ((first & 0xFE00u) == 0xE800u || (first & 0xFE00u) == 0xF800u) return kLoadStore;
  if ((first & 0xFE00u) == 0xFA00u) return (first & 0x0100u) != 0 ? kMultiply : kOther;
  if ((first & 0xF800u) == 0xF000u && (second & 0x8000u) != 0) {
    const bool system = (second & 0xD000u) == 0x8000u && (first & 0x0380u) == 0x0380u;
    return system ? kOther : kBranch;
  }
  return kOther;
}

inline Instruction thumb(std::uint32_t first, std::uint32_t second, bool wide) {
  Instruction one;
  one.kind = wide ? thumb32(first, second) : thumb16(first);
  one.magic = !wide && first == 0x46C9u;
  one.sleeps = wide ? first == 0xF3AFu && second == 0x8003u : first == 0xBF30u;
  one.may_leave = one.kind == kLoadStore || one.kind == kVector || one.kind == kBranch;
  return one;
}

inline Kind compressed(std::uint32_t h) {
  const std::uint32_t function = h >> 13;
  const bool high = function == 4;  // with quadrant 2: jr, jalr, mv, add, ebreak
  switch (h & 3u) {
    case 0:
      return function == 0 || high ? kOther : kLoadStore;
    case 1:
      return function == 1 || function >= 5 ? kBranch : kOther;
    default:
      if (high) return (h & 0x7Cu) == 0 && (h & 0xF80u) != 0 ? kBranch : kOther;
      return function == 0 ? kOther : kLoadStore;
  }
}

inline Kind riscv32(std::uint32_t word) {
  switch (word & 0x7Fu) {
    case 0x03:  // loads, stores, those of the FPU, atomics
    case 0x23:
    case 0x07:
    case 0x27:
    case 0x2F:
      return kLoadStore;
    case 0x33:
    case 0x3B:
      return word >> 25 == 1 ? kMultiply : kOther;
    case 0x63:
    case 0x67:
    case 0x6F:
      return kBranch;
    case 0x43:
    case 0x47:
    case 0x4B:
    case 0x4F:
    case 0x53:
      return kFloat;
    case 0x57:
      return kVector;
    default:
      return kOther;
  }
}

inline Instruction riscv(std::uint32_t word, bool wide) {
  Instruction one;
  one.kind = wide ? riscv32(word) : compressed(word & 0xFFFFu);
  one.magic = wide && word == 0x4890'2013u;
  one.sleeps = wide && word == 0x1050'0073u;
  one.may_leave = one.kind == kLoadStore || one.kind == kVector || (word & 0x7Fu) == 0x73u;
  return one;
}

}  // namespace hil_plugin
