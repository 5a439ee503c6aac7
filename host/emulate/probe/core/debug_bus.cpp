// SPDX-License-Identifier: Apache-2.0
// DebugBus: routing by address.
#include "host/emulate/probe/core/debug_bus.hpp"

#include <algorithm>
#include <utility>

#include "host/emulate/probe/chips/register_bytes.hpp"

namespace hil::emulate {
namespace {

constexpr std::size_t kMostGathered = 16384;

std::uint32_t value_of(std::span<const std::uint8_t> bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    value |= std::uint32_t{bytes[i]} << (8 * i);
  return value;
}

void put(std::uint32_t value, std::span<std::uint8_t> bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
}

}  // namespace

bool DebugBus::is_ram(std::uint32_t address, std::uint64_t size) const {
  return core_.find_ram(address, size) != nullptr;
}

Status DebugBus::flush() {
  if (gathered_.empty()) return {};
  const std::vector<std::uint8_t> bytes = std::exchange(gathered_, {});
  if (bytes.size() == 4 && gathered_at_ % 4 == 0) {
    return core_.machine().write(gathered_at_, value_of(bytes), 4);
  }
  return core_.machine().write_block(gathered_at_, bytes);
}

Status DebugBus::gather(std::uint32_t address, std::uint32_t value, unsigned size) {
  const bool follows = address == gathered_at_ + gathered_.size();
  if (!gathered_.empty() && (!follows || gathered_.size() >= kMostGathered)) HIL_TRY(flush());
  if (gathered_.empty()) gathered_at_ = address;
  for (unsigned i = 0; i < size; ++i) {
    gathered_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  return {};
}

Result<std::uint32_t> DebugBus::read(std::uint32_t address, unsigned size) {
  if (CoreDebug::owns(address)) {
    HIL_TRY(flush());
    HIL_ASSIGN(const std::uint32_t word, core_.read(address));
    return part_of(word, address, size);
  }
  Chip& chip = core_.chip();
  if (const auto value = chip.read_flash(address, size)) return *value;
  if (const auto value = chip.read(address, size)) return *value;
  if (core_.loader().holds(address, size)) {
    HIL_TRY(core_.halted());  // the loader goes on
    // It may have ended by that, and its RAM be the machine's again.
    if (core_.loader().active()) return value_of(core_.loader().bytes(address, size));
  }
  HIL_TRY(flush());
  return core_.machine().read(address, size);
}

Status DebugBus::write(std::uint32_t address, std::uint32_t value, unsigned size) {
  if (CoreDebug::owns(address)) {
    HIL_TRY(flush());
    return size == 4 ? core_.write(address, value) : Status{};  // they take whole words only
  }
  if (core_.chip().write(address, value, size)) return {};
  if (core_.loader().holds(address, size)) {
    put(value, core_.loader().bytes(address, size));
    return {};
  }
  if (is_ram(address, size)) {
    core_.breakpoints().note_store(address, value, size);
    return gather(address, value, size);
  }
  HIL_TRY(flush());
  return core_.machine().write(address, value, size);
}

Status DebugBus::read_block(std::uint32_t address, std::span<std::uint8_t> bytes, unsigned unit) {
  if (is_ram(address, bytes.size()) && !core_.loader().active()) {
    HIL_TRY(flush());
    return core_.machine().read_block(address, bytes);
  }
  for (; bytes.size() >= unit; bytes = bytes.subspan(unit), address += unit) {
    HIL_ASSIGN(const std::uint32_t value, read(address, unit));
    put(value, bytes.first(unit));
  }
  return {};
}

Status DebugBus::write_block(std::uint32_t address, std::span<const std::uint8_t> bytes,
                             unsigned unit) {
  if (bytes.size() > unit && is_ram(address, bytes.size())) {
    if (core_.loader().holds(address, bytes.size())) {
      const auto to = core_.loader().bytes(address, bytes.size());
      std::copy(bytes.begin(), bytes.end(), to.begin());
      return {};
    }
    core_.breakpoints().note_block(address, static_cast<std::uint32_t>(bytes.size()));
    HIL_TRY(flush());
    return core_.machine().write_block(address, bytes);
  }
  for (; bytes.size() >= unit; bytes = bytes.subspan(unit), address += unit) {
    HIL_TRY(write(address, value_of(bytes.first(unit)), unit));
  }
  return {};
}

}  // namespace hil::emulate
