// SPDX-License-Identifier: Apache-2.0
// Current over time as one SVG picture: the whole recording, and one window of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/report/power_panel.hpp"

namespace hil::report {

/// A recording for a picture; times are seconds from its beginning.
struct PowerPicture {
  std::string title;               ///< "kws.tflite on nucleo_f446re"
  std::vector<std::string> lines;  ///< below it: what was measured, by what
  std::string unit = "mA";         ///< of values and levels
  double rate_hz = 0;
  std::vector<float> values;  ///< one per sample; NaN where a sample was lost
  std::vector<PowerSpan> spans;
  std::vector<PowerSpan> sections{};  ///< longer stretches, named at the top of the whole recording
  std::vector<double> inferences;     ///< begins, as the sync wire shows them
  std::vector<PowerLevel> levels;     ///< horizontal lines: idle, mean
  std::optional<std::size_t> zoomed;  ///< index into spans, shown large below
};

/// The picture: valid XML without external resources, its size does not grow with the samples (each
/// column of pixels has least, mean and largest of what is in it).
std::string energy_svg(const PowerPicture& picture);

}  // namespace hil::report
