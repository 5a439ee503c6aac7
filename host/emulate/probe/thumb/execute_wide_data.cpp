// SPDX-License-Identifier: Apache-2.0
// 32-bit instructions that compute (DDI 0403E, A5.3.1, A5.3.3, A5.3.11 to A5.3.17).
#include "host/emulate/probe/thumb/interpreter.hpp"

namespace hil::emulate::thumb {
namespace {

/// SP and PC as an operand or result are unpredictable in most instructions.
bool is_general(std::uint32_t number) {
  return number != 13 && number != 15;
}

std::uint32_t imm12_of(std::uint32_t op) {
  return (op >> 26 & 1U) << 11 | (op >> 12 & 7U) << 8 | (op & 0xFFU);
}

}  // namespace

Outcome Interpreter::data_operation(Op operation, std::uint32_t n, std::uint32_t d, Shifted operand,
                                    bool flags) {
  const bool test = d == 15 && flags;  // TST, TEQ, CMN, CMP: the result is thrown away
  const bool from_nothing = n == 15 && (operation == 2 || operation == 3);  // MOV, MVN
  if ((d == 15 && !test) || (n == 15 && !from_nothing)) return Outcome::kUnknown;
  const std::uint32_t a = from_nothing ? 0 : state.r[n];
  const std::uint32_t b = operand.value;
  std::uint32_t result = 0;
  bool logical = true;
  switch (operation) {
    case 0:  // AND, TST
      result = a & b;
      break;
    case 1:  // BIC
      result = a & ~b;
      break;
    case 2:  // ORR, MOV
      result = a | b;
      break;
    case 3:  // ORN, MVN
      result = from_nothing ? ~b : a | ~b;
      break;
    case 4:  // EOR, TEQ
      result = a ^ b;
      break;
    case 8:   // ADD, CMN
    case 10:  // ADC
      result = add_flags(a, b, operation == 10 && state.c, flags);
      logical = false;
      break;
    case 11:  // SBC
    case 13:  // SUB, CMP
      result = add_flags(a, ~b, operation == 13 || state.c, flags);
      logical = false;
      break;
    case 14:  // RSB
      result = add_flags(~a, b, true, flags);
      logical = false;
      break;
    default:
      return Outcome::kUnknown;
  }
  const bool may_test = operation == 0 || operation == 4 || operation == 8 || operation == 13;
  if (test && !may_test) return Outcome::kUnknown;
  if (logical && flags) {
    set_nz(result);
    state.c = operand.carry;
  }
  if (!test) state.r[d] = result;
  return Outcome::kDone;
}

Result<Outcome> Interpreter::wide_modified_immediate(Op op) {
  return data_operation(op >> 21 & 0xFU, op >> 16 & 0xFU, op >> 8 & 0xFU,
                        expand_immediate(imm12_of(op), state.c), bit(op, 20));
}

Result<Outcome> Interpreter::wide_shifted_register(Op op) {
  const auto type = static_cast<Shift>(op >> 4 & 3U);
  const std::uint32_t field = (op >> 12 & 7U) << 2 | (op >> 6 & 3U);
  const std::uint32_t m = state.r[op & 0xFU];
  if ((op & 0xFU) == 15) return Outcome::kUnknown;
  const bool rotate_extended = type == Shift::kRor && field == 0;  // RRX
  const Shifted operand = rotate_extended ? Shifted{m >> 1 | (state.c ? 1U << 31 : 0), bit(m, 0)}
                                          : shift(m, type, immediate_amount(type, field), state.c);
  return data_operation(op >> 21 & 0xFU, op >> 16 & 0xFU, op >> 8 & 0xFU, operand, bit(op, 20));
}

Result<Outcome> Interpreter::wide_add_immediate(Op op) {
  const std::uint32_t n = op >> 16 & 0xFU;
  const std::uint32_t d = op >> 8 & 0xFU;
  if (d == 15) return Outcome::kUnknown;
  const std::uint32_t a = n == 15 ? aligned_pc() : state.r[n];
  state.r[d] = bit(op, 23) ? a - imm12_of(op) : a + imm12_of(op);
  return Outcome::kDone;
}

Result<Outcome> Interpreter::wide_move_immediate(Op op) {
  const std::uint32_t d = op >> 8 & 0xFU;
  if (!is_general(d)) return Outcome::kUnknown;
  const std::uint32_t value = (op >> 16 & 0xFU) << 12 | imm12_of(op);
  state.r[d] = bit(op, 23) ? (state.r[d] & 0xFFFFU) | value << 16 : value;
  return Outcome::kDone;
}

Result<Outcome> Interpreter::wide_bit_field(Op op) {
  const std::uint32_t n = op >> 16 & 0xFU;
  const std::uint32_t d = op >> 8 & 0xFU;
  const std::uint32_t lowest = (op >> 12 & 7U) << 2 | (op >> 6 & 3U);
  const std::uint32_t last = op & 31U;  // width - 1, or for BFI and BFC the highest bit
  const bool insert = (op >> 20 & 0xFU) == 6;
  const bool clear = insert && n == 15;
  if (!is_general(d) || (!is_general(n) && !clear)) return Outcome::kUnknown;
  if (insert ? last < lowest : lowest + last > 31) return Outcome::kUnknown;
  const std::uint32_t bits = insert ? last - lowest + 1 : last + 1;
  const std::uint32_t ones = bits == 32 ? 0xFFFF'FFFFU : (1U << bits) - 1;
  if (insert) {
    const std::uint32_t field = clear ? 0 : state.r[n] & ones;
    state.r[d] = (state.r[d] & ~(ones << lowest)) | field << lowest;
  } else {
    const std::uint32_t field = state.r[n] >> lowest & ones;
    state.r[d] = bit(op, 23) ? field : sign_extend(field, bits);
  }
  return Outcome::kDone;
}

Result<Outcome> Interpreter::wide_shift_register(Op op) {
  const std::uint32_t n = op >> 16 & 0xFU;
  const std::uint32_t d = op >> 8 & 0xFU;
  const std::uint32_t m = op & 0xFU;
  if (!is_general(n) || !is_general(d) || !is_general(m)) return Outcome::kUnknown;
  const auto type = static_cast<Shift>(op >> 21 & 3U);
  set_result(d, shift(state.r[n], type, state.r[m] & 0xFFU, state.c), bit(op, 20));
  return Outcome::kDone;
}

Result<Outcome> Interpreter::wide_extend(Op op) {
  const std::uint32_t d = op >> 8 & 0xFU;
  const std::uint32_t m = op & 0xFU;
  if (!is_general(d) || !is_general(m)) return Outcome::kUnknown;
  const std::uint32_t value = shift(state.r[m], Shift::kRor, (op >> 4 & 3U) * 8, false).value;
  const unsigned bits = bit(op, 22) ? 8 : 16;
  state.r[d] = bit(op, 20) ? value & ((1U << bits) - 1) : sign_extend(value, bits);
  return Outcome::kDone;
}

Result<Outcome> Interpreter::wide_multiply(Op op) {
  const std::uint32_t n = op >> 16 & 0xFU;
  const std::uint32_t a = op >> 12 & 0xFU;  // 15: nothing is added
  const std::uint32_t d = op >> 8 & 0xFU;
  const std::uint32_t m = op & 0xFU;
  const bool subtract = bit(op, 4);  // MLS
  if (!is_general(n) || !is_general(d) || !is_general(m)) return Outcome::kUnknown;
  if (a == 13 || (a == 15 && subtract)) return Outcome::kUnknown;
  const std::uint32_t product = state.r[n] * state.r[m];
  const std::uint32_t added = a == 15 ? 0 : state.r[a];
  state.r[d] = subtract ? added - product : added + product;
  return Outcome::kDone;
}

Result<Outcome> Interpreter::wide_multiply_long(Op op) {
  const std::uint32_t n = op >> 16 & 0xFU;
  const std::uint32_t low = op >> 12 & 0xFU;
  const std::uint32_t high = op >> 8 & 0xFU;
  const std::uint32_t m = op & 0xFU;
  if (!is_general(n) || !is_general(m) || !is_general(low) || !is_general(high) || low == high) {
    return Outcome::kUnknown;
  }
  const std::uint64_t product =
      bit(op, 21) ? std::uint64_t{state.r[n]} * state.r[m]
                  : static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(state.r[n])} *
                                               static_cast<std::int32_t>(state.r[m]));
  state.r[low] = static_cast<std::uint32_t>(product);
  state.r[high] = static_cast<std::uint32_t>(product >> 32);
  return Outcome::kDone;
}

