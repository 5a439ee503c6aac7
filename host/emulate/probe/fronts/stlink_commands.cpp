// SPDX-License-Identifier: Apache-2.0
// StlinkCommands: one case per command byte (named in OpenOCD's driver stlink_usb.c).
#include "host/emulate/probe/fronts/stlink_commands.hpp"

#include <algorithm>

#include "host/emulate/probe/fronts/little_endian.hpp"

namespace hil::emulate {
namespace {

enum Group : std::uint8_t {
  kGetVersion = 0xF1,
  kDebug = 0xF2,
  kDfu = 0xF3,
  kGetMode = 0xF5,
  kGetVoltage = 0xF7,
};

enum DebugCommand : std::uint8_t {
  kReadMemory32 = 0x07,
  kWriteMemory32 = 0x08,
  kReadMemory8 = 0x0C,
  kWriteMemory8 = 0x0D,
  kExit = 0x21,
  kEnter = 0x30,
  kReadIdcodes = 0x31,
  kResetSystem = 0x32,
  kReadRegister = 0x33,
  kWriteRegister = 0x34,
  kWriteDebugRegister = 0x35,
  kReadDebugRegister = 0x36,
  kReadAllRegisters = 0x3A,
  kLastStatus = 0x3B,
  kDriveResetPin = 0x3C,
  kLastStatus2 = 0x3E,
  kSetSwdFrequency = 0x43,
  kSetJtagFrequency = 0x44,
  kReadDap = 0x45,
  kWriteDap = 0x46,
  kReadMemory16 = 0x47,
  kWriteMemory16 = 0x48,
  kOpenAp = 0x4B,
  kCloseAp = 0x4C,
  kWriteSameAddress32 = 0x50,
  kBatchOut = 0x51,
  kBatchIn = 0x52,
  kReadSameAddress32 = 0x54,
};

constexpr std::uint8_t kOk = 0x80;
constexpr std::uint8_t kFault = 0x81;
constexpr std::uint8_t kUnknownCommand = 0x42;

constexpr std::uint8_t kModeMassStorage = 1;
constexpr std::uint8_t kModeDebug = 2;
constexpr std::uint8_t kEnterJtag = 0x00;
constexpr std::uint16_t kDebugPort = 0xFFFF;
constexpr std::uint8_t kPinLow = 0;
constexpr std::uint8_t kPinPulse = 2;
enum BatchKind : std::uint8_t { kSetAddress = 1, kWriteWord = 2, kReadWord = 3 };

/// Version 2, JTAG firmware 37, SWIM 7, VID and PID of an ST-LINK/V2: the newest of the V2 that
/// OpenOCD knows all about.
constexpr std::uint8_t kVersion[] = {0x29, 0x47, 0x83, 0x04, 0x48, 0x37};
// The voltage is 2 * 1.2 V * the second divided by the first: 3.3 V.
constexpr std::uint32_t kReferenceCount = 1500;
constexpr std::uint32_t kTargetCount = 2062;

}  // namespace

std::uint8_t StlinkCommands::status() const {
  return core_.faulted() ? kFault : kOk;
}

Status StlinkCommands::run(Bytes command, Bytes in, Out out) {
  if (command.size() < kCommandBytes) return {};
  switch (command[0]) {
    case kGetVersion:
      std::copy_n(kVersion, std::min(out.size(), std::size(kVersion)), out.begin());
      return {};
    case kGetMode:
      if (!out.empty()) out[0] = mode_;
      return {};
    case kGetVoltage:
      put_u32(out, 0, kReferenceCount);
      put_u32(out, 4, kTargetCount);
      return {};
    case kDfu:
      mode_ = kModeMassStorage;
      return {};
    case kDebug:
      HIL_TRY(run_debug(command, in, out));
      return bus_.flush();
    default:
      if (!out.empty()) out[0] = kUnknownCommand;
      return {};
  }
}

Status StlinkCommands::run_debug(Bytes command, Bytes in, Out out) {
  HIL_ASSIGN(const bool memory, run_memory(command, in, out));
  if (memory) return {};
  HIL_ASSIGN(const bool mode, run_mode(command, out));
  HIL_ASSIGN(const bool core, mode ? Result<bool>(true) : run_core(command, out));
  HIL_ASSIGN(const bool known, core ? Result<bool>(true) : run_dap(command, out));
  if (!out.empty()) out[0] = known ? status() : kUnknownCommand;
  return {};
}

Result<bool> StlinkCommands::run_mode(Bytes command, Out out) {
  switch (command[1]) {
    case kEnter:
      mode_ = kModeDebug;
      jtag_ = command[2] == kEnterJtag;
      return true;
    case kExit:
      mode_ = kModeMassStorage;
      return true;
    case kReadIdcodes:
      put_u32(out, 4, jtag_ ? jtag_idcode_ : port_.dpidr());
      return true;
    case kSetSwdFrequency:
    case kSetJtagFrequency:
    case kOpenAp:
    case kCloseAp:
    case kLastStatus:
      return true;  // any is right
    default:
      return false;
  }
}

Result<bool> StlinkCommands::run_core(Bytes command, Out out) {
  switch (command[1]) {
    case kResetSystem:
      HIL_TRY(bus_.flush());
      HIL_TRY(core_.reset());
      return true;
    case kReadRegister: {
      HIL_ASSIGN(const std::uint32_t value, core_.read_register(command[2]));
      put_u32(out, 4, value);
      return true;
    }
    case kWriteRegister:
      HIL_TRY(core_.write_register(command[2], u32_at(command, 3)));
      return true;
    case kReadAllRegisters:
      HIL_TRY(read_all_registers(out));
      return true;
    case kWriteDebugRegister:
      HIL_TRY(bus_.write(u32_at(command, 2), u32_at(command, 6), 4));
      return true;
    case kReadDebugRegister: {
      HIL_ASSIGN(const std::uint32_t value, bus_.read(u32_at(command, 2), 4));
      put_u32(out, 4, value);
      return true;
    }
    case kDriveResetPin:
      HIL_TRY(bus_.flush());
      HIL_TRY(drive_reset_pin(command[2]));
      return true;
    default:
      return false;
  }
}

Result<bool> StlinkCommands::run_dap(Bytes command, Out out) {
  const std::uint16_t port = u16_at(command, 2);
  const std::uint16_t address = u16_at(command, 4);
  const bool banked = (address & 0xF0U) != 0;  // the debug port has only bank 0
  if (command[1] == kReadDap) {
    Result<std::uint32_t> value = std::uint32_t{0};
    if (port != kDebugPort) {
      value = port_.read_ap(port, address);
    } else if (!banked) {
      value = port_.read_dp(address & 0xFU);
    }
    if (!value.ok()) return value.error();
    put_u32(out, 4, *value);
    return true;
  }
  if (command[1] != kWriteDap) return false;
  if (port != kDebugPort) HIL_TRY(port_.write_ap(port, address, u32_at(command, 6)));
  if (port == kDebugPort && !banked) port_.write_dp(address & 0xFU, u32_at(command, 6));
  return true;
}

Result<bool> StlinkCommands::run_memory(Bytes command, Bytes in, Out out) {
  Status done;
  switch (command[1]) {
    case kReadMemory32:
      done = read_memory(command, 4, false, out);
      break;
    case kReadSameAddress32:
      done = read_memory(command, 4, true, out);
      break;
    case kReadMemory16:
      done = read_memory(command, 2, false, out);
      break;
    case kReadMemory8:
      done = read_memory(command, 1, false, out);
      break;
    case kWriteMemory32:
      done = write_memory(command, 4, false, in);
      break;
    case kWriteSameAddress32:
      done = write_memory(command, 4, true, in);
      break;
    case kWriteMemory16:
      done = write_memory(command, 2, false, in);
      break;
    case kWriteMemory8:
      done = write_memory(command, 1, false, in);
      break;
    case kBatchOut:
      done = run_batch(command, in);
      break;
    case kBatchIn:
      std::copy_n(batch_.begin(), std::min(batch_.size(), out.size()), out.begin());
      break;
    case kLastStatus2:
      if (!out.empty()) out[0] = transfer_status_;
      break;
    default:
      return false;
  }
  HIL_TRY(done);
  return true;
}

Status StlinkCommands::read_memory(Bytes command, unsigned unit, bool same_address, Out out) {
  const std::uint32_t address = u32_at(command, 2);
  const Out wanted = out.first(std::min<std::size_t>(out.size(), u16_at(command, 6)));
  if (same_address) {
    for (std::size_t at = 0; at + unit <= wanted.size(); at += unit) {
      HIL_TRY(bus_.read_block(address, wanted.subspan(at, unit), unit));
    }
  } else {
    HIL_TRY(bus_.read_block(address, wanted, unit));
  }
  transfer_status_ = status();
  return {};
}

Status StlinkCommands::write_memory(Bytes command, unsigned unit, bool same_address, Bytes in) {
  const std::uint32_t address = u32_at(command, 2);
  const Bytes given = in.first(std::min<std::size_t>(in.size(), u16_at(command, 6)));
  if (same_address) {
    for (std::size_t at = 0; at + unit <= given.size(); at += unit) {
      HIL_TRY(bus_.write_block(address, given.subspan(at, unit), unit));
    }
  } else {
    HIL_TRY(bus_.write_block(address, given, unit));
  }
  transfer_status_ = status();
  return {};
}

Status StlinkCommands::read_all_registers(Out out) {
  for (std::uint32_t number = 0; number < 21; ++number) {
    HIL_ASSIGN(const std::uint32_t value, core_.read_register(number));
    put_u32(out, 4 + 4 * std::size_t{number}, value);
  }
  return {};
}

Status StlinkCommands::drive_reset_pin(std::uint8_t level) {
  if (level == kPinPulse) HIL_TRY(core_.drive_reset_pin(false));
  return core_.drive_reset_pin(level != kPinLow);
}

Status StlinkCommands::run_batch(Bytes command, Bytes in) {
  // Kinds, one byte each, filled up to whole words; then as many words.
  const std::size_t count = std::min<std::size_t>(u32_at(command, 2), in.size());
  const std::size_t values_at = (count + 3) / 4 * 4;
  batch_.assign(8 * count, 0);
  std::uint32_t address = 0;
  for (std::size_t i = 0; i < count; ++i) {
    HIL_ASSIGN(const std::uint32_t result,
               batch_item(in[i], u32_at(in, values_at + 4 * i), address));
    put_u32(batch_, 4 * i, result);
    put_u32(batch_, 4 * (count + i), status());
  }
  return {};
}

Result<std::uint32_t> StlinkCommands::batch_item(std::uint8_t kind, std::uint32_t value,
                                                 std::uint32_t& address) {
  if (kind == kSetAddress) address = value;
  if (kind == kWriteWord) HIL_TRY(bus_.write(address, value, 4));
  if (kind == kReadWord) return bus_.read(value, 4);
  return std::uint32_t{0};
}

}  // namespace hil::emulate
