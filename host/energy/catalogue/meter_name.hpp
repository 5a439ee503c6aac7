// SPDX-License-Identifier: Apache-2.0
// What people write behind --meter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace hil::energy {

enum class MeterKind : std::uint8_t {
  kPpk2,
  kLpm01a,
  kHwmon,
  kIio,
  kPowercap,
  kAgent,
  kJoulescope,
  kReplay,
};
/// "ppk2", "lpm01a", "hwmon", "iio", "powercap", "agent", "joulescope", "replay".
const char* word_of(MeterKind kind);

/// KIND[@SERIAL][:WHERE]: "ppk2", "ppk2@D6A1", "lpm01a:/dev/ttyACM1", "hwmon:VDD_IN,VDD_SOC",
/// "iio:ina226", "powercap:package-0", "agent", "agent:0x41", "joulescope@000123",
/// "replay:trace.bin".
struct MeterName {
  MeterKind kind = MeterKind::kPpk2;
  std::string serial;  ///< of one of several alike; empty: the only one
  std::string where;   ///< port, rails, device, zones, address or file; empty: to be found

  /// `where` as a list: what lies between its commas, none empty.
  [[nodiscard]] std::vector<std::string> parts() const;
  /// As it is written behind --meter.
  [[nodiscard]] std::string text() const;
};

/// Takes @p text apart. It is printable, and what a kind has no use for is refused: a serial number
/// for all but ppk2, lpm01a and joulescope; a place for joulescope; no file for replay; for agent
/// what is no I2C address.
///   kUser  no such kind (the nearest in `hint`), or something is missing, empty or too much
Result<MeterName> parse_meter_name(std::string_view text);

/// Of the counter on the board (`agent`): its I2C address, 0x40 if @p name says none.
///   kUser  it is not 0x and two hexadecimal digits up to 7f
Result<std::uint8_t> counter_address(const MeterName& name);

/// True for meters that add up by themselves (powercap and agent); the others give samples.
bool gives_counts(MeterKind kind);

}  // namespace hil::energy
