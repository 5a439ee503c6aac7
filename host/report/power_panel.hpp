// SPDX-License-Identifier: Apache-2.0
// One diagram of a current (or power) over time.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "host/report/svg.hpp"

namespace hil::report {

/// A stretch of time that has a name.
struct PowerSpan {
  std::string kind;  ///< decides the colour: "inference", "idle", ...
  double begin_s = 0, end_s = 0;
  std::string tip;        ///< shown where the mouse rests
  bool rejected = false;  ///< does not count
};

/// A horizontal line with its name.
struct PowerLevel {
  std::string name;
  double value = 0;
};

/// What one column of pixels shows.
struct PowerColumn {
  double least = 0, mean = 0, largest = 0;
  bool any = false;   ///< a sample lies in it
  bool lost = false;  ///< one that does is missing
};

/// The samples from @p begin_s to @p end_s in @p columns equal parts; a part without a sample of
/// its own has the one that covers it.
std::vector<PowerColumn> columns_of(std::span<const float> values, double rate_hz, double begin_s,
                                    double end_s, std::size_t columns);

/// Marks of an axis from @p low to @p high: multiples of 1, 2 or 5 times a power of ten, @p about
/// so many.
std::vector<double> axis_marks(double low, double high, int about);

/// The fill for spans of @p kind.
const char* span_colour(std::string_view kind);

struct PowerPanel {
  std::string title, unit;
  double begin_s = 0, end_s = 0, low = 0, high = 1;
  std::vector<PowerColumn> columns;
  std::vector<PowerSpan> spans;    ///< those beyond the panel are left out or cut
  std::vector<double> inferences;  ///< likewise
  std::vector<PowerLevel> levels;
  bool name_spans = false;            ///< writes their kinds above them
  std::vector<PowerSpan> sections{};  ///< named at the top, with a line below each name
};

/// Draws @p panel; @p box is the diagram itself, axes and title lie outside of it (60 pixels on the
/// left, 24 above, 40 below).
void draw_panel(Svg& svg, const PowerPanel& panel, const SvgBox& box);

}  // namespace hil::report
