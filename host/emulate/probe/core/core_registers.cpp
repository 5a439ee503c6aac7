// SPDX-License-Identifier: Apache-2.0
// CoreRegisters: REGSEL to QEMU's register numbers.
#include "host/emulate/probe/core/core_registers.hpp"

#include <optional>

namespace hil::emulate {
namespace {

constexpr std::uint32_t kPsp = 18;
constexpr std::uint32_t kMasks = 20;
constexpr std::uint32_t kS0 = 64;
constexpr std::uint32_t kS31 = 95;
constexpr unsigned kQemuD0 = 26;
constexpr unsigned kQemuFpscr = 42;

/// QEMU's number of a register of 32 bits.
std::optional<unsigned> qemu_number(std::uint32_t number) {
  if (number < 16) return number;
  if (number == 16) return kQemuXpsr;
  if (number == 17) return kQemuSp;
  if (number == 33) return kQemuFpscr;
  return std::nullopt;
}

}  // namespace

Result<std::uint32_t> CoreRegisters::read(Machine& machine, std::uint32_t number) const {
  if (const auto known = qemu_number(number)) return machine.read_register(*known);
  if (number >= kS0 && number <= kS31) {
    HIL_ASSIGN(const std::uint64_t both, machine.read_double(kQemuD0 + (number - kS0) / 2));
    return static_cast<std::uint32_t>(number % 2 == 0 ? both : both >> 32);
  }
  if (number == kPsp) return process_stack_;
  return number == kMasks ? masks_ : 0;
}

Status CoreRegisters::write(Machine& machine, std::uint32_t number, std::uint32_t value) {
  if (const auto known = qemu_number(number)) return machine.write_register(*known, value);
  if (number >= kS0 && number <= kS31) {
    const unsigned pair = kQemuD0 + (number - kS0) / 2;
    HIL_ASSIGN(std::uint64_t both, machine.read_double(pair));
    const unsigned shift = number % 2 * 32;
    both = (both & ~(std::uint64_t{0xFFFF'FFFF} << shift)) | std::uint64_t{value} << shift;
    return machine.write_double(pair, both);
  }
  if (number == kPsp) process_stack_ = value;
  if (number == kMasks) masks_ = value;
  return {};
}

}  // namespace hil::emulate
