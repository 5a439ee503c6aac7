// SPDX-License-Identifier: Apache-2.0
// The text with which an emulated PPK2 answers the command for its metadata.
#pragma once

#include <string>

#include "host/emulate/meter/ppk2_front_end.hpp"

namespace hil::emulate {

enum class Ppk2MetadataFault : std::uint8_t {
  kNone,
  kNan,         ///< range 4 was never calibrated, and R2 is lost: "-nan"
  kWrongBlock,  ///< the factors of range n - 1 stand where those of n belong
};

/// `key: value` lines in the order and with the digits of a real unit's (facts/energy.md 3.3), the
/// last one "END".
std::string ppk2_metadata(const Ppk2Factors& factors, unsigned millivolts, unsigned mode,
                          Ppk2MetadataFault fault);

}  // namespace hil::emulate
