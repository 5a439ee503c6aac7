// SPDX-License-Identifier: Apache-2.0
// The debug port and its one access port to memory (Arm Debug Interface v5).
#pragma once

#include <cstdint>

#include "host/base/result.hpp"
#include "host/emulate/probe/core/debug_bus.hpp"

namespace hil::emulate {

/// Registers as IHI 0031 describes them; access port 0 is a MEM-AP on the AHB, others read as 0.
/// A core that faulted (CoreDebug::faulted()) sets STICKYERR.
///
/// Whatever fails, fails with kDevice: QEMU ended or does not answer.
class DebugPort {
 public:
  /// @p dpidr and @p ap_idr are what it says it is. @p bus and @p core outlive it.
  DebugPort(DebugBus& bus, CoreDebug& core, std::uint32_t dpidr, std::uint32_t ap_idr)
      : bus_(bus), core_(core), dpidr_(dpidr), ap_idr_(ap_idr) {}

  [[nodiscard]] std::uint32_t dpidr() const { return dpidr_; }

  /// A register of the debug port; @p address is 0x0, 0x4, 0x8 or 0xC.
  [[nodiscard]] std::uint32_t read_dp(std::uint32_t address) const;
  void write_dp(std::uint32_t address, std::uint32_t value);
  /// The ABORT register, which over SWD is at address 0 and in JTAG an instruction of its own.
  void abort(std::uint32_t value);

  /// A register of access port @p port; @p address is 0x00 to 0xFC.
  Result<std::uint32_t> read_ap(std::uint32_t port, std::uint32_t address);
  Status write_ap(std::uint32_t port, std::uint32_t address, std::uint32_t value);

  /// The same where SELECT names the port and the bank; @p address is 0x0, 0x4, 0x8 or 0xC.
  Result<std::uint32_t> read_selected(std::uint32_t address);
  Status write_selected(std::uint32_t address, std::uint32_t value);

  /// What the last transaction read, for RDBUFF.
  void set_read_buffer(std::uint32_t value) { read_buffer_ = value; }

 private:
  [[nodiscard]] unsigned access_size() const;
  /// Accesses that one DRW access stands for: more than one only in packed transfers.
  [[nodiscard]] unsigned accesses() const;
  void advance_address();
  Result<std::uint32_t> read_data();
  Status write_data(std::uint32_t value);
  void note_fault();

  DebugBus& bus_;
  CoreDebug& core_;
  std::uint32_t dpidr_;
  std::uint32_t ap_idr_;
  std::uint32_t control_ = 0;
  std::uint32_t select_ = 0;
  std::uint32_t read_buffer_ = 0;
  std::uint32_t csw_ = 0x2300'0042;  ///< words, no increment, enabled
  std::uint32_t address_ = 0;        ///< TAR
  bool sticky_error_ = false;
};

}  // namespace hil::emulate
