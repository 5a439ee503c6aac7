// SPDX-License-Identifier: Apache-2.0
// The USB serial line of an emulated meter: a pseudo-terminal that others open by its path.
#pragma once

#include <memory>
#include <string>

#include "host/base/result.hpp"
#include "host/link/link.hpp"

namespace hil::emulate {

struct MeterLine {
  std::unique_ptr<Link> link;  ///< the meter's end; destroying it is unplugging the meter
  std::string path;  ///< the host's end, "/dev/pts/4", open to any number of users in turn
};

/// A fresh line. It does not hang up when its user closes it: the meter does not notice, as on USB.
///   kLab  no pseudo-terminal can be had
Result<MeterLine> open_meter_line();

}  // namespace hil::emulate
