// SPDX-License-Identifier: Apache-2.0
// Instructions that decide what runs next (DDI 0403E, A5.2.5, A5.2.6, A5.3.4).
#include "host/emulate/probe/thumb/interpreter.hpp"

namespace hil::emulate::thumb {

Result<Outcome> Interpreter::branch_exchange(Op op) {
  const std::uint32_t target = reg(op >> 3 & 0xFU);
  // Not to Thumb code, or the end of an exception, which a loader has not.
  if (!bit(target, 0) || target >= 0xF000'0000U) return Outcome::kUnknown;
  if (bit(op, 7)) state.r[14] = next_ | 1U;
  branch(target);
  return Outcome::kDone;
}

Result<Outcome> Interpreter::branch_if(Op op) {
  const std::uint32_t condition = op >> 8 & 0xFU;
  if (condition >= 14) return Outcome::kUnknown;  // UDF, SVC
  if (holds(condition)) branch(at_ + 4 + sign_extend(op << 1, 9));
  return Outcome::kDone;
}

Result<Outcome> Interpreter::branch_always(Op op) {
  branch(at_ + 4 + sign_extend(op << 1, 12));
  return Outcome::kDone;
}

Result<Outcome> Interpreter::compare_branch(Op op) {
  const bool zero = state.r[op & 7U] == 0;
  const bool wants_zero = !bit(op, 11);
  if (zero == wants_zero) branch(at_ + 4 + ((op >> 3 & 31U) << 1 | (op >> 9 & 1U) << 6));
  return Outcome::kDone;
}

Result<Outcome> Interpreter::breakpoint(Op /*op*/) {
  return Outcome::kBreakpoint;
}

Result<Outcome> Interpreter::if_then(Op op) {
  if ((op & 0xFU) == 0) return Outcome::kUnknown;  // a hint that waits
  state.it = static_cast<std::uint8_t>(op);
  return Outcome::kDone;
}

Result<Outcome> Interpreter::no_operation(Op /*op*/) {
  return Outcome::kDone;
}

Result<Outcome> Interpreter::wide_branch_if(Op op) {
  const std::uint32_t condition = op >> 22 & 0xFU;
  if (condition >= 14) return Outcome::kUnknown;  // system instructions
  const std::uint32_t offset = (op >> 26 & 1U) << 20 | (op >> 11 & 1U) << 19 |
                               (op >> 13 & 1U) << 18 | (op >> 16 & 0x3FU) << 12 |
                               (op & 0x7FFU) << 1;
  if (holds(condition)) branch(at_ + 4 + sign_extend(offset, 21));
  return Outcome::kDone;
}

Result<Outcome> Interpreter::wide_branch(Op op) {
  const std::uint32_t sign = op >> 26 & 1U;
  const std::uint32_t i1 = ~((op >> 13 & 1U) ^ sign) & 1U;
  const std::uint32_t i2 = ~((op >> 11 & 1U) ^ sign) & 1U;
  const std::uint32_t offset =
      sign << 24 | i1 << 23 | i2 << 22 | (op >> 16 & 0x3FFU) << 12 | (op & 0x7FFU) << 1;
  if (bit(op, 14)) state.r[14] = next_ | 1U;  // BL
  branch(at_ + 4 + sign_extend(offset, 25));
  return Outcome::kDone;
}

}  // namespace hil::emulate::thumb
