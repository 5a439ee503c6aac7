// SPDX-License-Identifier: Apache-2.0
// What an emulated LPM01A has been told, command by command, and what it answers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/emulate/meter/lpm01a_device.hpp"

namespace hil::emulate {

/// Its settings, as they are when it is switched on.
struct Lpm01aSettings {
  enum class Edges : std::uint8_t { kNone, kFalling, kRising, kBoth };

  bool controlled = false;
  bool energy = false;
  bool text = true;
  double rate_hz = 100;
  bool trigger_d7 = false;
  Edges edges = Edges::kNone;
  unsigned millivolts = 3300;
  bool power_auto = true;  ///< the supply goes on with the acquisition
  bool power_on = false;
  bool power_end_on = true;    ///< the supply stays on at the end of an acquisition
  bool static_values = false;  ///< `acqmode stat`: an acquisition is one value
  bool error = false;          ///< stands until `status` has told it
};

/// What a command makes it do beside changing settings.
enum class Lpm01aAction : std::uint8_t { kNone, kStart, kStop, kSupply };

struct Lpm01aAnswer {
  std::string text;  ///< as it goes onto the line
  Lpm01aAction action = Lpm01aAction::kNone;
};

/// Carries out @p line, a command without its end, on @p settings; @p acquiring allows `stop` and
/// `pwr` alone. A command that is refused changes nothing. An empty line has no answer.
Lpm01aAnswer obey(std::string_view line, bool acquiring, const Lpm01aFirmware& firmware,
                  const Lpm01aFaults& faults, Lpm01aSettings& settings);

}  // namespace hil::emulate
