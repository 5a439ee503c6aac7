// SPDX-License-Identifier: Apache-2.0
// A chip of which only registers exist: what set-up reads comes from here, what it writes is kept.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace hil::test {

/// A register as the manual has it.
struct Register {
  std::uint32_t address;
  const char* name;
  const char* section;  ///< manual and section that describe it
};

struct FakeChip {
  std::map<std::uint32_t, std::uint32_t> values;  ///< all others read 0
  std::set<std::string> broken;                   ///< what never becomes ready: "HSE", "PLL", ...
  std::vector<std::pair<std::uint32_t, std::uint32_t>> writes;
  std::uint64_t reads = 0;
};

/// The one chip that set-up runs on.
FakeChip& fake_chip();

// One file per family implements these.

/// As after power-on.
FakeChip chip_after_power_on();
/// As QEMU has it.
FakeChip emulated_chip();
/// What the hardware makes of a write: ready bits follow enable bits.
void react(FakeChip& chip, std::uint32_t address, std::uint32_t value);
/// The registers that set-up may write.
std::vector<Register> known_registers();

/// The writes so far, a line each: register, value, section.
std::string trace_of(const FakeChip& chip);

}  // namespace hil::test
