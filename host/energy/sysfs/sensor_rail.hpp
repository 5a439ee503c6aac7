// SPDX-License-Identifier: Apache-2.0
// A supply line that Linux measures: which files to read, and what their numbers mean.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/energy/trace.hpp"

namespace hil::energy {

/// (number in `file` + offset) * scale is in ampere, volt or watt.
struct SensorChannel {
  std::filesystem::path file;
  double scale = 1;
  double offset = 0;
};

/// Texts are safe for a terminal.
struct SensorRail {
  std::string name;    ///< its label ("VDD_IN"), else `id`
  std::string id;      ///< by where it is on its bus: "ina3221@1-0040/1"
  std::string device;  ///< what it is a channel of: "ina3221", or the label that device has
  std::string chip;    ///< as its driver says
  std::filesystem::path folder;

  Quantity quantity = Quantity::kCurrent;
  SensorChannel value;                   ///< A or W
  std::optional<SensorChannel> volts{};  ///< of the same line
  double update_s = 0;                   ///< between two new readings; 0: not told
  double full_scale = 0;                 ///< from |this| on the chip clips, A or W; 0: not known
  AccuracyStep accuracy{};               ///< of `value`
  double volts_gain = 0;                 ///< relative, standard
  double volts_offset = 0;               ///< volt, standard; with the code's step
  std::string accuracy_source;
  std::string problem{};  ///< why it cannot be read; empty: it can
};

/// Puts gain, offset, steps and full scale of its chip into @p rail; @p shunt_ohm 0: not known.
/// @p value_step and @p volts_step are between neighbouring numbers of its files, in A or W and V.
void set_accuracy(SensorRail& rail, double shunt_ohm, double value_step, double volts_step);

/// Whether one of @p picked measures what flows through @p rail, too: a Jetson's rail beside the
/// input of the module (VDD_IN, POM_5V_IN), be it on the same INA3221 or on a second one.
bool is_part_of_another(const SensorRail& rail, const std::vector<SensorRail>& picked);

/// Those of @p all that @p names name: each a rail by name or id, or a device (all its rails). No
/// names: the only one there is. None comes twice.
///   kLab   @p all is empty, a rail cannot be read
///   kUser  no such rail (the nearest in `hint`), one of several with that name, or no name where
///          there are several
Result<std::vector<SensorRail>> pick_rails(const std::vector<SensorRail>& all,
                                           const std::vector<std::string>& names,
                                           const std::string& kind);

}  // namespace hil::energy
