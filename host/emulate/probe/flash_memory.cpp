// SPDX-License-Identifier: Apache-2.0
// FlashMemory: cells, faults, and what changed.
#include "host/emulate/probe/flash_memory.hpp"

#include <algorithm>
#include <utility>

namespace hil::emulate {
namespace {

constexpr std::uint8_t kErased = 0xFF;

}  // namespace

FlashMemory::FlashMemory(std::uint32_t base, std::uint32_t size_bytes, FlashFaults faults)
    : base_(base),
      faults_(std::move(faults)),
      content_(size_bytes, kErased),
      page_changed_(size_bytes / kPageBytes, true) {
  for (const StuckBit& stuck : faults_.stuck_bits) {
    if (holds(stuck.address, 1)) erase(stuck.address - base_, 1);
  }
  changed_ = false;
}

bool FlashMemory::holds(std::uint32_t address, std::uint32_t size) const {
  return address >= base_ && std::uint64_t{address} - base_ + size <= content_.size();
}

bool FlashMemory::protected_for_ever(std::uint32_t number) const {
  const auto& sectors = faults_.protected_sectors;
  return std::find(sectors.begin(), sectors.end(), number) != sectors.end();
}

std::uint32_t FlashMemory::read(std::uint32_t offset, unsigned size) const {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < size; ++i) {
    const std::size_t at = std::size_t{offset} + i;
    const std::uint32_t byte = at < content_.size() ? content_[at] : kErased;
    value |= byte << (8 * i);
  }
  return value;
}

std::uint8_t FlashMemory::with_stuck_bits(std::uint32_t offset, std::uint8_t byte) const {
  for (const StuckBit& stuck : faults_.stuck_bits) {
    if (stuck.address != base_ + offset) continue;
    const auto bit = static_cast<std::uint8_t>(1U << (stuck.bit & 7U));
    byte = static_cast<std::uint8_t>(stuck.value ? byte | bit : byte & ~bit);
  }
  return byte;
}

void FlashMemory::store(std::uint32_t offset, std::uint8_t byte) {
  if (offset >= content_.size()) return;
  const std::uint8_t kept = with_stuck_bits(offset, byte);
  if (content_[offset] == kept) return;
  content_[offset] = kept;
  page_changed_[offset / kPageBytes] = true;
  changed_ = true;
}

void FlashMemory::program(std::uint32_t offset, std::uint32_t value, unsigned size) {
  const std::uint32_t result = read(offset, size) & value;
  for (unsigned i = 0; i < size; ++i) {
    store(offset + i, static_cast<std::uint8_t>(result >> (8 * i)));
  }
}

void FlashMemory::erase(std::uint32_t offset, std::uint32_t size) {
  for (std::uint32_t i = 0; i < size && offset + i < content_.size(); ++i) {
    store(offset + i, kErased);
  }
}

void FlashMemory::assign(std::uint32_t offset, std::span<const std::uint8_t> bytes) {
  for (std::size_t i = 0; i < bytes.size() && offset + i < content_.size(); ++i) {
    store(static_cast<std::uint32_t>(offset + i), bytes[i]);
  }
}

Status FlashMemory::hand_over(
    const std::function<Status(std::uint32_t, std::span<const std::uint8_t>)>& take) {
  const auto end = page_changed_.end();
  auto from = std::find(page_changed_.begin(), end, true);
  while (from != end) {
    const auto to = std::find(from, end, false);
    const auto first = static_cast<std::uint32_t>(from - page_changed_.begin()) * kPageBytes;
    const auto size = static_cast<std::size_t>(to - from) * kPageBytes;
    HIL_TRY(take(first, content().subspan(first, size)));
    std::fill(from, to, false);
    from = std::find(to, end, true);
  }
  return {};
}

void FlashMemory::forget_handed_over() {
  page_changed_.assign(page_changed_.size(), true);
}

void FlashMemory::note_handed_over() {
  page_changed_.assign(page_changed_.size(), false);
}

bool FlashMemory::take_changed() {
  return std::exchange(changed_, false);
}

}  // namespace hil::emulate
