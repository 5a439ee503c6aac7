// SPDX-License-Identifier: Apache-2.0
// The breakpoints a debugger asks for: comparators of the core, and BKPT put into RAM.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>

namespace hil::emulate {

/// The Flash Patch and Breakpoint unit (DDI 0403E, C1.11; revision 2: DDI 0553, D1.2.90). Pure
/// state: addresses() says where the core shall stop. Patching is not modelled.
class BreakpointUnit {
 public:
  static constexpr std::uint32_t kFirst = 0xE000'2000;
  static constexpr std::uint32_t kLast = 0xE000'2024;

  /// As @p core ("cortex-m4f") has it: number of comparators and revision.
  explicit BreakpointUnit(const std::string& core);

  [[nodiscard]] std::uint32_t read(std::uint32_t address) const;
  void write(std::uint32_t address, std::uint32_t value);

  /// Notes a store of @p size bytes to RAM: a lone BKPT is a breakpoint until something else is
  /// stored there.
  void note_store(std::uint32_t address, std::uint32_t value, std::uint32_t size);
  /// The same for a block, which no debugger writes to set a breakpoint.
  void note_block(std::uint32_t address, std::uint32_t size);

  [[nodiscard]] std::set<std::uint32_t> addresses() const;

 private:
  [[nodiscard]] bool revision2() const { return control_ >> 28 != 0; }
  /// Adds what comparator value @p comparator stands for.
  void add(std::uint32_t comparator, std::set<std::uint32_t>& to) const;

  std::uint32_t control_;
  unsigned count_;
  std::array<std::uint32_t, 8> comparators_{};
  std::set<std::uint32_t> planted_;
};

}  // namespace hil::emulate
