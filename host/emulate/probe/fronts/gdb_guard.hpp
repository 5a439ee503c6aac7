// SPDX-License-Identifier: Apache-2.0
// Keeps gdb clients away from what QEMU's stub offers beyond debugging.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hil::emulate {

/// QEMU's stub carries out monitor commands (qRcmd), and those can start programs on this machine;
/// whoever may connect to the port must not get that far. Packets pass as they are if gdb could
/// have sent them; monitor commands are answered as unknown, damaged ones asked for again. Pure and
/// resumable at any byte.
class GdbGuard {
 public:
  /// Takes the client's bytes: appends to @p pass what QEMU may have, to @p answers what the client
  /// gets at once. False: it sent a packet of absurd length.
  bool take(std::span<const std::uint8_t> bytes, std::vector<std::uint8_t>& pass,
            std::vector<std::uint8_t>& answers);

 private:
  void end_packet(std::vector<std::uint8_t>& pass, std::vector<std::uint8_t>& answers);

  std::string packet_;  ///< from '$' on; empty between packets
};

}  // namespace hil::emulate
