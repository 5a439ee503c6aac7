// SPDX-License-Identifier: Apache-2.0
// Nrf51: factory information that flash tools read, and flash faults around QEMU's controller.
#include "host/emulate/probe/chips/nrf51.hpp"

#include <algorithm>
#include <vector>

#include "host/emulate/probe/chips/register_bytes.hpp"

namespace hil::emulate {
namespace {

// FICR, Series Reference Manual section 7. QEMU 7.2 has these words at other places.
constexpr std::uint32_t kClenr0 = 0x1000'0028;
constexpr std::uint32_t kPpfc = 0x1000'002C;
constexpr std::uint32_t kRamBlocks = 0x1000'0034;
constexpr std::uint32_t kRamBlockBytes = 0x1000'0038;
constexpr std::uint32_t kConfigId = 0x1000'005C;
constexpr std::uint32_t kNothing = 0xFFFF'FFFF;

constexpr std::uint32_t kErasePage = 0x4001'E508;
constexpr std::uint32_t kEraseAll = 0x4001'E50C;

constexpr std::uint32_t kPageBytes = 1024;
static_assert(kPageBytes == FlashMemory::kPageBytes);

}  // namespace

std::uint32_t Nrf51::region0_bytes() const {
  std::uint32_t pages = 0;
  while (flash_.protected_for_ever(pages))
    ++pages;
  return pages == 0 ? kNothing : pages * kPageBytes;
}

std::optional<std::uint32_t> Nrf51::read(std::uint32_t address, unsigned size) {
  std::uint32_t word = 0;
  switch (address & ~3U) {
    case kClenr0:
      word = region0_bytes();
      break;
    case kPpfc:
      word = kNothing;
      break;
    case kRamBlocks:
      word = 2;
      break;
    case kRamBlockBytes:
      word = 0x2000;
      break;
    case kConfigId:
      word = 0xFFFF'0000U | config_id_;
      break;
    default:
      return std::nullopt;
  }
  return part_of(word, address, size);
}

bool Nrf51::write(std::uint32_t address, std::uint32_t value, unsigned /*size*/) {
  if (address == kErasePage) return flash_.protected_for_ever(value / kPageBytes);
  return address == kEraseAll && !flash_.faults().protected_sectors.empty();
}

Status Nrf51::hand_over(Machine& machine) {
  return flash_.hand_over([&](std::uint32_t offset, std::span<const std::uint8_t> bytes) {
    return machine.write_rom(flash_.base() + offset, bytes);
  });
}

Status Nrf51::before_run(Machine& machine) {
  HIL_TRY(hand_over(machine));
  const FlashFaults& faults = flash_.faults();
  // A loader has written the cells behind our back; now the faults show.
  if (faults.protected_sectors.empty() && faults.stuck_bits.empty()) return {};
  return collect(machine, false);
}

Status Nrf51::collect(Machine& machine, bool /*foreign*/) {
  HIL_TRY(hand_over(machine));
  std::vector<std::uint8_t> found(flash_.size_bytes());
  HIL_TRY(machine.read_block(flash_.base(), found));
  const std::span<const std::uint8_t> all(found);
  for (std::uint32_t at = 0; at < found.size(); at += kPageBytes) {
    const auto page = all.subspan(at, kPageBytes);
    if (!flash_.protected_for_ever(at / kPageBytes)) flash_.assign(at, page);
    const auto kept = flash_.content().subspan(at, kPageBytes);
    if (std::equal(page.begin(), page.end(), kept.begin())) continue;
    HIL_TRY(machine.write_rom(flash_.base() + at, kept));
  }
  flash_.note_handed_over();
  return {};
}

}  // namespace hil::emulate
