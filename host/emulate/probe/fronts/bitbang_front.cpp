// SPDX-License-Identifier: Apache-2.0
// BitbangFront: characters to clock edges.
#include "host/emulate/probe/fronts/bitbang_front.hpp"

namespace hil::emulate {

Result<bool> BitbangFront::take(std::span<const std::uint8_t> bytes,
                                std::vector<std::uint8_t>& answers) {
  for (const std::uint8_t byte : bytes) {
    if (byte >= '0' && byte <= '7') {
      HIL_TRY(set_pins(byte - unsigned{'0'}));
    } else if (byte == 'R') {
      answers.push_back(chain_.tdo() ? '1' : '0');
    } else if (byte >= 'r' && byte <= 'u') {
      const unsigned resets = byte - unsigned{'r'};
      HIL_TRY(set_resets((resets & 2U) != 0, (resets & 1U) != 0));
    } else if (byte == 'Q') {
      return false;
    }
  }
  HIL_TRY(bus_.flush());
  return true;
}

Status BitbangFront::set_pins(unsigned pins) {
  const bool tck = (pins & 4U) != 0;
  const bool rises = tck && !tck_;
  tck_ = tck;
  return rises ? chain_.clock((pins & 2U) != 0, (pins & 1U) != 0) : Status{};
}

Status BitbangFront::set_resets(bool trst, bool srst) {
  if (trst) chain_.reset();
  HIL_TRY(bus_.flush());
  return core_.drive_reset_pin(!srst);
}

}  // namespace hil::emulate
