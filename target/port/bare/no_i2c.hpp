// SPDX-License-Identifier: Apache-2.0
// The wires of a chip whose boards have no I2C bus, for bare/i2c.cpp.
#pragma once

namespace hil::port {

struct NoI2c {
  static constexpr bool kWired = false;
};

}  // namespace hil::port
