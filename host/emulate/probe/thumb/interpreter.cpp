// SPDX-License-Identifier: Apache-2.0
// Interpreter: fetch, condition, and what all instructions share.
#include "host/emulate/probe/thumb/interpreter.hpp"

#include "host/emulate/probe/thumb/decoder.hpp"

namespace hil::emulate::thumb {
namespace {

/// The bits of an xPSR that State holds: flags, and ITSTATE in 26:25 and 15:10.
constexpr std::uint32_t kFlags = 0xF000'0000;
constexpr std::uint32_t kIt = 0x0600'FC00;

}  // namespace

void State::set_xpsr(std::uint32_t xpsr) {
  n = bit(xpsr, 31);
  z = bit(xpsr, 30);
  c = bit(xpsr, 29);
  v = bit(xpsr, 28);
  it = static_cast<std::uint8_t>((xpsr >> 25 & 3U) | (xpsr >> 8 & 0xFCU));
}

std::uint32_t State::xpsr(std::uint32_t xpsr) const {
  const std::uint32_t flags =
      (n ? 1U << 31 : 0) | (z ? 1U << 30 : 0) | (c ? 1U << 29 : 0) | (v ? 1U << 28 : 0);
  const std::uint32_t its = (it & 3U) << 25 | (it & 0xFCU) << 8;
  return (xpsr & ~(kFlags | kIt)) | flags | its;
}

Result<Outcome> Interpreter::step() {
  at_ = state.r[15];
  HIL_ASSIGN(const std::uint32_t first, memory_.read(at_, 2));
  const bool wide = first >= 0xE800;
  instruction_ = first;
  if (wide) {
    HIL_ASSIGN(const std::uint32_t second, memory_.read(at_ + 2, 2));
    instruction_ = first << 16 | second;
  }
  next_ = at_ + (wide ? 4 : 2);
  const State before = state;
  HIL_ASSIGN(const Outcome outcome, execute());
  if (outcome == Outcome::kDone) {
    state.r[15] = next_;
    state.r[13] &= ~3U;  // its lowest bits are always 0
  } else {
    state = before;
  }
  return outcome;
}

Result<Outcome> Interpreter::execute() {
  const Decoder::Row* row = Decoder::find(instruction_, instruction_ > 0xFFFF);
  if (row == nullptr) return Outcome::kUnknown;
  if (!in_it()) return (this->*row->run)(instruction_);
  const bool last = (state.it & 0xF) == 8;
  if (row->in_it == InIt::kNever || (row->in_it == InIt::kLast && !last)) return Outcome::kUnknown;
  // BKPT stops whatever the condition is (A7.7.17).
  const bool wanted = holds(state.it >> 4) || (instruction_ & 0xFFFF'FF00) == 0xBE00;
  const std::uint32_t following = next_;
  Outcome outcome = Outcome::kDone;
  if (wanted) {
    HIL_ASSIGN(outcome, (this->*row->run)(instruction_));
  }
  if (next_ != following && !last) return Outcome::kUnknown;  // a load or sum went to the PC
  advance_it();
  return outcome;
}

void Interpreter::advance_it() {
  const std::uint32_t it = state.it;
  const std::uint32_t rest = (it & 7U) == 0 ? 0 : (it & 0xE0U) | (it << 1 & 0x1FU);
  state.it = static_cast<std::uint8_t>(rest);
}

bool Interpreter::holds(std::uint32_t condition) const {
  bool result = true;
  switch (condition >> 1) {
    case 0:
      result = state.z;
      break;
    case 1:
      result = state.c;
      break;
    case 2:
      result = state.n;
      break;
    case 3:
      result = state.v;
      break;
    case 4:
      result = state.c && !state.z;
      break;
    case 5:
      result = state.n == state.v;
      break;
    case 6:
      result = state.n == state.v && !state.z;
      break;
    default:
      return true;
  }
  return (condition & 1U) != 0 ? !result : result;
}

std::uint32_t Interpreter::reg(std::uint32_t number) const {
  return number == 15 ? at_ + 4 : state.r[number];
}

void Interpreter::set_reg(std::uint32_t number, std::uint32_t value) {
  if (number == 15) {
    branch(value);
  } else {
    state.r[number] = value;
  }
}

void Interpreter::set_nz(std::uint32_t value) {
  state.n = bit(value, 31);
  state.z = value == 0;
}

std::uint32_t Interpreter::add_flags(std::uint32_t a, std::uint32_t b, bool carry, bool flags) {
  const Sum sum = add(a, b, carry);
  if (flags) {
    set_nz(sum.value);
    state.c = sum.carry;
    state.v = sum.overflow;
  }
  return sum.value;
}

void Interpreter::set_result(std::uint32_t d, Shifted result, bool flags) {
  state.r[d] = result.value;
  if (!flags) return;
  set_nz(result.value);
  state.c = result.carry;
}

}  // namespace hil::emulate::thumb
