// SPDX-License-Identifier: Apache-2.0
// Which ends of a session a run may get over; pure.
#pragma once

#include "protocol/frame/control.hpp"

namespace hil::lab {

/// True for a reset that comes from outside: power, the reset pin, or a cause that the chip does
/// not tell. A fault, the watchdog and a reset that the software asked for are the agent's or the
/// model's doing, and hiding them would be wrong.
constexpr bool comes_from_outside(frame::ResetCause cause) {
  switch (cause) {
    case frame::ResetCause::kUnknown:
    case frame::ResetCause::kPowerOn:
    case frame::ResetCause::kPin:
    case frame::ResetCause::kBrownOut:
      return true;
    default:
      return false;
  }
}

}  // namespace hil::lab
