// SPDX-License-Identifier: Apache-2.0
// One diagram of a current (or power) over time.
#include "host/report/power_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/report/svg_panels.hpp"

namespace hil::report {
namespace {

constexpr const char* kCurve = "#0550ae";
constexpr const char* kEnvelope = "#9cc7f5";
constexpr const char* kMark = "#8250df";
constexpr const char* kLevel = "#9a6700";
constexpr double kLeastThickness = 1;
constexpr std::size_t kMostMarks = 400;

/// "0.25", "1.2"; as many digits as @p step needs.
std::string mark_text(double value, double step) {
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9)));
  return fmt::format("{:.{}f}", value + 0.0, decimals);  // no "-0"
}

class Drawing {
 public:
  Drawing(Svg& svg, const PowerPanel& panel, const SvgBox& box)
      : svg_(svg), panel_(panel), box_(box) {}

  void draw() {
    svg_.text({box_.x, box_.y - 10}, panel_.title, {.size = 13, .bold = true});
    spans();
    grid();
    curve();
    inferences();
    levels();
    sections();
    svg_.box(box_, "none", kFaintInk);
  }

 private:
  [[nodiscard]] double x_of(double seconds) const {
    const double share = (seconds - panel_.begin_s) / (panel_.end_s - panel_.begin_s);
    return box_.x + std::clamp(share, 0.0, 1.0) * box_.width;
  }
  [[nodiscard]] double y_of(double value) const {
    const double share = (value - panel_.low) / (panel_.high - panel_.low);
    return box_.bottom() - std::clamp(share, 0.0, 1.0) * box_.height;
  }
  [[nodiscard]] bool inside(double begin, double end) const {
    return end > panel_.begin_s && begin < panel_.end_s;
  }

  void spans() {
    for (const PowerSpan& span : panel_.spans) {
      if (!inside(span.begin_s, span.end_s)) continue;
      const double left = x_of(span.begin_s);
      const double width = std::max(0.5, x_of(span.end_s) - left);
      const char* fill = span.rejected ? "#ffcecb" : span_colour(span.kind);
      svg_.box({left, box_.y, width, box_.height}, fill, "none", span.tip);
      if (!panel_.name_spans) continue;
      const std::string name = svg_fitted(span.kind, width - 4, 10);
      svg_.text({left + width / 2, box_.y + 12}, name,
                {.size = 10, .anchor = SvgAnchor::kMiddle, .colour = kFaintInk});
    }
  }

  void sections() {
    for (const PowerSpan& section : panel_.sections) {
      if (!inside(section.begin_s, section.end_s)) continue;
      const double left = x_of(section.begin_s);
      const double right = std::max(left + 1, x_of(section.end_s));
      const double y = box_.y + 15;
      svg_.line({left, y}, {right, y}, kFaintInk);
      const std::string name = svg_fitted(section.kind, right - left + 40, 10);
      const double half = svg_text_width(name, 10) / 2 + 3;
      const double middle = std::clamp((left + right) / 2, box_.x + half, box_.right() - half);
      svg_.text({middle, y - 4}, name,
                {.size = 10, .anchor = SvgAnchor::kMiddle, .colour = kFaintInk});
    }
  }

  void grid() {
    const auto rows = axis_marks(panel_.low, panel_.high, 5);
    const double row_step = rows.size() > 1 ? rows[1] - rows[0] : 1;
    for (const double value : rows) {
      svg_.line({box_.x, y_of(value)}, {box_.right(), y_of(value)}, kGridLine);
      svg_.text({box_.x - 6, y_of(value) + 4}, mark_text(value, row_step),
                {.anchor = SvgAnchor::kEnd, .colour = kFaintInk});
    }
    svg_.text({box_.x - 6, box_.y - 10}, panel_.unit,
              {.anchor = SvgAnchor::kEnd, .colour = kFaintInk});
    const double length = panel_.end_s - panel_.begin_s;
    const bool small = length < 1;
    const double factor = small ? 1e3 : 1;
    const auto columns = axis_marks(panel_.begin_s * factor, panel_.end_s * factor, 10);
    const double step = columns.size() > 1 ? columns[1] - columns[0] : 1;
    for (const double mark : columns) {
      const double x = x_of(mark / factor);
      svg_.line({x, box_.bottom()}, {x, box_.bottom() + 4}, kFaintInk);
      svg_.text({x, box_.bottom() + 17}, mark_text(mark, step),
                {.anchor = SvgAnchor::kMiddle, .colour = kFaintInk});
    }
    svg_.text({box_.right(), box_.bottom() + 32}, small ? "ms of the recording" : "s",
              {.anchor = SvgAnchor::kEnd, .colour = kFaintInk});
  }

