// SPDX-License-Identifier: Apache-2.0
// The memory plan of a model as rectangles over time and address.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "host/report/summary_words.hpp"
#include "host/report/svg_panels.hpp"
#include "host/report/text.hpp"

namespace hil::report {
namespace {

using namespace hil::model;

constexpr std::array<const char*, 10> kColours = {"#a8d5ff", "#ffd8a8", "#b2f2bb", "#e5b8f4",
                                                  "#ffec99", "#99e9f2", "#ffc9c9", "#d0bfff",
                                                  "#c3e6a1", "#ffdeeb"};
constexpr double kAxisWidth = 74;
constexpr double kTitleHeight = 46;
constexpr double kPlotHeight = 380;
constexpr double kLeastPlotWidth = 560;
constexpr double kMostPlotWidth = 1400;
constexpr double kOperatorWidth = 56;
constexpr std::size_t kTellingLetters = 12;  // a shorter piece of a name says nothing
constexpr double kLeastHeight = 3;           // of a rectangle
constexpr double kRowHeight = 18;            // of the legend

class MemoryPanel {
 public:
  MemoryPanel(Svg& svg, const ModelSummary& summary, SvgPoint at)
      : svg_(svg), summary_(summary), memory_(*summary.memory), order_(in_order(memory_)) {
    const double operators = static_cast<double>(summary.layers.size());
    const double width = std::clamp(operators * kOperatorWidth, kLeastPlotWidth, kMostPlotWidth);
    plot_ = {at.x + kAxisWidth, at.y + kTitleHeight, width, kPlotHeight};
    x_scale_ = width / std::max(operators, 1.0);
    y_scale_ = kPlotHeight / static_cast<double>(std::max<std::uint64_t>(memory_.arena_bytes, 1));
  }

  SvgBox draw() {
    svg_.text({plot_.x, plot_.y - kTitleHeight + 14}, "Memory plan: addresses over operators",
              {.size = 14, .bold = true});
    draw_axes();
    for (std::size_t i = 0; i < order_.size(); ++i)
      draw_buffer(i);
    draw_bound();
    const double bottom = draw_legend();
    return {plot_.x - kAxisWidth, plot_.y - kTitleHeight, plot_.width + kAxisWidth + 10,
            bottom - (plot_.y - kTitleHeight)};
  }

 private:
  [[nodiscard]] double x_of(std::size_t op) const {
    return plot_.x + x_scale_ * static_cast<double>(op);
  }
  [[nodiscard]] double y_of(std::uint64_t address) const {
    return plot_.bottom() - y_scale_ * static_cast<double>(address);
  }

  void draw_axes() {
    svg_.box(plot_, "#fbfcfd", kGridLine);
    for (std::uint64_t quarter = 0; quarter <= 4; ++quarter) {
      const std::uint64_t address = memory_.arena_bytes / 4 * quarter;
      const double y = quarter == 4 ? plot_.y : y_of(address);
      svg_.line({plot_.x - 4, y}, {plot_.right(), y}, kGridLine);
      svg_.text({plot_.x - 8, y + 4}, grouped(quarter == 4 ? memory_.arena_bytes : address),
                {.anchor = SvgAnchor::kEnd, .colour = kFaintInk});
    }
    const std::size_t layers = summary_.layers.size();
    std::size_t every = 1;
    for (const std::size_t factor : {2U, 5U, 10U, 20U, 50U, 100U, 200U, 500U}) {
      if (static_cast<double>(every) * x_scale_ < 30) every = factor;
    }
    for (std::size_t op = 0; op < layers; op += every) {
      svg_.line({x_of(op), plot_.y}, {x_of(op), plot_.bottom() + 4}, kGridLine);
      svg_.text({x_of(op) + x_scale_ / 2, plot_.bottom() + 16}, std::to_string(op),
                {.anchor = SvgAnchor::kMiddle, .colour = kFaintInk});
    }
    svg_.text({plot_.x, plot_.bottom() + 32}, "operator (bytes of the arena upwards)",
              {.colour = kFaintInk});
  }

  void draw_buffer(std::size_t place) {
    const BufferSummary& buffer = memory_.buffers[order_[place]];
    SvgBox box{x_of(buffer.first), y_of(buffer.offset + buffer.size_bytes),
               x_scale_ * static_cast<double>(buffer.last - buffer.first + 1),
               y_scale_ * static_cast<double>(buffer.size_bytes)};
    if (box.height < kLeastHeight) {
      box.y -= kLeastHeight - box.height;
      box.height = kLeastHeight;
    }
    const std::string name = name_of(buffer);
    const std::string tip =
        fmt::format("{} {}: {} B at address {}, operators {} to {}", key_of(place), name,
                    grouped(buffer.size_bytes), grouped(buffer.offset), buffer.first, buffer.last);
    svg_.box(box, buffer_colour(place), kInk, tip);
    label(box, std::string(1, key_of(place)), name, grouped(buffer.size_bytes) + " B");
  }

