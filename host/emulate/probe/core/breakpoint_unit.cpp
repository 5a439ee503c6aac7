// SPDX-License-Identifier: Apache-2.0
// BreakpointUnit: FP_CTRL, FP_REMAP, FP_COMPn.
#include "host/emulate/probe/core/breakpoint_unit.hpp"

namespace hil::emulate {
namespace {

constexpr std::uint32_t kComparators = 0xE000'2008;
constexpr std::uint32_t kEnable = 1U << 0;
constexpr std::uint32_t kKey = 1U << 1;

/// FP_CTRL's fixed bits: Cortex-M0 has four comparators, M3 and M4 six (and two for literals, which
/// patch only), M7 and later eight of revision 2.
std::uint32_t control_of(const std::string& core) {
  if (core.starts_with("cortex-m0")) return 0x40;
  if (core.starts_with("cortex-m3") || core.starts_with("cortex-m4")) return 0x260;
  return 0x1000'0080;
}

}  // namespace

BreakpointUnit::BreakpointUnit(const std::string& core)
    : control_(control_of(core)), count_(control_ >> 4 & 0xFU) {}

std::uint32_t BreakpointUnit::read(std::uint32_t address) const {
  if (address == kFirst) return control_;
  const std::uint32_t index = (address - kComparators) / 4;
  return address >= kComparators && index < count_ ? comparators_[index] : 0;
}

void BreakpointUnit::write(std::uint32_t address, std::uint32_t value) {
  if (address == kFirst && (value & kKey) != 0)
    control_ = (control_ & ~kEnable) | (value & kEnable);
  const std::uint32_t index = (address - kComparators) / 4;
  if (address >= kComparators && index < count_) comparators_[index] = value;
}

void BreakpointUnit::note_store(std::uint32_t address, std::uint32_t value, std::uint32_t size) {
  note_block(address, size);
  const bool breakpoint = size == 2 && (value & 0xFF00U) == 0xBE00U;
  if (breakpoint && planted_.size() < 256) planted_.insert(address);
}

void BreakpointUnit::note_block(std::uint32_t address, std::uint32_t size) {
  auto first = planted_.lower_bound(address & ~1U);
  while (first != planted_.end() && *first < std::uint64_t{address} + size) {
    first = planted_.erase(first);
  }
}

void BreakpointUnit::add(std::uint32_t comparator, std::set<std::uint32_t>& to) const {
  if ((comparator & kEnable) == 0) return;
  if (revision2()) {
    to.insert(comparator & ~1U);
    return;
  }
  const std::uint32_t word = comparator & 0x1FFF'FFFCU;
  const std::uint32_t halves = comparator >> 30;  // 1: lower, 2: upper, 3: both, 0: a patch
  if ((halves & 1U) != 0) to.insert(word);
  if ((halves & 2U) != 0) to.insert(word + 2);
}

std::set<std::uint32_t> BreakpointUnit::addresses() const {
  std::set<std::uint32_t> wanted = planted_;
  if ((control_ & kEnable) == 0) return wanted;
  for (unsigned i = 0; i < count_; ++i)
    add(comparators_[i], wanted);
  return wanted;
}

}  // namespace hil::emulate
