// SPDX-License-Identifier: Apache-2.0
// Instructions that load and store (DDI 0403E, A5.2.4, A5.2.5, A5.3.5 to A5.3.10).
#include "host/emulate/probe/thumb/interpreter.hpp"

namespace hil::emulate::thumb {

Result<Outcome> Interpreter::load(std::uint32_t t, std::uint32_t address, unsigned size,
                                  bool sign) {
  HIL_ASSIGN(const std::uint32_t value, memory_.read(address, size));
  return set_loaded(t, sign ? sign_extend(value, 8 * size) : value);
}

Outcome Interpreter::set_loaded(std::uint32_t t, std::uint32_t value) {
  // To ARM state, or the end of an exception: neither is for a loader.
  if (t == 15 && (!bit(value, 0) || value >= 0xF000'0000U)) return Outcome::kUnknown;
  set_reg(t, value);
  return Outcome::kDone;
}

Status Interpreter::store_list(std::uint32_t list, std::uint32_t address) {
  for (std::uint32_t i = 0; i < 16; ++i) {
    if (!bit(list, i)) continue;
    HIL_TRY(memory_.write(address, state.r[i], 4));
    address += 4;
  }
  return {};
}

Result<Outcome> Interpreter::load_list(std::uint32_t list, std::uint32_t address) {
  for (std::uint32_t i = 0; i < 16; ++i) {
    if (!bit(list, i)) continue;
    HIL_ASSIGN(const std::uint32_t value, memory_.read(address, 4));
    if (set_loaded(i, value) == Outcome::kUnknown) return Outcome::kUnknown;
    address += 4;
  }
  return Outcome::kDone;
}

namespace {

/// Several values at once have to be aligned to words on all cores.
bool is_word(std::uint32_t address) {
  return address % 4 == 0;
}

std::uint32_t list_bytes(std::uint32_t list) {
  std::uint32_t bytes = 0;
  for (; list != 0; list &= list - 1)
    bytes += 4;
  return bytes;
}

}  // namespace

Result<Outcome> Interpreter::load_literal(Op op) {
  return load(op >> 8 & 7U, aligned_pc() + (op & 0xFFU) * 4, 4, false);
}

Result<Outcome> Interpreter::register_offset(Op op) {
  const std::uint32_t t = op & 7U;
  const std::uint32_t address = state.r[op >> 3 & 7U] + state.r[op >> 6 & 7U];
  switch (op >> 9 & 7U) {
    case 0:  // STR
      HIL_TRY(memory_.write(address, state.r[t], 4));
      return Outcome::kDone;
    case 1:  // STRH
      HIL_TRY(memory_.write(address, state.r[t] & 0xFFFFU, 2));
      return Outcome::kDone;
    case 2:  // STRB
      HIL_TRY(memory_.write(address, state.r[t] & 0xFFU, 1));
      return Outcome::kDone;
    case 3:  // LDRSB
      return load(t, address, 1, true);
    case 4:  // LDR
      return load(t, address, 4, false);
    case 5:  // LDRH
      return load(t, address, 2, false);
    case 6:  // LDRB
      return load(t, address, 1, false);
    default:  // LDRSH
      return load(t, address, 2, true);
  }
}

Result<Outcome> Interpreter::immediate_offset(Op op) {
  const unsigned size = bit(op, 12) ? 1 : 4;
  const std::uint32_t t = op & 7U;
  const std::uint32_t address = state.r[op >> 3 & 7U] + (op >> 6 & 31U) * size;
  if (bit(op, 11)) return load(t, address, size, false);
  HIL_TRY(memory_.write(address, size == 1 ? state.r[t] & 0xFFU : state.r[t], size));
  return Outcome::kDone;
}

Result<Outcome> Interpreter::halfword_offset(Op op) {
  const std::uint32_t t = op & 7U;
  const std::uint32_t address = state.r[op >> 3 & 7U] + (op >> 6 & 31U) * 2;
  if (bit(op, 11)) return load(t, address, 2, false);
  HIL_TRY(memory_.write(address, state.r[t] & 0xFFFFU, 2));
  return Outcome::kDone;
}

Result<Outcome> Interpreter::sp_offset(Op op) {
  const std::uint32_t t = op >> 8 & 7U;
  const std::uint32_t address = state.r[13] + (op & 0xFFU) * 4;
  if (bit(op, 11)) return load(t, address, 4, false);
  HIL_TRY(memory_.write(address, state.r[t], 4));
  return Outcome::kDone;
}

Result<Outcome> Interpreter::push(Op op) {
  const std::uint32_t list = (op & 0xFFU) | (op << 6 & 0x4000U);  // bit 8 is LR
  if (list == 0 || !is_word(state.r[13])) return Outcome::kUnknown;
  const std::uint32_t address = state.r[13] - list_bytes(list);
  HIL_TRY(store_list(list, address));
  state.r[13] = address;
  return Outcome::kDone;
}

Result<Outcome> Interpreter::pop(Op op) {
  const std::uint32_t list = (op & 0xFFU) | (op << 7 & 0x8000U);  // bit 8 is PC
  if (list == 0 || !is_word(state.r[13])) return Outcome::kUnknown;
  const std::uint32_t address = state.r[13];
  state.r[13] += list_bytes(list);
  return load_list(list, address);
}

Result<Outcome> Interpreter::multiple(Op op) {
  const std::uint32_t n = op >> 8 & 7U;
  const std::uint32_t list = op & 0xFFU;
  const std::uint32_t address = state.r[n];
  const std::uint32_t after = address + list_bytes(list);
  if (list == 0 || !is_word(address)) return Outcome::kUnknown;
  if (bit(op, 11)) {  // LDM: a base register in the list is loaded, not written back
    state.r[n] = after;
    return load_list(list, address);
  }
  // STM: a base register in the list must be its lowest, and its old value is stored.
  if (bit(list, n) && (list & ((1U << n) - 1)) != 0) return Outcome::kUnknown;
  HIL_TRY(store_list(list, address));
  state.r[n] = after;
  return Outcome::kDone;
}

std::optional<Interpreter::Place> Interpreter::wide_place(Op op) const {
  const std::uint32_t n = op >> 16 & 0xFU;
  const std::uint32_t offset12 = op & 0xFFFU;
  const bool plus12 = bit(op, 23);
  if (n == 15) return Place{plus12 ? aligned_pc() + offset12 : aligned_pc() - offset12, {}};
  if (plus12) return Place{state.r[n] + offset12, {}};
  if (!bit(op, 11)) {  // a shifted register
    const std::uint32_t m = op & 0xFU;
    if ((op >> 6 & 31U) != 0 || m == 13 || m == 15) return std::nullopt;
    return Place{state.r[n] + (state.r[m] << (op >> 4 & 3U)), {}};
  }
  const bool indexed = bit(op, 10);
  const bool add = bit(op, 9);
  const bool write_back = bit(op, 8);
  const bool unprivileged = indexed && add && !write_back;
  if (unprivileged || (!indexed && !write_back)) return std::nullopt;
  const std::uint32_t moved = add ? state.r[n] + (op & 0xFFU) : state.r[n] - (op & 0xFFU);
  Place place{indexed ? moved : state.r[n], {}};
  if (write_back) place.new_base = moved;
  return place;
}

Result<Outcome> Interpreter::wide_single(Op op) {
  const std::uint32_t n = op >> 16 & 0xFU;
  const std::uint32_t t = op >> 12 & 0xFU;
  const unsigned size = 1U << (op >> 21 & 3U);
  const bool is_load = bit(op, 20);
  const bool sign = bit(op, 24);
  if (size == 8 || (sign && (!is_load || size == 4))) return Outcome::kUnknown;
  if (t == 15 && (!is_load || size != 4)) return Outcome::kUnknown;  // no store; else preloads
  const auto place = wide_place(op);
  if (!place || (n == 15 && !is_load) || (place->new_base && n == t)) return Outcome::kUnknown;
  if (is_load) {
    HIL_ASSIGN(const Outcome loaded, load(t, place->address, size, sign));
    if (loaded == Outcome::kUnknown) return loaded;
  } else {
    const std::uint32_t kept = size == 4 ? 0xFFFF'FFFFU : (1U << (8 * size)) - 1;
    HIL_TRY(memory_.write(place->address, state.r[t] & kept, size));
  }
  if (place->new_base) state.r[n] = *place->new_base;
  return Outcome::kDone;
}

Result<Outcome> Interpreter::wide_double(Op op) {
  const std::uint32_t n = op >> 16 & 0xFU;
  const std::uint32_t t = op >> 12 & 0xFU;
  const std::uint32_t t2 = op >> 8 & 0xFU;
  const bool indexed = bit(op, 24);
  const bool write_back = bit(op, 21);
  const bool is_load = bit(op, 20);
  const bool exclusive = !indexed && !write_back;
  const bool odd = t == 13 || t == 15 || t2 == 13 || t2 == 15 || (is_load && t == t2) ||
                   (write_back && (n == t || n == t2)) || (n == 15 && (write_back || !is_load));
  if (exclusive || odd) return Outcome::kUnknown;
  const std::uint32_t start = n == 15 ? aligned_pc() : state.r[n];
  const std::uint32_t offset = (op & 0xFFU) * 4;
  const std::uint32_t moved = bit(op, 23) ? start + offset : start - offset;
  const std::uint32_t address = indexed ? moved : start;
  if (!is_word(address)) return Outcome::kUnknown;
  if (is_load) {
    HIL_ASSIGN(const std::uint32_t first, memory_.read(address, 4));
    HIL_ASSIGN(const std::uint32_t second, memory_.read(address + 4, 4));
    state.r[t] = first;
    state.r[t2] = second;
  } else {
    HIL_TRY(memory_.write(address, state.r[t], 4));
    HIL_TRY(memory_.write(address + 4, state.r[t2], 4));
  }
  if (write_back) state.r[n] = moved;
  return Outcome::kDone;
}

Result<Outcome> Interpreter::wide_multiple(Op op) {
  const std::uint32_t n = op >> 16 & 0xFU;
  const std::uint32_t list = op & 0xFFFFU;
  const bool write_back = bit(op, 21);
  const bool is_load = bit(op, 20);
  const bool down = bit(op, 24);
  const bool both = (list & 0xC000U) == 0xC000U;  // LR and PC
  if (n == 15 || list_bytes(list) < 8 || both || (write_back && bit(list, n)) ||
      (!is_load && bit(list, 15))) {
    return Outcome::kUnknown;
  }
  const std::uint32_t start = state.r[n];
  const std::uint32_t moved = down ? start - list_bytes(list) : start + list_bytes(list);
  if (write_back) state.r[n] = moved;
  const std::uint32_t address = down ? moved : start;
  if (!is_word(address)) return Outcome::kUnknown;
  if (is_load) return load_list(list, address);
  HIL_TRY(store_list(list, address));
  return Outcome::kDone;
}

Result<Outcome> Interpreter::table_branch(Op op) {
  const std::uint32_t n = op >> 16 & 0xFU;
  const std::uint32_t m = op & 0xFU;
  if (n == 13 || m == 13 || m == 15) return Outcome::kUnknown;
  const bool halfwords = bit(op, 4);
  const std::uint32_t index = halfwords ? state.r[m] << 1 : state.r[m];
  HIL_ASSIGN(const std::uint32_t steps, memory_.read(reg(n) + index, halfwords ? 2 : 1));
  branch(at_ + 4 + 2 * steps);
  return Outcome::kDone;
}

}  // namespace hil::emulate::thumb
