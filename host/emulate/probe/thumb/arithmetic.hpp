// SPDX-License-Identifier: Apache-2.0
// The arithmetic of Thumb instructions: pure functions of the ARMv7-M manual's pseudocode.
#pragma once

#include <cstdint>

namespace hil::emulate::thumb {

// Section numbers are those of the ARMv7-M Architecture Reference Manual, DDI 0403E.

struct Sum {
  std::uint32_t value = 0;
  bool carry = false;
  bool overflow = false;
};

/// AddWithCarry (A2.2.1).
constexpr Sum add(std::uint32_t a, std::uint32_t b, bool carry) {
  const std::uint64_t wide = std::uint64_t{a} + b + (carry ? 1U : 0U);
  const auto value = static_cast<std::uint32_t>(wide);
  return {value, wide >> 32 != 0, ((~(a ^ b) & (a ^ value)) >> 31) != 0};
}

struct Shifted {
  std::uint32_t value = 0;
  bool carry = false;
};

/// The `type` field of a shift.
enum class Shift : std::uint8_t { kLsl = 0, kLsr = 1, kAsr = 2, kRor = 3 };

constexpr bool bit(std::uint32_t value, std::uint32_t number) {
  return (value >> number & 1U) != 0;
}

/// Shift_C (A7.4.2) by @p amount bits, 0 to 255; by 0 nothing changes.
constexpr Shifted shift(std::uint32_t value, Shift type, std::uint32_t amount, bool carry) {
  if (amount == 0) return {value, carry};
  switch (type) {
    case Shift::kLsl:
      return {amount < 32 ? value << amount : 0, amount <= 32 && bit(value, 32 - amount)};
    case Shift::kLsr:
      return {amount < 32 ? value >> amount : 0, amount <= 32 && bit(value, amount - 1)};
    case Shift::kAsr: {
      const std::uint32_t sign = bit(value, 31) ? 0xFFFF'FFFFU : 0;
      if (amount >= 32) return {sign, sign != 0};
      return {value >> amount | (sign << (32 - amount)), bit(value, amount - 1)};
    }
    case Shift::kRor:
      break;
  }
  const std::uint32_t turn = amount % 32;
  const std::uint32_t turned = turn == 0 ? value : value >> turn | value << (32 - turn);
  return {turned, bit(turned, 31)};
}

/// What an immediate shift's amount field means (DecodeImmShift, A7.4.2): 0 is 32 for LSR and ASR.
/// ROR by 0, which is RRX, is the caller's.
constexpr std::uint32_t immediate_amount(Shift type, std::uint32_t field) {
  return field == 0 && (type == Shift::kLsr || type == Shift::kAsr) ? 32 : field;
}

/// ThumbExpandImm_C (A5.3.2) of the 12 bits i:imm3:imm8.
constexpr Shifted expand_immediate(std::uint32_t imm12, bool carry) {
  const std::uint32_t byte = imm12 & 0xFF;
  switch (imm12 >> 8) {
    case 0:
      return {byte, carry};
    case 1:
      return {byte << 16 | byte, carry};
    case 2:
      return {byte << 24 | byte << 8, carry};
    case 3:
      return {byte << 24 | byte << 16 | byte << 8 | byte, carry};
    default:
      return shift(0x80 | (imm12 & 0x7F), Shift::kRor, imm12 >> 7, carry);
  }
}

/// @p value, whose sign is bit @p bits - 1, in 32 bits.
constexpr std::uint32_t sign_extend(std::uint32_t value, unsigned bits) {
  const std::uint32_t sign = 1U << (bits - 1);
  const std::uint32_t low = bits >= 32 ? value : value & ((1U << bits) - 1);
  return (low ^ sign) - sign;
}

}  // namespace hil::emulate::thumb
