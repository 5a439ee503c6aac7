// SPDX-License-Identifier: Apache-2.0
// 16-bit instructions that compute (DDI 0403E, A5.2.1 to A5.2.5).
#include "host/emulate/probe/thumb/interpreter.hpp"

namespace hil::emulate::thumb {

Result<Outcome> Interpreter::shift_immediate(Op op) {
  const auto type = static_cast<Shift>(op >> 11 & 3U);
  const std::uint32_t amount = immediate_amount(type, op >> 6 & 31U);
  set_result(op & 7U, shift(state.r[op >> 3 & 7U], type, amount, state.c), !in_it());
  return Outcome::kDone;
}

Result<Outcome> Interpreter::add_subtract_three(Op op) {
  const std::uint32_t field = op >> 6 & 7U;
  const std::uint32_t b = bit(op, 10) ? field : state.r[field];
  const bool subtract = bit(op, 9);
  state.r[op & 7U] = add_flags(state.r[op >> 3 & 7U], subtract ? ~b : b, subtract, !in_it());
  return Outcome::kDone;
}

Result<Outcome> Interpreter::immediate8(Op op) {
  const std::uint32_t d = op >> 8 & 7U;
  const std::uint32_t value = op & 0xFFU;
  switch (op >> 11 & 3U) {
    case 0:  // MOV
      set_result(d, {value, state.c}, !in_it());
      break;
    case 1:  // CMP
      add_flags(state.r[d], ~value, true, true);
      break;
    case 2:  // ADD
      state.r[d] = add_flags(state.r[d], value, false, !in_it());
      break;
    default:  // SUB
      state.r[d] = add_flags(state.r[d], ~value, true, !in_it());
  }
  return Outcome::kDone;
}

Result<Outcome> Interpreter::shift_register(Op op) {
  const std::uint32_t d = op & 7U;
  const std::uint32_t operation = op >> 6 & 0xFU;
  const Shift type = operation == 2   ? Shift::kLsl
                     : operation == 3 ? Shift::kLsr
                     : operation == 4 ? Shift::kAsr
                                      : Shift::kRor;
  set_result(d, shift(state.r[d], type, state.r[op >> 3 & 7U] & 0xFFU, state.c), !in_it());
  return Outcome::kDone;
}

Result<Outcome> Interpreter::register_operation(Op op) {
  const std::uint32_t d = op & 7U;
  const std::uint32_t a = state.r[d];
  const std::uint32_t b = state.r[op >> 3 & 7U];
  const bool flags = !in_it();
  switch (op >> 6 & 0xFU) {
    case 0:  // AND
      set_result(d, {a & b, state.c}, flags);
      break;
    case 1:  // EOR
      set_result(d, {a ^ b, state.c}, flags);
      break;
    case 5:  // ADC
      state.r[d] = add_flags(a, b, state.c, flags);
      break;
    case 6:  // SBC
      state.r[d] = add_flags(a, ~b, state.c, flags);
      break;
    case 8:  // TST
      set_nz(a & b);
      break;
    case 9:  // RSB from 0
      state.r[d] = add_flags(0, ~b, true, flags);
      break;
    case 10:  // CMP
      add_flags(a, ~b, true, true);
      break;
    case 11:  // CMN
      add_flags(a, b, false, true);
      break;
    case 12:  // ORR
      set_result(d, {a | b, state.c}, flags);
      break;
    case 13:  // MUL
      set_result(d, {a * b, state.c}, flags);
      break;
    case 14:  // BIC
      set_result(d, {a & ~b, state.c}, flags);
      break;
    case 15:  // MVN
      set_result(d, {~b, state.c}, flags);
      break;
    default:
      return Outcome::kUnknown;  // the shifts have rows of their own
  }
  return Outcome::kDone;
}

Result<Outcome> Interpreter::add_high(Op op) {
  const std::uint32_t d = (op & 7U) | (op >> 4 & 8U);
  set_reg(d, reg(d) + reg(op >> 3 & 0xFU));
  return Outcome::kDone;
}

Result<Outcome> Interpreter::compare_high(Op op) {
  const std::uint32_t n = (op & 7U) | (op >> 4 & 8U);
  add_flags(reg(n), ~reg(op >> 3 & 0xFU), true, true);
  return Outcome::kDone;
}

Result<Outcome> Interpreter::move_high(Op op) {
  set_reg((op & 7U) | (op >> 4 & 8U), reg(op >> 3 & 0xFU));
  return Outcome::kDone;
}

Result<Outcome> Interpreter::address_of_pc(Op op) {
  state.r[op >> 8 & 7U] = aligned_pc() + (op & 0xFFU) * 4;
  return Outcome::kDone;
}

Result<Outcome> Interpreter::address_of_sp(Op op) {
  state.r[op >> 8 & 7U] = state.r[13] + (op & 0xFFU) * 4;
  return Outcome::kDone;
}

Result<Outcome> Interpreter::adjust_sp(Op op) {
  const std::uint32_t size = (op & 0x7FU) * 4;
  state.r[13] = bit(op, 7) ? state.r[13] - size : state.r[13] + size;
  return Outcome::kDone;
}

Result<Outcome> Interpreter::extend(Op op) {
  const std::uint32_t value = state.r[op >> 3 & 7U];
  const unsigned bits = bit(op, 6) ? 8 : 16;
  const bool sign = !bit(op, 7);
  state.r[op & 7U] = sign ? sign_extend(value, bits) : value & ((1U << bits) - 1);
  return Outcome::kDone;
}

Result<Outcome> Interpreter::reverse(Op op) {
  const std::uint32_t value = state.r[op >> 3 & 7U];
  const std::uint32_t swapped = (value >> 8 & 0x00FF'00FFU) | (value << 8 & 0xFF00'FF00U);
  const std::uint32_t d = op & 7U;
  switch (op >> 6 & 3U) {
    case 0:  // REV
      state.r[d] = swapped >> 16 | swapped << 16;
      break;
    case 1:  // REV16
      state.r[d] = swapped;
      break;
    default:  // REVSH
      state.r[d] = sign_extend(swapped, 16);
  }
  return Outcome::kDone;
}

}  // namespace hil::emulate::thumb
