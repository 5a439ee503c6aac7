// SPDX-License-Identifier: Apache-2.0
// The graph of a model as a column of boxes.
#include <fmt/format.h>

#include <algorithm>

#include "host/report/summary_words.hpp"
#include "host/report/svg_panels.hpp"
#include "host/report/text.hpp"

namespace hil::report {
namespace {

using namespace hil::model;

constexpr double kBoxWidth = 270;
constexpr double kBoxHeight = 38;
constexpr double kStep = 56;       // from box to box
constexpr double kLaneWidth = 12;  // of arrows that pass boxes by
constexpr std::size_t kMaxLanes = 5;
constexpr double kChip = 18;
constexpr std::size_t kMaxChips = 4;
constexpr std::size_t kMaxDetours = 4000;
constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

/// An arrow that passes boxes by, from row to row of the column.
struct Detour {
  std::size_t from = 0, to = 0, lane = 0;
};

/// Pale fills by what an operator mainly costs.
const char* fill_of(const LayerSummary& layer) {
  if (!layer.supported) return "#ffebe9";
  if (layer.macs.value_or(0) > 0) return "#ddf4ff";
  return layer.parameters > 0 ? "#fff8c5" : "#f6f8fa";
}

class GraphPanel {
 public:
  GraphPanel(Svg& svg, const ModelSummary& summary, SvgPoint at)
      : svg_(svg), summary_(summary), at_(at), row_(summary.activations.size(), kNowhere) {
    if (!summary.memory) return;
    place_.assign(summary.activations.size(), kNowhere);
    const auto order = in_order(*summary.memory);
    for (std::size_t i = 0; i < order.size(); ++i) {
      for (const std::size_t activation : summary.memory->buffers[order[i]].activations)
        place_[activation] = i;
    }
  }

  SvgBox draw() {
    lay_out();
    left_ = at_.x + kLaneWidth * static_cast<double>(lanes_.size()) + (lanes_.empty() ? 0 : 6);
    for (const Detour& detour : detours_)
      draw_detour(detour);
    for (const std::size_t row : straight_)
      svg_.arrow({{left_ + kBoxWidth / 2, y_of(row) - kStep + kBoxHeight},
                  {left_ + kBoxWidth / 2, y_of(row) - 1}},
                 kFaintInk);
    draw_ends(summary_.inputs, "input", 0);
    for (std::size_t i = 0; i < summary_.layers.size(); ++i)
      draw_layer(i);
    draw_ends(summary_.outputs, "output", rows() - 1);
    return {at_.x, at_.y, left_ - at_.x + kBoxWidth, y_of(rows() - 1) + kBoxHeight - at_.y};
  }

 private:
  /// Row 0 is the inputs' box, then a row per layer, then the outputs' box.
  [[nodiscard]] std::size_t rows() const { return summary_.layers.size() + 2; }
  [[nodiscard]] double y_of(std::size_t row) const {
    return at_.y + kStep * static_cast<double>(row);
  }

  void lay_out() {
    for (const std::size_t input : summary_.inputs)
      row_[input] = 0;
    for (std::size_t i = 0; i < summary_.layers.size(); ++i) {
      connect(summary_.layers[i].inputs, i + 1);
      for (const std::size_t output : summary_.layers[i].outputs)
        row_[output] = i + 1;
    }
    connect(summary_.outputs, rows() - 1);
  }

  /// Arrows to @p row from wherever @p tensors come from, one per source.
  void connect(const std::vector<std::size_t>& tensors, std::size_t row) {
    std::vector<std::size_t> sources;
    for (const std::size_t tensor : tensors) {
      if (row_[tensor] != kNowhere && row_[tensor] < row) sources.push_back(row_[tensor]);
    }
    std::sort(sources.begin(), sources.end());
    sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
    for (const std::size_t source : sources) {
      if (source + 1 == row) {
        straight_.push_back(row);
      } else if (detours_.size() < kMaxDetours) {
        detours_.push_back({source, row, lane_for(source, row)});
      }
    }
  }

  /// The first lane that is free from @p from on; beyond the last lane arrows overlap.
  std::size_t lane_for(std::size_t from, std::size_t to) {
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
      if (lanes_[lane] > from) continue;
      lanes_[lane] = to;
      return lane;
    }
    if (lanes_.size() < kMaxLanes) lanes_.push_back(to);
    return lanes_.size() - 1;
  }