Result<Outcome> Interpreter::wide_divide(Op op) {
  const std::uint32_t n = op >> 16 & 0xFU;
  const std::uint32_t d = op >> 8 & 0xFU;
  const std::uint32_t m = op & 0xFU;
  if (!is_general(n) || !is_general(d) || !is_general(m)) return Outcome::kUnknown;
  const std::uint32_t by = state.r[m];
  if (by == 0) {
    state.r[d] = 0;  // without the trap, which is off after reset
  } else if (bit(op, 21)) {
    state.r[d] = state.r[n] / by;
  } else {
    const std::int64_t quotient =
        std::int64_t{static_cast<std::int32_t>(state.r[n])} / static_cast<std::int32_t>(by);
    state.r[d] = static_cast<std::uint32_t>(quotient);
  }
  return Outcome::kDone;
}

Result<Outcome> Interpreter::wide_count_zeros(Op op) {
  const std::uint32_t d = op >> 8 & 0xFU;
  const std::uint32_t m = op & 0xFU;
  if (!is_general(d) || !is_general(m) || (op >> 16 & 0xFU) != m) return Outcome::kUnknown;
  std::uint32_t zeros = 0;
  while (zeros < 32 && !bit(state.r[m], 31 - zeros))
    ++zeros;
  state.r[d] = zeros;
  return Outcome::kDone;
}

}  // namespace hil::emulate::thumb
