// SPDX-License-Identifier: Apache-2.0
// Reads the accumulators of an INA228, a power monitor on the board's I2C bus.
#pragma once

#include <cstdint>

#include "target/agent/energy_state.hpp"

namespace hil::agent {

/// Reads the registers ENERGY and CHARGE (INA228 data sheet SLYS021A, section 7.6: numbers 9 and
/// Ah, 40 bits each, the highest byte first). count.failed if it does not answer. What the numbers
/// mean is the host's to know: it has set the chip up (host/energy/agent_counter).
void read_ina228(std::uint8_t address, EnergyCount& count);

}  // namespace hil::agent
