// SPDX-License-Identifier: Apache-2.0
// What executing and resting cost, by the figures of a board's file: of no chip.
#pragma once

#include <cstdint>

#include "host/boards/board.hpp"
#include "host/emulate/power/plugin_record.hpp"

namespace hil::emulate {

/// Pure arithmetic on the figures. An LDO feeds the core, so to say: its current is that at
/// supply_mv, whatever the supply is set to.
class PowerModel {
 public:
  /// @p icount_shift: an instruction takes 2^icount_shift ns.
  PowerModel(boards::PowerFigures figures, std::uint32_t icount_shift)
      : figures_(std::move(figures)), nanoseconds_(std::uint64_t{1} << icount_shift) {}

  [[nodiscard]] const boards::PowerFigures& figures() const { return figures_; }
  /// Volts at which the figures hold.
  [[nodiscard]] double volts() const { return figures_.supply_mv * 1e-3; }
  [[nodiscard]] double tick_hz() const { return figures_.tick_hz; }

  /// Time that @p executed take.
  [[nodiscard]] double seconds(const InstructionCounts& executed) const;
  /// Energy of @p executed, in joules at volts(). Exact: whole picojoules and femtojoules are
  /// added up, and those of an hour fit into a double.
  [[nodiscard]] double joules(const InstructionCounts& executed) const;
  /// The same as a charge.
  [[nodiscard]] double coulombs(const InstructionCounts& executed) const {
    return joules(executed) / volts();
  }
  /// Current asleep.
  [[nodiscard]] double amps_asleep() const { return figures_.wait_uw * 1e-6 / volts(); }

  /// Instructions of @p seconds, at least 1.
  [[nodiscard]] std::uint64_t instructions_in(double seconds) const;

 private:
  boards::PowerFigures figures_;
  std::uint64_t nanoseconds_;  ///< of an instruction
};

/// Instructions of all kinds.
std::uint64_t total(const InstructionCounts& counts);
/// What was executed between two readings; 0 for a kind that has gone back.
InstructionCounts difference(const InstructionCounts& later, const InstructionCounts& earlier);

}  // namespace hil::emulate
