// SPDX-License-Identifier: Apache-2.0
// A chip of which only registers exist: what set-up reads comes from here, what it writes is kept.
#include "tests/target/port/set_up/fake_chip.hpp"

#include <fmt/format.h>

#include "target/port/bare/registers.hpp"

namespace hil::port::registers {

std::uint32_t read(std::uint32_t address) {
  test::FakeChip& chip = test::fake_chip();
  ++chip.reads;
  const auto found = chip.values.find(address);
  return found == chip.values.end() ? 0 : found->second;
}

void write(std::uint32_t address, std::uint32_t value) {
  test::FakeChip& chip = test::fake_chip();
  chip.writes.emplace_back(address, value);
  chip.values[address] = value;
  test::react(chip, address, value);
}

}  // namespace hil::port::registers

namespace hil::test {

FakeChip& fake_chip() {
  static FakeChip chip;
  return chip;
}

std::string trace_of(const FakeChip& chip) {
  std::string text;
  for (const auto& [address, value] : chip.writes) {
    const char* name = "?";
    const char* section = "not in the test's table";
    for (const Register& known : known_registers()) {
      if (known.address != address) continue;
      name = known.name;
      section = known.section;
    }
    text += fmt::format("{:<17} {:#010x}  {:#010x}  {}\n", name, address, value, section);
  }
  return text;
}

}  // namespace hil::test
