// SPDX-License-Identifier: Apache-2.0
// Current over time as one SVG picture.
#include "host/report/energy_svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "host/report/svg_panels.hpp"

namespace hil::report {
namespace {

constexpr double kWidth = 1180;
constexpr double kLeft = 70;
constexpr double kRight = 130;  ///< for names of levels
constexpr double kPlotWidth = kWidth - kLeft - kRight;
constexpr double kWholeHeight = 240;
constexpr double kZoomHeight = 280;
constexpr double kGap = 84;
constexpr std::size_t kColumns = 980;
constexpr double kLineHeight = 17;
/// More of them would be a bar below all windows.
constexpr std::size_t kMostInferences = 100;
/// Of the stretch with windows, what is shown before it and behind it.
constexpr double kMargin = 0.03;
/// Of the zoomed window, what is shown before it and behind it.
constexpr double kAround = 0.12;

struct Range {
  double low = 0, high = 1;
};

/// From 0 (or the least value) to a little above the largest.
Range range_of(const std::vector<PowerColumn>& columns) {
  Range range{0, 0};
  for (const PowerColumn& column : columns) {
    if (!column.any) continue;
    range.low = std::min(range.low, column.least);
    range.high = std::max(range.high, column.largest);
  }
  if (!(range.high > range.low)) range.high = range.low + 1;
  range.high += 0.08 * (range.high - range.low);
  return range;
}

/// A square and a name for each kind of span that is there; returns the y of the last row.
double draw_legend(Svg& svg, const PowerPicture& picture, SvgPoint at) {
  std::vector<std::string> kinds;
  bool rejected = false;
  for (const PowerSpan& span : picture.spans) {
    rejected = rejected || span.rejected;
    if (std::find(kinds.begin(), kinds.end(), span.kind) == kinds.end()) kinds.push_back(span.kind);
  }
  const double left = at.x;
  const auto entry = [&](const char* fill, const std::string& name) {
    if (at.x + 17 + svg_text_width(name, 11) > kWidth - 10) at = {left, at.y + kLineHeight};
    svg.box({at.x, at.y - 10, 12, 12}, fill, kFaintInk);
    svg.text({at.x + 17, at.y}, name);
    at.x += 17 + svg_text_width(name, 11) + 18;
  };
  for (const std::string& kind : kinds)
    entry(span_colour(kind), kind);
  if (rejected) entry("#ffcecb", "does not count");
  entry("#0550ae", "mean of a pixel's samples");
  entry("#9cc7f5", "least to largest");
  if (!picture.inferences.empty()) entry("#8250df", "an inference begins (sync wire)");
  return at.y;
}

PowerPanel panel_of(const PowerPicture& picture, double begin_s, double end_s) {
  PowerPanel panel;
  panel.unit = picture.unit;
  panel.begin_s = begin_s;
  panel.end_s = end_s;
  panel.columns = columns_of(picture.values, picture.rate_hz, begin_s, end_s, kColumns);
  const Range range = range_of(panel.columns);
  panel.low = range.low;
  panel.high = range.high;
  panel.spans = picture.spans;
  panel.inferences = picture.inferences;
  panel.levels = picture.levels;
  return panel;
}

/// From a little before the first window to a little behind the last; all without windows.
std::pair<double, double> stretch_of(const PowerPicture& picture, double length) {
  double begin = length;
  double end = 0;
  for (const PowerSpan& span : picture.spans) {
    begin = std::min(begin, span.begin_s);
    end = std::max(end, span.end_s);
  }
  if (!(end > begin)) return {0, length};
  const double margin = kMargin * (end - begin);
  return {std::max(0.0, begin - margin), std::min(length, end + margin)};
}

}  // namespace

std::string energy_svg(const PowerPicture& picture) {
  Svg svg;
  svg.text({kLeft, 34}, picture.title, {.size = 18, .bold = true});
  double y = 34;
  for (const std::string& line : picture.lines)
    svg.text({kLeft, y += kLineHeight}, svg_fitted(line, kWidth - kLeft - 10, 12),
             {.size = 12, .colour = kFaintInk});
  y = draw_legend(svg, picture, {kLeft, y + 26});
  const double length =
      picture.rate_hz > 0 ? static_cast<double>(picture.values.size()) / picture.rate_hz : 0;
  if (!(length > 0)) {
    svg.text({kLeft, y += 30}, "No samples.");
    return svg.finish(kWidth, y + 30, picture.title);
  }
  const auto [from, to] = stretch_of(picture, length);
  PowerPanel whole = panel_of(picture, from, to);
  whole.title = "All windows";
  whole.sections = picture.sections;
  if (whole.inferences.size() > kMostInferences) whole.inferences.clear();
  const SvgBox top{kLeft, y += 40, kPlotWidth, kWholeHeight};
  draw_panel(svg, whole, top);
  y = top.bottom();
  if (picture.zoomed && *picture.zoomed < picture.spans.size()) {
    const PowerSpan& span = picture.spans[*picture.zoomed];
    const double around = kAround * (span.end_s - span.begin_s);
    PowerPanel zoom = panel_of(picture, std::max(0.0, span.begin_s - around),
                               std::min(length, span.end_s + around));
    zoom.title = fmt::format("One window: {} at {:.4f} s", span.kind, span.begin_s);
    zoom.name_spans = true;
    const SvgBox bottom{kLeft, y + kGap, kPlotWidth, kZoomHeight};
    draw_panel(svg, zoom, bottom);
    y = bottom.bottom();
  }
  return svg.finish(kWidth, y + 50, picture.title);
}

}  // namespace hil::report
