// SPDX-License-Identifier: Apache-2.0
// An nRF51: QEMU has its flash and controller; what it lacks of the factory information is here.
#pragma once

#include <cstdint>

#include "host/emulate/probe/chips/chip.hpp"

namespace hil::emulate {

/// The controller (NVMC, nRF51 Series Reference Manual 3.0, section 6) is QEMU's, so flash loaders
/// run on the emulated core. Only the stores that start erasing are looked at, for faults. The
/// cells are the machine's; their copy here is renewed by collect().
class Nrf51 : public Chip {
 public:
  static constexpr std::uint32_t kFlashBase = 0;
  static constexpr std::uint32_t kMaxFlashBytes = 0x4'0000;

  Nrf51(std::uint32_t flash_bytes, std::uint32_t config_id, const FlashFaults& faults)
      : flash_(kFlashBase, flash_bytes, faults), config_id_(config_id) {}

  std::optional<std::uint32_t> read(std::uint32_t address, unsigned size) override;
  bool write(std::uint32_t address, std::uint32_t value, unsigned size) override;
  FlashMemory* flash() override { return &flash_; }
  Status before_run(Machine& machine) override;
  Status collect(Machine& machine, bool foreign) override;

 private:
  /// The machine gets what it was not handed yet.
  Status hand_over(Machine& machine);
  /// Bytes at the start of the flash that are protected, as CLENR0 says it.
  [[nodiscard]] std::uint32_t region0_bytes() const;

  FlashMemory flash_;
  std::uint32_t config_id_;
};

}  // namespace hil::emulate
