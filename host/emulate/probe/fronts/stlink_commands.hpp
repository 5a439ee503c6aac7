// SPDX-License-Identifier: Apache-2.0
// The commands of an ST-LINK/V2-1 with firmware V2J37, carried out on the emulated core.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/base/result.hpp"
#include "host/emulate/probe/core/core_debug.hpp"
#include "host/emulate/probe/core/debug_bus.hpp"
#include "host/emulate/probe/core/debug_port.hpp"

namespace hil::emulate {

/// What OpenOCD 0.12 sends over SWD and JTAG, high-level (hla) and direct (dapdirect).
///
/// Whatever fails, fails with kDevice: QEMU ended or does not answer.
class StlinkCommands {
 public:
  /// USB command blocks have this size.
  static constexpr std::size_t kCommandBytes = 16;

  /// @p jtag_idcode is what it reads in JTAG mode. All outlive it.
  StlinkCommands(DebugPort& port, DebugBus& bus, CoreDebug& core, std::uint32_t jtag_idcode)
      : port_(port), bus_(bus), core_(core), jtag_idcode_(jtag_idcode) {}

  /// Carries out @p command (kCommandBytes) with the data @p in that came with it. @p out, of the
  /// size the host wants to read, is all zeros and gets the answer.
  Status run(std::span<const std::uint8_t> command, std::span<const std::uint8_t> in,
             std::span<std::uint8_t> out);

 private:
  using Bytes = std::span<const std::uint8_t>;
  using Out = std::span<std::uint8_t>;

  Status run_debug(Bytes command, Bytes in, Out out);
  /// Each returns whether it knows the command.
  Result<bool> run_mode(Bytes command, Out out);
  Result<bool> run_core(Bytes command, Out out);
  Result<bool> run_dap(Bytes command, Out out);
  Result<bool> run_memory(Bytes command, Bytes in, Out out);
  Status read_memory(Bytes command, unsigned unit, bool same_address, Out out);
  Status write_memory(Bytes command, unsigned unit, bool same_address, Bytes in);
  Status read_all_registers(Out out);
  Status drive_reset_pin(std::uint8_t level);
  Status run_batch(Bytes command, Bytes in);
  Result<std::uint32_t> batch_item(std::uint8_t kind, std::uint32_t value, std::uint32_t& address);
  [[nodiscard]] std::uint8_t status() const;

  DebugPort& port_;
  DebugBus& bus_;
  CoreDebug& core_;
  std::uint32_t jtag_idcode_;
  std::uint8_t mode_ = 1;  ///< as GET_CURRENT_MODE tells it: mass storage
  bool jtag_ = false;
  std::uint8_t transfer_status_ = 0x80;  ///< of the last memory access
  std::vector<std::uint8_t> batch_;      ///< results of the last batch: values, then states
};

}  // namespace hil::emulate
