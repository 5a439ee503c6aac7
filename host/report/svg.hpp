// SPDX-License-Identifier: Apache-2.0
// Writes SVG 1.1 pictures: shapes and text in, valid XML out.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hil::report {

/// @p text for XML: '&', '<', '>' and quotes escaped, anything but printable ASCII as '?'.
std::string xml_text(std::string_view text);

/// Lengths are pixels, y grows downwards.
struct SvgPoint {
  double x = 0, y = 0;
};

struct SvgBox {
  double x = 0, y = 0, width = 0, height = 0;
  [[nodiscard]] double right() const { return x + width; }
  [[nodiscard]] double bottom() const { return y + height; }
};

enum class SvgAnchor { kStart, kMiddle, kEnd };

struct SvgFont {
  double size = 11;
  bool bold = false;
  SvgAnchor anchor = SvgAnchor::kStart;
  const char* colour = "#24292f";
};

/// About how wide @p text is in a font of @p size; sans-serif fonts differ by some percent.
double svg_text_width(std::string_view text, double size);

/// @p text, cut so that it is not wider than @p width; a cut one ends in "..", and where not even
/// two letters have room nothing is left.
std::string svg_fitted(std::string_view text, double width, double size);

/// A picture in the making; later shapes cover earlier ones. Colours are "#rrggbb" or "none".
class Svg {
 public:
  /// @p tip, if any, is shown where the mouse rests on the box.
  void box(const SvgBox& box, const char* fill, const char* stroke, std::string_view tip = {},
           double radius = 0);
  /// @p at is the left end, the middle or the right end of the baseline, by the font's anchor.
  void text(SvgPoint at, std::string_view text, const SvgFont& font = {});
  void line(SvgPoint from, SvgPoint to, const char* stroke, bool dashed = false);
  /// What lies between the points, in their order.
  void area(const std::vector<SvgPoint>& outline, const char* fill);
  /// Straight pieces from point to point.
  void path(const std::vector<SvgPoint>& points, const char* stroke, double width);
  /// Straight pieces from point to point, the last one with an arrow head.
  void arrow(const std::vector<SvgPoint>& points, const char* stroke);

  /// The whole file with a white background. @p title is its name for readers of all kinds.
  [[nodiscard]] std::string finish(double width, double height, std::string_view title) const;

 private:
  std::string shapes_;
};

}  // namespace hil::report
