// SPDX-License-Identifier: Apache-2.0
// Stm32f4: register by register (RM0090, sections 3.9, 38.6, 39).
#include "host/emulate/probe/chips/stm32f4.hpp"

#include "host/emulate/probe/chips/register_bytes.hpp"

namespace hil::emulate {
namespace {

constexpr std::uint32_t kController = 0x4002'3C00;
constexpr std::uint32_t kControllerBytes = 0x18;
enum Offset : std::uint32_t {
  kAcr = 0x00,
  kKeyr = 0x04,
  kOptkeyr = 0x08,
  kSr = 0x0C,
  kCr = 0x10,
  kOptcr = 0x14,
};
enum StatusBit : std::uint32_t {
  kEop = 1U << 0,
  kWrpErr = 1U << 4,
  kPgaErr = 1U << 5,
  kPgpErr = 1U << 6,
  kPgsErr = 1U << 7,
  kBsy = 1U << 16,
};
constexpr std::uint32_t kStatusClearable = 0xF3;
enum ControlBit : std::uint32_t {
  kPg = 1U << 0,
  kSer = 1U << 1,
  kMer = 1U << 2,
  kStrt = 1U << 16,
  kLock = 1U << 31,
};
constexpr std::uint32_t kOptLock = 1U << 0;
constexpr std::uint32_t kOptStart = 1U << 1;
constexpr std::uint32_t kOptReset = 0x0FFF'AAED;  // after reset, no sector protected
constexpr std::uint32_t kNotProtectedShift = 16;

constexpr std::uint32_t kOtp = 0x1FFF'7800;
constexpr std::uint32_t kUniqueId = 0x1FFF'7A10;
constexpr std::uint32_t kFlashSize = 0x1FFF'7A20;  // its high half counts KiB

constexpr std::uint32_t kKib = 1024;
constexpr std::uint32_t kBoundaryBytes = 16;  // one programming must not cross 128 bits

}  // namespace

Stm32f4::Stm32f4(std::uint32_t flash_bytes, std::uint32_t device_id, const FlashFaults& faults)
    : Stm32Chip(flash_bytes, device_id, faults) {
  option_control_ = kOptReset;
  for (const std::uint32_t sector : faults.protected_sectors) {
    if (sector < 12) option_control_ &= ~(1U << (kNotProtectedShift + sector));
  }
  Stm32f4::reset();
}

void Stm32f4::reset() {
  keys_.reset();
  option_keys_.reset();
  busy_.clear();
  access_control_ = 0;
  status_ = 0;
  control_ = kLock;
  option_control_ |= kOptLock;
}

bool Stm32f4::loader_armed() const {
  return (control_ & kLock) == 0;
}

std::uint32_t Stm32f4::sector_start(std::uint32_t number) {
  if (number < 4) return number * 16 * kKib;
  return number == 4 ? 64 * kKib : (number - 4) * 128 * kKib;
}

std::uint32_t Stm32f4::sector_of(std::uint32_t offset) const {
  if (offset < 64 * kKib) return offset / (16 * kKib);
  return offset < 128 * kKib ? 4 : offset / (128 * kKib) + 4;
}

std::uint32_t Stm32f4::sector_count() const {
  return sector_of(flash_.size_bytes() - 1) + 1;
}

bool Stm32f4::is_protected(std::uint32_t sector) const {
  return flash_.protected_for_ever(sector) ||
         (option_control_ >> (kNotProtectedShift + sector) & 1U) == 0;
}

std::optional<std::uint32_t> Stm32f4::read_word(std::uint32_t address) const {
  if (address == kDbgmcu) return id_code();
  if (address > kDbgmcu && address <= kDbgmcu + 12) return debug_[(address - kDbgmcu) / 4 - 1];
  if (address == kFlashSize) return flash_.size_bytes() / kKib << 16;
  if (address >= kUniqueId && address < kUniqueId + 12) {
    return kUniqueIdWords[(address - kUniqueId) / 4];
  }
  if (address >= kOtp && address < kUniqueId) return 0xFFFF'FFFFU;
  if (address >= kController && address < kController + kControllerBytes) {
    return read_controller(address - kController);
  }
  return std::nullopt;
}

std::uint32_t Stm32f4::read_controller(std::uint32_t offset) const {
  const bool busy = busy_.busy();
  switch (offset) {
    case kAcr:
      return access_control_;
    case kSr:
      return status_ | (busy ? kBsy : 0U);
    case kCr:
      return control_ | (busy && (control_ & (kSer | kMer)) != 0 ? kStrt : 0U);
    case kOptcr:
      return option_control_;
    default:
      return 0;  // the key registers are write-only
  }
}

bool Stm32f4::write(std::uint32_t address, std::uint32_t value, unsigned size) {
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
  if (word < kDbgmcu || word > kDbgmcu + 12) return false;
  if (word > kDbgmcu) {
    std::uint32_t& held = debug_[(word - kDbgmcu) / 4 - 1];
    held = with_part(held, address, value, size);
  }
  return true;
}

void Stm32f4::write_controller(std::uint32_t offset, std::uint32_t value) {
  switch (offset) {
    case kAcr:
      access_control_ = value;
      break;
    case kKeyr:
      if (keys_.write(value)) control_ &= ~kLock;
      break;
    case kOptkeyr:
      if (option_keys_.write(value)) option_control_ &= ~kOptLock;
      break;
    case kSr:
      status_ &= ~(value & kStatusClearable);
      break;
    case kCr:
      write_control(value);
      break;
    default:
      write_option_control(value);
  }
}

void Stm32f4::write_control(std::uint32_t value) {
  if ((control_ & kLock) != 0) return;  // only the keys unlock
  control_ = value & ~kStrt;
  if ((value & kStrt) == 0) return;
  if ((value & kMer) != 0) {
    erase_all();
  } else if ((value & kSer) != 0) {
    erase_sector(value >> 3 & 0xF);
  }
}

void Stm32f4::write_option_control(std::uint32_t value) {
  if ((option_control_ & kOptLock) != 0) return;
  option_control_ = value & ~kOptStart;
  for (const std::uint32_t sector : flash_.faults().protected_sectors) {
    if (sector < 12) option_control_ &= ~(1U << (kNotProtectedShift + sector));
  }
}

void Stm32f4::erase_sector(std::uint32_t number) {
  if (number >= sector_count()) return;
  if (is_protected(number)) {
    status_ |= kWrpErr;
    return;
  }
  flash_.erase(sector_start(number), sector_start(number + 1) - sector_start(number));
  busy_.add(flash_.faults().sector_erase_time);
  status_ |= kEop;
}

void Stm32f4::erase_all() {
  for (std::uint32_t sector = 0; sector < sector_count(); ++sector) {
    if (is_protected(sector)) {
      status_ |= kWrpErr;
      return;
    }
  }
  for (std::uint32_t sector = 0; sector < sector_count(); ++sector)
    erase_sector(sector);
}

void Stm32f4::program(std::uint32_t offset, std::uint32_t value, unsigned size) {
  const unsigned unit = 1U << (control_ >> 8 & 3U);  // PSIZE; 64 bits come as two words
  if ((control_ & kLock) != 0 || (control_ & kPg) == 0) {
    status_ |= kPgsErr;
  } else if (unit != size && !(unit == 8 && size == 4)) {
    status_ |= kPgpErr;
  } else if (offset / kBoundaryBytes != (offset + size - 1) / kBoundaryBytes) {
    status_ |= kPgaErr;
  } else if (is_protected(sector_of(offset))) {
    status_ |= kWrpErr;
  } else {
    flash_.program(offset, value, size);
    busy_.add(flash_.faults().program_time);
    status_ |= kEop;
  }
}

}  // namespace hil::emulate
