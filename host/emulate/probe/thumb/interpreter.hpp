// SPDX-License-Identifier: Apache-2.0
// An interpreter of Thumb code: enough for flash loaders, and never a wrong result.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "host/base/result.hpp"
#include "host/emulate/probe/thumb/arithmetic.hpp"

namespace hil::emulate::thumb {

/// The core's registers; r[15] is the address of the next instruction.
struct State {
  std::array<std::uint32_t, 16> r{};
  bool n = false;
  bool z = false;
  bool c = false;
  bool v = false;
  std::uint8_t it = 0;  ///< ITSTATE (B1.4.2)

  /// From and to an xPSR's flags and ITSTATE. The other bits of @p xpsr are kept.
  void set_xpsr(std::uint32_t xpsr);
  [[nodiscard]] std::uint32_t xpsr(std::uint32_t xpsr) const;
};

/// Where code and data are.
class Memory {
 public:
  virtual ~Memory() = default;
  /// @p size is 1, 2 or 4 bytes; the value is little-endian.
  virtual Result<std::uint32_t> read(std::uint32_t address, unsigned size) = 0;
  virtual Status write(std::uint32_t address, std::uint32_t value, unsigned size) = 0;
};

enum class Outcome : std::uint8_t {
  kDone,        ///< the instruction did its work
  kBreakpoint,  ///< it is a BKPT; r[15] points to it
  kUnknown,     ///< it is not one of the known, or unpredictable; nothing was changed
};

/// Knows ARMv6-M and most of the integer instructions of ARMv7-M; not: system registers, exclusive
/// accesses, coprocessors, saturation. Unaligned loads and stores of one value work as on ARMv7-M.
class Interpreter {
 public:
  explicit Interpreter(Memory& memory) : memory_(memory) {}

  State state;

  /// Runs one instruction.
  ///   any error of the memory; the instruction may then be done in part
  Result<Outcome> step();

  /// The instruction that step() ran last: 16 bits, or 32 with the first half-word on top.
  [[nodiscard]] std::uint32_t last_instruction() const { return instruction_; }

 private:
  friend struct Decoder;
  using Op = std::uint32_t;

  Result<Outcome> execute();
  void advance_it();
  [[nodiscard]] bool holds(std::uint32_t condition) const;
  [[nodiscard]] bool in_it() const { return (state.it & 0xF) != 0; }
  [[nodiscard]] std::uint32_t reg(std::uint32_t number) const;
  /// As PC-relative instructions see it: word-aligned.
  [[nodiscard]] std::uint32_t aligned_pc() const { return (at_ + 4) & ~3U; }
  void set_nz(std::uint32_t value);
  void branch(std::uint32_t target) { next_ = target & ~1U; }
  /// A result that may go to the PC.
  void set_reg(std::uint32_t number, std::uint32_t value);
  std::uint32_t add_flags(std::uint32_t a, std::uint32_t b, bool carry, bool flags);
  void set_result(std::uint32_t d, Shifted result, bool flags);
  /// The sixteen operations of wide data processing; kUnknown if there is none of that number.
  Outcome data_operation(Op operation, std::uint32_t n, std::uint32_t d, Shifted operand,
                         bool flags);

  // Data, 16 bits.
  Result<Outcome> shift_immediate(Op op);
  Result<Outcome> add_subtract_three(Op op);
  Result<Outcome> immediate8(Op op);
  Result<Outcome> register_operation(Op op);
  Result<Outcome> shift_register(Op op);
  Result<Outcome> add_high(Op op);
  Result<Outcome> compare_high(Op op);
  Result<Outcome> move_high(Op op);
  Result<Outcome> address_of_pc(Op op);
  Result<Outcome> address_of_sp(Op op);
  Result<Outcome> adjust_sp(Op op);
  Result<Outcome> extend(Op op);
  Result<Outcome> reverse(Op op);

  // Data, 32 bits.
  Result<Outcome> wide_modified_immediate(Op op);
  Result<Outcome> wide_shifted_register(Op op);
  Result<Outcome> wide_add_immediate(Op op);
  Result<Outcome> wide_move_immediate(Op op);
  Result<Outcome> wide_bit_field(Op op);
  Result<Outcome> wide_shift_register(Op op);
  Result<Outcome> wide_extend(Op op);
  Result<Outcome> wide_multiply(Op op);
  Result<Outcome> wide_multiply_long(Op op);
  Result<Outcome> wide_divide(Op op);
  Result<Outcome> wide_count_zeros(Op op);

  // Memory.
  Result<Outcome> load_literal(Op op);
  Result<Outcome> register_offset(Op op);
  Result<Outcome> immediate_offset(Op op);
  Result<Outcome> halfword_offset(Op op);
  Result<Outcome> sp_offset(Op op);
  Result<Outcome> push(Op op);
  Result<Outcome> pop(Op op);
  Result<Outcome> multiple(Op op);
  Result<Outcome> wide_single(Op op);
  /// Where a wide load or store goes, and what its base register becomes.
  struct Place {
    std::uint32_t address = 0;
    std::optional<std::uint32_t> new_base;
  };
  /// Nothing if the bits stand for no known way to say it.
  [[nodiscard]] std::optional<Place> wide_place(Op op) const;
  Result<Outcome> wide_double(Op op);
  Result<Outcome> wide_multiple(Op op);
  Result<Outcome> table_branch(Op op);
  Result<Outcome> load(std::uint32_t t, std::uint32_t address, unsigned size, bool sign);
  Status store_list(std::uint32_t list, std::uint32_t address);
  Result<Outcome> load_list(std::uint32_t list, std::uint32_t address);
  /// A loaded value that may go to the PC, which then must stay in Thumb state.
  Outcome set_loaded(std::uint32_t t, std::uint32_t value);

  // Flow.
  Result<Outcome> branch_exchange(Op op);
  Result<Outcome> branch_if(Op op);
  Result<Outcome> branch_always(Op op);
  Result<Outcome> compare_branch(Op op);
  Result<Outcome> breakpoint(Op op);
  Result<Outcome> if_then(Op op);
  Result<Outcome> no_operation(Op op);
  Result<Outcome> wide_branch_if(Op op);
  Result<Outcome> wide_branch(Op op);

  Memory& memory_;
  std::uint32_t instruction_ = 0;
  std::uint32_t at_ = 0;    ///< of the instruction that runs
  std::uint32_t next_ = 0;  ///< of the one after it
};

}  // namespace hil::emulate::thumb