  /// The envelope as one area per run of columns that have samples, the mean as a line on it.
  void curve() {
    const double width = box_.width / static_cast<double>(panel_.columns.size());
    for (std::size_t first = 0; first < panel_.columns.size();) {
      if (!panel_.columns[first].any) {
        ++first;
        continue;
      }
      std::size_t end = first;
      while (end < panel_.columns.size() && panel_.columns[end].any)
        ++end;
      piece(first, end, width);
      first = end;
    }
    for (std::size_t i = 0; i < panel_.columns.size(); ++i) {
      if (!panel_.columns[i].lost) continue;
      const double x = box_.x + width * static_cast<double>(i);
      svg_.box({x, box_.bottom() - 5, std::max(width, 1.5), 5}, kAlarm, "none", "samples lost");
    }
  }

  void piece(std::size_t first, std::size_t end, double width) {
    std::vector<SvgPoint> outline, mean;
    for (std::size_t i = first; i < end; ++i) {
      const double x = box_.x + width * (static_cast<double>(i) + 0.5);
      outline.push_back({x, y_of(panel_.columns[i].largest) - kLeastThickness / 2});
      mean.push_back({x, y_of(panel_.columns[i].mean)});
    }
    for (std::size_t i = end; i > first; --i) {
      const double x = box_.x + width * (static_cast<double>(i) - 0.5);
      outline.push_back({x, y_of(panel_.columns[i - 1].least) + kLeastThickness / 2});
    }
    svg_.area(outline, kEnvelope);
    svg_.path(mean, kCurve, 1);
  }

  void inferences() {
    std::vector<double> inside;
    for (const double begin : panel_.inferences) {
      if (begin >= panel_.begin_s && begin <= panel_.end_s) inside.push_back(begin);
    }
    if (inside.size() > kMostMarks) return;
    for (const double begin : inside) {
      svg_.line({x_of(begin), box_.bottom() - 9}, {x_of(begin), box_.bottom()}, kMark);
    }
  }

  /// Names stand above their lines, and on top of each other where lines are close.
  void levels() {
    double last = -1e9;
    for (const PowerLevel& level : panel_.levels) {
      if (level.value < panel_.low || level.value > panel_.high) continue;
      const double y = y_of(level.value);
      svg_.line({box_.x, y}, {box_.right(), y}, kLevel, true);
      double at = y + 4;
      if (std::abs(at - last) < 13) at = last - 13;
      last = at;
      svg_.text({box_.right() + 6, at}, level.name, {.colour = kLevel});
    }
  }

  Svg& svg_;
  const PowerPanel& panel_;
  SvgBox box_;
};

}  // namespace

std::vector<PowerColumn> columns_of(std::span<const float> values, double rate_hz, double begin_s,
                                    double end_s, std::size_t columns) {
  std::vector<PowerColumn> made(columns);
  const auto size = static_cast<double>(values.size());
  const double first = begin_s * rate_hz;
  const double each = (end_s - begin_s) * rate_hz / static_cast<double>(columns);
  for (std::size_t c = 0; c < columns; ++c) {
    const double from = std::floor(first + each * static_cast<double>(c));
    const double to = std::max(from + 1, std::floor(first + each * static_cast<double>(c + 1)));
    if (!(to > 0) || !(from < size)) continue;
    PowerColumn& column = made[c];
    std::size_t count = 0;
    const auto last = static_cast<std::size_t>(std::min(size, to));
    for (auto k = static_cast<std::size_t>(std::max(0.0, from)); k < last; ++k) {
      const double value = values[k];
      if (std::isnan(value)) {
        column.lost = true;
        continue;
      }
      column.least = count == 0 ? value : std::min(column.least, value);
      column.largest = count == 0 ? value : std::max(column.largest, value);
      column.mean += value;
      ++count;
    }
    column.any = count > 0;
    if (count > 0) column.mean /= static_cast<double>(count);
  }
  return made;
}

std::vector<double> axis_marks(double low, double high, int about) {
  std::vector<double> marks;
  if (!(high > low) || !std::isfinite(high - low)) return marks;
  const double rough = (high - low) / about;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double digit = rough / power;
  const double step = power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
  const double first = std::ceil(low / step - 1e-9);
  for (double k = first; k * step <= high + 1e-9 * step; ++k)
    marks.push_back(k * step);
  return marks;
}

const char* span_colour(std::string_view kind) {
  if (kind == "inference" || kind == "load+infer") return "#ddf4ff";
  if (kind == "idle") return "#eaeef2";
  if (kind == "transfer") return "#fff8c5";
  if (kind == "pre-process") return "#dafbe1";
  if (kind == "post-process") return "#fbefff";
  if (kind == "period") return "#ffeff7";
  return "#fff1e5";
}

void draw_panel(Svg& svg, const PowerPanel& panel, const SvgBox& box) {
  Drawing(svg, panel, box).draw();
}

}  // namespace hil::report