  /// The key always; name and size where there is room.
  void label(const SvgBox& box, const std::string& key, const std::string& name,
             const std::string& size) {
    const double middle = box.x + box.width / 2;
    const SvgFont centred{.anchor = SvgAnchor::kMiddle};
    if (box.height < 12) {  // above the rectangle
      svg_.text({middle, box.y - 2}, key, {.size = 9, .bold = true, .anchor = SvgAnchor::kMiddle});
      return;
    }
    const double room = box.width - 6;
    const SvgFont bold{
        .size = box.height < 16 ? 10.0 : 12.0, .bold = true, .anchor = SvgAnchor::kMiddle};
    const std::string shown = svg_fitted(name, room - 20, bold.size);
    const bool telling = shown == name || shown.size() >= kTellingLetters;
    const std::string title = telling && !shown.empty() ? key + "  " + shown : key;
    const bool two_lines = box.height >= 34 && svg_text_width(size, 11) <= room;
    const double y = box.y + box.height / 2 + (two_lines ? -3 : 4);
    svg_.text({middle, y}, title, bold);
    if (two_lines) svg_.text({middle, y + 15}, size, centred);
  }

  void draw_bound() {
    const double y = y_of(memory_.bound_bytes);
    svg_.line({plot_.x, y}, {plot_.right(), y}, kAlarm, true);
    svg_.text(
        {plot_.right(), plot_.y - 6},
        fmt::format("arena {} B; dashed: lower bound by liveness {} B, at operator {}",
                    grouped(memory_.arena_bytes), grouped(memory_.bound_bytes), memory_.busiest),
        {.anchor = SvgAnchor::kEnd, .colour = kFaintInk});
  }

  [[nodiscard]] std::string name_of(const BufferSummary& buffer) const {
    if (buffer.activations.empty()) return "";
    const std::string name = short_name(summary_.activations[buffer.activations[0]].name);
    const std::size_t more = buffer.activations.size() - 1;
    return more == 0 ? name : fmt::format("{} +{}", name, more);
  }

  /// Returns the y of its end.
  double draw_legend() {
    constexpr std::array<double, 6> kColumns = {0, 26, 290, 440, 500, 560};
    double y = plot_.bottom() + 62;
    constexpr std::array<const char*, 6> kTitles = {"",      "tensor",  "shape",
                                                    "bytes", "address", "operators"};
    for (std::size_t i = 1; i < kTitles.size(); ++i)
      cell(kColumns[i], y, kTitles[i], i >= 3, kFaintInk);
    for (std::size_t place = 0; place < order_.size(); ++place) {
      const BufferSummary& buffer = memory_.buffers[order_[place]];
      if (buffer.activations.empty()) continue;
      y += kRowHeight;
      const ActivationSummary& tensor = summary_.activations[buffer.activations[0]];
      svg_.box({plot_.x, y - 11, 16, 14}, buffer_colour(place), kInk);
      svg_.text({plot_.x + 8, y}, std::string(1, key_of(place)),
                {.size = 10, .bold = true, .anchor = SvgAnchor::kMiddle});
      cell(kColumns[1], y, svg_fitted(name_of(buffer), 255, 11), false, kInk);
      cell(kColumns[2], y, svg_fitted(shape_text(tensor.shape) + " " + tensor.type, 110, 11), false,
           kInk);
      cell(kColumns[3], y, grouped(buffer.size_bytes), true, kInk);
      cell(kColumns[4], y, grouped(buffer.offset), true, kInk);
      cell(kColumns[5], y, fmt::format("{}-{}", buffer.first, buffer.last), true, kInk);
    }
    return y + kRowHeight;
  }

  void cell(double x, double y, const std::string& text, bool to_right, const char* colour) {
    svg_.text({plot_.x + x, y}, text,
              {.anchor = to_right ? SvgAnchor::kEnd : SvgAnchor::kStart, .colour = colour});
  }

  Svg& svg_;
  const ModelSummary& summary_;
  const MemorySummary& memory_;
  std::vector<std::size_t> order_;
  SvgBox plot_;
  double x_scale_ = 1;  // pixels per operator
  double y_scale_ = 1;  // pixels per byte
};

}  // namespace

const char* buffer_colour(std::size_t place) {
  return kColours[place % kColours.size()];
}

SvgBox draw_memory(Svg& svg, const ModelSummary& summary, SvgPoint at) {
  return MemoryPanel(svg, summary, at).draw();
}

}  // namespace hil::report
