// SPDX-License-Identifier: Apache-2.0
// OpenOCD's remote_bitbang protocol over JTAG, as one client sees it.
#pragma once

#include <cstdint>
#include <vector>

#include "host/emulate/probe/core/core_debug.hpp"
#include "host/emulate/probe/core/debug_bus.hpp"
#include "host/emulate/probe/fronts/front.hpp"
#include "host/emulate/probe/fronts/jtag_chain.hpp"

namespace hil::emulate {

/// One character per request: '0' to '7' set TCK, TMS and TDI (bits 2, 1, 0), 'R' asks for TDO
/// ('0' or '1' comes back), 'r' to 'u' set TRST and SRST (bits 1, 0), 'B' and 'b' blink, 'Q' quits;
/// others are ignored.
class BitbangFront : public Front {
 public:
  /// @p bus and @p core outlive it.
  BitbangFront(JtagChain chain, DebugBus& bus, CoreDebug& core)
      : chain_(std::move(chain)), bus_(bus), core_(core) {}

  Result<bool> take(std::span<const std::uint8_t> bytes,
                    std::vector<std::uint8_t>& answers) override;

 private:
  Status set_pins(unsigned pins);
  Status set_resets(bool trst, bool srst);

  JtagChain chain_;
  DebugBus& bus_;
  CoreDebug& core_;
  bool tck_ = false;
};

}  // namespace hil::emulate
