// SPDX-License-Identifier: Apache-2.0
// DebugPort: DP registers, CSW, TAR, DRW, BD0 to BD3.
#include "host/emulate/probe/core/debug_port.hpp"

#include "host/emulate/probe/chips/register_bytes.hpp"

namespace hil::emulate {
namespace {

enum DpRegister : std::uint32_t { kDpidr = 0x0, kCtrlStat = 0x4, kSelect = 0x8, kRdbuff = 0xC };
constexpr std::uint32_t kPowerRequests = 0x5400'0000;  // CSYS, CDBG power-up, CDBG reset
constexpr std::uint32_t kControlWritable = kPowerRequests | 0xF01;
constexpr std::uint32_t kStickyError = 1U << 5;
constexpr std::uint32_t kReadOk = 1U << 6;
constexpr std::uint32_t kClearStickyError = 1U << 2;  // in ABORT

enum ApRegister : std::uint32_t {
  kCsw = 0x00,
  kTar = 0x04,
  kDrw = 0x0C,
  kBd0 = 0x10,
  kBd3 = 0x1C,
  kBase = 0xF8,
  kIdr = 0xFC,
};
constexpr std::uint32_t kCswWritable = 0xFF00'0F37;
constexpr std::uint32_t kCswEnabled = 0x40;
constexpr std::uint32_t kRomTable = 0xE00F'F003;  // where Cortex-M has it, present

}  // namespace

std::uint32_t DebugPort::read_dp(std::uint32_t address) const {
  switch (address) {
    case kDpidr:
      return dpidr_;
    case kCtrlStat: {
      // Each request is acknowledged in the bit above it.
      const std::uint32_t acknowledged = (control_ & kPowerRequests) << 1;
      return control_ | acknowledged | kReadOk | (sticky_error_ ? kStickyError : 0);
    }
    case kSelect:
      return select_;
    default:
      return read_buffer_;
  }
}

void DebugPort::write_dp(std::uint32_t address, std::uint32_t value) {
  if (address == kDpidr) abort(value);
  if (address == kSelect) select_ = value;
  if (address != kCtrlStat) return;
  control_ = value & kControlWritable;
  if ((value & kStickyError) != 0) sticky_error_ = false;  // how JTAG clears it
}

void DebugPort::abort(std::uint32_t value) {
  if ((value & kClearStickyError) != 0) sticky_error_ = false;
}

unsigned DebugPort::access_size() const {
  const std::uint32_t field = csw_ & 7U;
  return field > 2 ? 4 : 1U << field;
}

unsigned DebugPort::accesses() const {
  const bool packed = (csw_ >> 4 & 3U) == 2;
  return packed ? 4 / access_size() : 1;
}

void DebugPort::advance_address() {
  if ((csw_ >> 4 & 3U) == 0) return;
  // Cortex-M3 and M4 count within 4 KiB; tools reckon with that or less.
  const std::uint32_t next = address_ + access_size();
  address_ = (address_ & ~0xFFFU) | (next & 0xFFFU);
}

void DebugPort::note_fault() {
  if (core_.faulted()) sticky_error_ = true;
}

Result<std::uint32_t> DebugPort::read_data() {
  std::uint32_t word = 0;
  for (unsigned i = 0; i < accesses(); ++i) {
    HIL_ASSIGN(const std::uint32_t value, bus_.read(address_, access_size()));
    word = with_part(word, address_, value, access_size());
    advance_address();
  }
  return word;
}

Status DebugPort::write_data(std::uint32_t value) {
  for (unsigned i = 0; i < accesses(); ++i) {
    HIL_TRY(bus_.write(address_, part_of(value, address_, access_size()), access_size()));
    advance_address();
  }
  return {};
}

Result<std::uint32_t> DebugPort::read_ap(std::uint32_t port, std::uint32_t address) {
  if (port != 0) return std::uint32_t{0};
  Result<std::uint32_t> value = std::uint32_t{0};
  if (address == kCsw) value = csw_;
  if (address == kTar) value = address_;
  if (address == kDrw) value = read_data();
  if (address >= kBd0 && address <= kBd3)
    value = bus_.read((address_ & ~0xFU) | (address & 0xC), 4);
  if (address == kBase) value = kRomTable;
  if (address == kIdr) value = ap_idr_;
  note_fault();
  return value;
}

Status DebugPort::write_ap(std::uint32_t port, std::uint32_t address, std::uint32_t value) {
  if (port != 0) return {};
  if (address == kCsw) csw_ = (value & kCswWritable) | kCswEnabled;
  if (address == kTar) address_ = value;
  Status status;
  if (address == kDrw) status = write_data(value);
  if (address >= kBd0 && address <= kBd3) {
    status = bus_.write((address_ & ~0xFU) | (address & 0xC), value, 4);
  }
  note_fault();
  return status;
}

Result<std::uint32_t> DebugPort::read_selected(std::uint32_t address) {
  return read_ap(select_ >> 24, (select_ & 0xF0U) | address);
}

Status DebugPort::write_selected(std::uint32_t address, std::uint32_t value) {
  return write_ap(select_ >> 24, (select_ & 0xF0U) | address, value);
}

}  // namespace hil::emulate
