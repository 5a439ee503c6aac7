// SPDX-License-Identifier: Apache-2.0
// The address space as the debug port's memory accesses see it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/base/result.hpp"
#include "host/emulate/probe/core/core_debug.hpp"

namespace hil::emulate {

/// Brings each access to who answers it: the core's debug registers, the chip model, the RAM of a
/// running flash loader, or QEMU's machine. Single stores to consecutive RAM addresses are gathered
/// and given to the machine in one piece: by flush(), or before anything could see that they were
/// late.
///
/// Whatever fails, fails with kDevice: QEMU ended or does not answer.
class DebugBus {
 public:
  explicit DebugBus(CoreDebug& core) : core_(core) {}

  /// @p size is 1, 2 or 4 bytes.
  Result<std::uint32_t> read(std::uint32_t address, unsigned size);
  Status write(std::uint32_t address, std::uint32_t value, unsigned size);

  /// Blocks by accesses of @p unit bytes (1, 2 or 4; what is left over at the end is not accessed).
  Status read_block(std::uint32_t address, std::span<std::uint8_t> bytes, unsigned unit);
  Status write_block(std::uint32_t address, std::span<const std::uint8_t> bytes, unsigned unit);

  /// Gives gathered stores to the machine.
  Status flush();
  /// Forgets them: the machine is gone.
  void abandon() { gathered_.clear(); }

 private:
  [[nodiscard]] bool is_ram(std::uint32_t address, std::uint64_t size) const;
  Status gather(std::uint32_t address, std::uint32_t value, unsigned size);

  CoreDebug& core_;
  std::vector<std::uint8_t> gathered_;
  std::uint32_t gathered_at_ = 0;
};

}  // namespace hil::emulate
