// SPDX-License-Identifier: Apache-2.0
// LoaderRunner: the interpreter between a copy of the RAM and the chip's flash model.
#include "host/emulate/probe/core/loader_runner.hpp"

#include "host/emulate/probe/core/core_registers.hpp"

namespace hil::emulate {
namespace {

/// A loader that stored nothing for so many instructions waits for data or for the flash. OpenOCD's
/// need about twenty per unit of programming.
constexpr unsigned kWaiting = 600;
/// Then the debugger gets its turn whatever happens: some tens of milliseconds.
constexpr unsigned kMostAtOnce = 500'000;

}  // namespace

Status LoaderRunner::start(Machine& machine, const boards::Memory& ram) {
  ram_base_ = ram.base;
  ram_.assign(ram.size_bytes, 0);
  HIL_TRY(machine.read_block(ram_base_, ram_));
  for (unsigned i = 0; i < 16; ++i) {
    HIL_ASSIGN(interpreter_.state.r[i], machine.read_register(i));
  }
  HIL_ASSIGN(xpsr_, machine.read_register(kQemuXpsr));
  interpreter_.state.set_xpsr(xpsr_);
  interpreter_.state.r[15] &= ~1U;
  machine_ = &machine;
  return {};
}

Result<thumb::Outcome> LoaderRunner::advance() {
  since_store_ = 0;
  for (unsigned i = 0; i < kMostAtOnce && since_store_ < kWaiting; ++i) {
    ++since_store_;
    HIL_ASSIGN(const thumb::Outcome outcome, interpreter_.step());
    if (outcome != thumb::Outcome::kDone) return outcome;
  }
  return thumb::Outcome::kDone;
}

Status LoaderRunner::stop() {
  Machine& machine = *machine_;
  machine_ = nullptr;
  HIL_TRY(machine.write_block(ram_base_, ram_));
  for (unsigned i = 0; i < 16; ++i) {
    HIL_TRY(machine.write_register(i, interpreter_.state.r[i]));
  }
  return machine.write_register(kQemuXpsr, interpreter_.state.xpsr(xpsr_));
}

bool LoaderRunner::holds(std::uint32_t address, std::size_t size) const {
  return active() && address >= ram_base_ &&
         std::uint64_t{address} - ram_base_ + size <= ram_.size();
}

std::span<std::uint8_t> LoaderRunner::bytes(std::uint32_t address, std::size_t size) {
  return std::span(ram_).subspan(address - ram_base_, size);
}

Result<std::uint32_t> LoaderRunner::read(std::uint32_t address, unsigned size) {
  if (holds(address, size)) {
    const auto at = bytes(address, size);
    std::uint32_t value = 0;
    for (unsigned i = 0; i < size; ++i)
      value |= std::uint32_t{at[i]} << (8 * i);
    return value;
  }
  if (const auto value = chip_.read_flash(address, size)) return *value;
  if (const auto value = chip_.read(address, size)) return *value;
  return machine_->read(address, size);
}

Status LoaderRunner::write(std::uint32_t address, std::uint32_t value, unsigned size) {
  since_store_ = 0;
  if (holds(address, size)) {
    const auto at = bytes(address, size);
    for (unsigned i = 0; i < size; ++i)
      at[i] = static_cast<std::uint8_t>(value >> (8 * i));
    return {};
  }
  if (chip_.write(address, value, size)) return {};
  return machine_->write(address, value, size);
}

}  // namespace hil::emulate