  void draw_detour(const Detour& detour) {
    const double x = left_ - 6 - kLaneWidth * static_cast<double>(detour.lane + 1);
    const double start = y_of(detour.from) + kBoxHeight * 0.75;
    const double end = y_of(detour.to) + kBoxHeight * 0.25;
    svg_.arrow({{left_, start}, {x, start}, {x, end}, {left_ - 1, end}}, kFaintInk);
  }

  void draw_layer(std::size_t index) {
    const LayerSummary& layer = summary_.layers[index];
    const SvgBox box{left_, y_of(index + 1), kBoxWidth, kBoxHeight};
    std::string details;
    for (const std::size_t output : layer.outputs) {
      const ActivationSummary& tensor = summary_.activations[output];
      details += (details.empty() ? "" : ", ") + shape_text(tensor.shape) + " " + tensor.type;
      if (details.size() > 100) break;
    }
    if (layer.macs.value_or(0) > 0) details += ", " + grouped(*layer.macs) + " MACs";
    const std::string title = fmt::format("{}  {}", index, layer.op);
    const std::string tip = fmt::format(
        "operator {}: {}, {} parameters in {} B, {}", title, details, grouped(layer.parameters),
        grouped(layer.weights_bytes), layer.supported ? "supported" : "not supported");
    svg_.box(box, fill_of(layer), layer.supported ? kFaintInk : kAlarm, tip, 4);
    const double room = kBoxWidth - 14 - draw_chips(layer.outputs, box);
    svg_.text({box.x + 7, box.y + 16}, svg_fitted(title, room, 12), {.size = 12, .bold = true});
    const std::string below = layer.supported ? details : "not supported: " + details;
    svg_.text({box.x + 7, box.y + 31}, svg_fitted(below, room, 11),
              {.colour = layer.supported ? kFaintInk : kAlarm});
  }

  /// Keys of the buffers that @p tensors lie in, at the right end of @p box; returns their width.
  double draw_chips(const std::vector<std::size_t>& tensors, const SvgBox& box) {
    double x = box.right() - 6;
    if (place_.empty()) return 0;
    for (std::size_t i = 0; i < std::min(tensors.size(), kMaxChips); ++i) {
      const std::size_t place = place_[tensors[i]];
      if (place == kNowhere) continue;
      x -= kChip + 2;
      svg_.box({x, box.y + (box.height - kChip) / 2, kChip, kChip}, buffer_colour(place), kInk,
               summary_.activations[tensors[i]].name, 3);
      svg_.text({x + kChip / 2, box.y + box.height / 2 + 4}, std::string(1, key_of(place)),
                {.size = 11, .bold = true, .anchor = SvgAnchor::kMiddle});
    }
    return box.right() - x;
  }

  void draw_ends(const std::vector<std::size_t>& tensors, const char* what, std::size_t row) {
    const SvgBox box{left_, y_of(row), kBoxWidth, kBoxHeight};
    svg_.box(box, "#ffffff", kFaintInk, {}, kBoxHeight / 2);
    // Outputs have their keys at the operators that write them.
    const double chips =
        row == 0 ? draw_chips(tensors, {box.x, box.y, box.width - 8, box.height}) : 0;
    const double room = kBoxWidth - 30 - chips;
    if (tensors.empty()) {
      svg_.text({box.x + 15, box.y + 23}, fmt::format("no {}", what), {.size = 12, .bold = true});
      return;
    }
    const ActivationSummary& first = summary_.activations[tensors[0]];
    const std::string name = fmt::format("{} {}", what, short_name(first.name));
    std::string details = fmt::format("{} {}", shape_text(first.shape), first.type);
    if (tensors.size() > 1) details += fmt::format(" and {} more", tensors.size() - 1);
    svg_.text({box.x + 15, box.y + 16}, svg_fitted(name, room, 12), {.size = 12, .bold = true});
    svg_.text({box.x + 15, box.y + 31}, svg_fitted(details, room, 11), {.colour = kFaintInk});
  }

  Svg& svg_;
  const ModelSummary& summary_;
  SvgPoint at_;
  double left_ = 0;                    // of the boxes
  std::vector<std::size_t> row_;       // per activation: where it comes from
  std::vector<std::size_t> place_;     // per activation: its buffer's place; empty: none is known
  std::vector<std::size_t> straight_;  // rows that follow the one above
  std::vector<Detour> detours_;
  std::vector<std::size_t> lanes_;  // row up to which each lane is taken
};

}  // namespace

SvgBox draw_graph(Svg& svg, const ModelSummary& summary, SvgPoint at) {
  return GraphPanel(svg, summary, at).draw();
}

}  // namespace hil::report
