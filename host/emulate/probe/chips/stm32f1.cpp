// SPDX-License-Identifier: Apache-2.0
// Stm32f1: register by register (PM0063, section 3; RM0041, section 26).
#include "host/emulate/probe/chips/stm32f1.hpp"

#include "host/emulate/probe/chips/register_bytes.hpp"

namespace hil::emulate {
namespace {

constexpr std::uint32_t kController = 0x4002'2000;
constexpr std::uint32_t kControllerBytes = 0x24;
enum Offset : std::uint32_t {
  kAcr = 0x00,
  kKeyr = 0x04,
  kSr = 0x0C,
  kCr = 0x10,
  kAr = 0x14,
  kObr = 0x1C,
  kWrpr = 0x20,
};
enum StatusBit : std::uint32_t {
  kBsy = 1U << 0,
  kPgErr = 1U << 2,
  kWrprtErr = 1U << 4,
  kEop = 1U << 5,
};
enum ControlBit : std::uint32_t {
  kPg = 1U << 0,
  kPer = 1U << 1,
  kMer = 1U << 2,
  kStrt = 1U << 6,
  kLock = 1U << 7,
};
constexpr std::uint32_t kAcrReset = 0x30;
constexpr std::uint32_t kObrReset = 0x03FF'FFFC;  // no read protection

constexpr std::uint32_t kFlashSize = 0x1FFF'F7E0;  // its low half counts KiB
constexpr std::uint32_t kUniqueId = 0x1FFF'F7E8;
constexpr std::uint32_t kOptionBytes = 0x1FFF'F800;
// As delivered: read protection off (0xA5), everything else erased; each byte before its
// complement.
constexpr std::uint32_t kOptionWords[] = {0x00FF'5AA5, 0x00FF'00FF, 0x00FF'00FF, 0x00FF'00FF};

constexpr std::uint32_t kPageBytes = 1024;
constexpr std::uint32_t kGroupPages = 4;  // one bit of WRPR protects so many

}  // namespace

Stm32f1::Stm32f1(std::uint32_t flash_bytes, std::uint32_t device_id, const FlashFaults& faults)
    : Stm32Chip(flash_bytes, device_id, faults) {
  Stm32f1::reset();
}

void Stm32f1::reset() {
  keys_.reset();
  busy_.clear();
  access_control_ = kAcrReset;
  status_ = 0;
  control_ = kLock;
  address_ = 0;
}

bool Stm32f1::loader_armed() const {
  return (control_ & kLock) == 0;
}

bool Stm32f1::is_protected(std::uint32_t page) const {
  return (not_protected() >> (page / kGroupPages) & 1U) == 0;
}

std::uint32_t Stm32f1::not_protected() const {
  std::uint32_t word = 0xFFFF'FFFF;
  for (const std::uint32_t page : flash_.faults().protected_sectors) {
    if (page / kGroupPages < 32) word &= ~(1U << (page / kGroupPages));
  }
  return word;
}

std::optional<std::uint32_t> Stm32f1::read_word(std::uint32_t address) const {
  if (address >= kController && address < kController + kControllerBytes) {
    return read_controller(address - kController);
  }
  if (address == kDbgmcu) return id_code();
  if (address == kDbgmcu + 4) return debug_control_;
  if (address == kFlashSize) return flash_.size_bytes() / kPageBytes;
  if (address >= kUniqueId && address < kUniqueId + sizeof kUniqueIdWords) {
    return kUniqueIdWords[(address - kUniqueId) / 4];
  }
  if (address >= kOptionBytes && address < kOptionBytes + sizeof kOptionWords) {
    return kOptionWords[(address - kOptionBytes) / 4];
  }
  return std::nullopt;
}

std::uint32_t Stm32f1::read_controller(std::uint32_t offset) const {
  switch (offset) {
    case kAcr:
      return access_control_;
    case kSr:
      return status_ | (busy_.busy() ? kBsy : 0U);
    case kCr:
      return control_;
    case kAr:
      return address_;
    case kObr:
      return kObrReset;
    case kWrpr:
      return not_protected();
    default:
      return 0;  // the key registers are write-only
  }
}

bool Stm32f1::write(std::uint32_t address, std::uint32_t value, unsigned size) {
  if (const auto offset = offset_of(address, size)) {
    program(*offset, value, size);
    return true;
  }
  const std::uint32_t word = address & ~3U;
  if (word >= kController && word < kController + kControllerBytes) {
    const std::uint32_t offset = word - kController;
    write_controller(offset, with_part(read_controller(offset), address, value, size));
    return true;
  }
  if (word == kDbgmcu + 4) debug_control_ = with_part(debug_control_, address, value, size);
  return word == kDbgmcu || word == kDbgmcu + 4;
}

void Stm32f1::write_controller(std::uint32_t offset, std::uint32_t value) {
  switch (offset) {
    case kAcr:
      access_control_ = value;
      break;
    case kKeyr:
      if (keys_.write(value)) control_ &= ~kLock;
      break;
    case kSr:
      status_ &= ~(value & (kPgErr | kWrprtErr | kEop));
      break;
    case kCr:
      write_control(value);
      break;
    case kAr:
      address_ = value;
      break;
    default:
      break;  // option keys and bytes: not changeable
  }
}

void Stm32f1::write_control(std::uint32_t value) {
  if ((control_ & kLock) != 0) return;  // only the keys unlock
  control_ = value & ~kStrt;
  if ((value & kStrt) == 0) return;
  if ((value & kMer) != 0) {
    erase_all();
  } else if ((value & kPer) != 0 && flash_.holds(address_, 1)) {
    erase_page((address_ - flash_.base()) / kPageBytes);
  }
}

void Stm32f1::erase_page(std::uint32_t number) {
  if (is_protected(number)) {
    status_ |= kWrprtErr;
    return;
  }
  flash_.erase(number * kPageBytes, kPageBytes);
  busy_.add(flash_.faults().sector_erase_time);
  status_ |= kEop;
}

void Stm32f1::erase_all() {
  if (not_protected() != 0xFFFF'FFFF) {
    status_ |= kWrprtErr;
    return;
  }
  flash_.erase(0, flash_.size_bytes());
  busy_.add(flash_.faults().sector_erase_time);
  status_ |= kEop;
}

void Stm32f1::program(std::uint32_t offset, std::uint32_t value, unsigned size) {
  const bool erased = flash_.read(offset, 2) == 0xFFFF;
  if ((control_ & kLock) != 0 || (control_ & kPg) == 0 || size != 2 || offset % 2 != 0) {
    status_ |= kPgErr;
  } else if (is_protected(offset / kPageBytes)) {
    status_ |= kWrprtErr;
  } else if (!erased && value != 0) {
    status_ |= kPgErr;  // nothing but 0 may be put over what is not erased
  } else {
    flash_.program(offset, value, size);
    busy_.add(flash_.faults().program_time);
    status_ |= kEop;
  }
}

}  // namespace hil::emulate
