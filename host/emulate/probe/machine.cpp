// SPDX-License-Identifier: Apache-2.0
// Machine: the three doors of one QEMU, and what is known of its core.
#include "host/emulate/probe/machine.hpp"

#include <utility>

namespace hil::emulate {

template <class T>
Result<T> Machine::noted(Result<T> outcome) {
  if (!outcome.ok() && (gdb_.gone() || qmp_.gone())) gone_ = true;
  return outcome;
}

template <class T>
Result<T> Machine::noted_memory(Result<T> outcome) {
  if (!outcome.ok() && qtest_.gone()) gone_ = true;
  return outcome;
}

Machine::Machine(MachineDoors doors)
    : gdb_(std::move(doors.gdb)), qmp_(std::move(doors.qmp)), qtest_(std::move(doors.qtest)) {}

Result<std::unique_ptr<Machine>> Machine::connect(MachineDoors doors, Deadline deadline) {
  std::unique_ptr<Machine> machine(new Machine(std::move(doors)));
  HIL_TRY(machine->qmp_.open(deadline));
  HIL_TRY(machine->gdb_.open(deadline));
  return machine;
}

Result<std::uint32_t> Machine::read(std::uint32_t address, unsigned size) {
  const std::lock_guard lock(qtest_mutex_);
  return noted_memory(qtest_.read(address, size));
}

Status Machine::write(std::uint32_t address, std::uint32_t value, unsigned size) {
  const std::lock_guard lock(qtest_mutex_);
  return noted_memory(qtest_.write(address, value, size));
}

Status Machine::read_block(std::uint32_t address, std::span<std::uint8_t> bytes) {
  const std::lock_guard lock(qtest_mutex_);
  return noted_memory(qtest_.read_block(address, bytes));
}

Status Machine::write_block(std::uint32_t address, std::span<const std::uint8_t> bytes) {
  const std::lock_guard lock(qtest_mutex_);
  return noted_memory(qtest_.write_block(address, bytes));
}

Status Machine::write_rom(std::uint32_t address, std::span<const std::uint8_t> bytes) {
  const bool was_running = running_;
  HIL_TRY(halt());
  HIL_TRY(noted(gdb_.write_memory(address, bytes)));
  return was_running && !stopped_itself_ ? resume() : Status{};
}

Status Machine::halt() {
  if (!running_) return {};
  HIL_ASSIGN(stopped_itself_, noted(gdb_.halt()));
  running_ = false;
  return {};
}

Status Machine::resume() {
  if (running_) return {};
  HIL_TRY(noted(gdb_.resume()));
  stopped_itself_ = false;
  running_ = true;
  return {};
}

Status Machine::step() {
  return noted(gdb_.step());
}

Result<bool> Machine::poll_stop() {
  if (running_) {
    HIL_ASSIGN(stopped_itself_, noted(gdb_.poll_stop()));
    if (stopped_itself_) running_ = false;
  }
  return std::exchange(stopped_itself_, false);
}

Result<std::uint32_t> Machine::read_register(unsigned number) {
  HIL_ASSIGN(const std::uint64_t value, noted(gdb_.read_register(number)));
  return static_cast<std::uint32_t>(value);
}

Status Machine::write_register(unsigned number, std::uint32_t value) {
  return noted(gdb_.write_register(number, value, 4));
}

Result<std::uint64_t> Machine::read_double(unsigned number) {
  return noted(gdb_.read_register(number));
}

Status Machine::write_double(unsigned number, std::uint64_t value) {
  return noted(gdb_.write_register(number, value, 8));
}

Status Machine::change_breakpoints(const std::set<std::uint32_t>& addresses) {
  for (const std::uint32_t old : breakpoints_) {
    if (!addresses.contains(old)) HIL_TRY(noted(gdb_.remove_breakpoint(old)));
  }
  for (const std::uint32_t added : addresses) {
    if (!breakpoints_.contains(added)) HIL_TRY(noted(gdb_.insert_breakpoint(added)));
  }
  breakpoints_ = addresses;
  return {};
}

Status Machine::set_breakpoints(const std::set<std::uint32_t>& addresses) {
  if (addresses == breakpoints_) return {};
  const bool was_running = running_;
  HIL_TRY(halt());
  HIL_TRY(change_breakpoints(addresses));
  return was_running && !stopped_itself_ ? resume() : Status{};
}

Status Machine::reset() {
  HIL_TRY(halt());
  stopped_itself_ = false;
  return noted(qmp_.reset());
}

Status Machine::send_to_stub(std::span<const std::uint8_t> bytes) {
  return noted(gdb_.send_raw(bytes));
}

Status Machine::receive_from_stub(std::vector<std::uint8_t>& bytes) {
  return noted(gdb_.receive_raw(bytes));
}

Status Machine::regain_gdb() {
  HIL_TRY(noted(gdb_.regain()));
  running_ = false;
  breakpoints_.clear();
  return {};
}

}  // namespace hil::emulate
