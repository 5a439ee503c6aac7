// SPDX-License-Identifier: Apache-2.0
// An INA228 on the board's own I2C bus: set up from here, read by the agent around each window.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/trace.hpp"

namespace hil::energy {

/// One transfer on the board's bus: writes bytes, then reads so many; session::i2c_transfer().
using I2cTransfer = std::function<Result<std::vector<std::uint8_t>>(
    std::uint8_t address, std::span<const std::uint8_t> out, std::size_t in_bytes)>;

/// How it is wired.
struct Ina228Wiring {
  std::uint8_t address = 0x40;  ///< 0x40 to 0x4f, by its pins A0 and A1
  double shunt_ohm = 0;
  /// Most that flows; 0: what the finer of its two ranges holds. The less it is, the finer it
  /// counts.
  double max_a = 0;
};

/// What the bits of its accumulators mean.
struct Ina228Scale {
  double joules_per_code = 0;    ///< of ENERGY
  double coulombs_per_code = 0;  ///< of CHARGE
  double refresh_s = 0;          ///< between two additions: one conversion of current and voltage
};

/// Its registers that are written here.
struct Ina228Settings {
  std::uint16_t config = 0, adc_config = 0, shunt_cal = 0;
  std::uint16_t alerts = 0, most = 0, least = 0;
};

/// One that has been set up and counts.
struct Ina228 {
  MeterInfo info;
  Accuracy accuracy;  ///< as of an EnergyCounter: steps in watts, `code_step_a` in joules
  Supply supply;      ///< as it measured the bus while it was set up
  Ina228Scale scale;
  double most_a = 0;     ///< of either sign, that it counts
  Ina228Settings found;  ///< as it was before
};

/// Looks whether an INA228 is at the place that @p wiring names, resets its accumulators, and has
/// it convert without pause. Blocks as long as @p i2c does. Registers and formulas are the maker's,
/// as taken down by those who planned this; not tried on a chip.
///   kUser  a shunt, current or address that cannot be
///   kLab   another chip answers, it does not keep what is written to it, or the bus has no voltage
///   and every error of @p i2c
Result<Ina228> set_up_ina228(const I2cTransfer& i2c, const Ina228Wiring& wiring);

/// Looks behind a run whether all that flowed since was counted: the chip keeps in mind that one of
/// its conversions, 560 us each, was beyond what it counts.
///   kLab  it was, or the chip calls its own memory damaged
///   and every error of @p i2c
Status check_ina228(const I2cTransfer& i2c, const Ina228Wiring& wiring, const Ina228& chip);

/// Writes the settings back that the chip had when it was found; its accumulators are lost.
///   kLab  it does not keep them
///   and every error of @p i2c
Status leave_ina228(const I2cTransfer& i2c, const Ina228Wiring& wiring, const Ina228& chip);

/// Joules between two readings of ENERGY (40 bits without sign, that wrap).
double joules_between(std::uint64_t before, std::uint64_t behind, const Ina228Scale& scale);

/// Coulombs between two readings of CHARGE (40 bits in two's complement, that wrap).
double coulombs_between(std::uint64_t before, std::uint64_t behind, const Ina228Scale& scale);

}  // namespace hil::energy
