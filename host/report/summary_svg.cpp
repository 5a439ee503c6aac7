// SPDX-License-Identifier: Apache-2.0
// A model's summary as one SVG picture.
#include "host/report/summary_svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "host/report/summary_words.hpp"
#include "host/report/svg_panels.hpp"
#include "host/report/text.hpp"

namespace hil::report {
namespace {

using namespace hil::model;

constexpr double kMargin = 24;
constexpr double kHeadHeight = 70;
constexpr double kPanelGap = 36;
constexpr double kLeastWidth = 900;
constexpr std::size_t kReasonColumns = 100;

std::string totals_of(const ModelSummary& summary) {
  std::string text =
      fmt::format("{} operators, {} parameters in {} B, {} MACs", summary.layers.size(),
                  grouped(summary.parameters), grouped(summary.weights_bytes), macs_text(summary));
  if (summary.compiled) text += fmt::format(", plan {} B", grouped(summary.compiled->plan.size()));
  if (summary.memory) text += fmt::format(", arena {} B", grouped(summary.memory->arena_bytes));
  if (summary.state_bytes > 0) text += fmt::format(", state {} B", grouped(summary.state_bytes));
  return text;
}

/// Draws why the model does not run from @p at on; returns the y of the end.
double draw_reasons(Svg& svg, const char* title, const std::vector<Obstacle>& obstacles,
                    SvgPoint at) {
  if (obstacles.empty()) return at.y;
  svg.text(at, title, {.size = 14, .bold = true, .colour = kAlarm});
  for (const Obstacle& obstacle : obstacles) {
    std::istringstream lines(paragraph("-", obstacle_text(obstacle), 2, kReasonColumns));
    for (std::string line; std::getline(lines, line);)
      svg.text({at.x, at.y += 18}, line, {.colour = kAlarm});
  }
  return at.y + 30;
}

}  // namespace

std::string summary_svg(const ModelSummary& summary) {
  Svg svg;
  const std::string name = summary.path.filename().string();
  svg.text({kMargin, kMargin + 14}, name, {.size = 18, .bold = true});
  svg.text({kMargin, kMargin + 34}, totals_of(summary), {.size = 12, .colour = kFaintInk});
  const double top = kMargin + kHeadHeight;
  const SvgBox graph = draw_graph(svg, summary, {kMargin, top});
  const double left = graph.right() + kPanelGap;
  double y = draw_reasons(svg, "Does not run on any board", summary.obstacles, {left, top});
  if (summary.board) {
    const std::string title = "Does not run on " + summary.board->board;
    y = draw_reasons(svg, title.c_str(), summary.board->obstacles, {left, y});
  }
  double right = kLeastWidth;
  if (summary.memory) {
    const SvgBox memory = draw_memory(svg, summary, {left, y});
    right = memory.right();
    y = memory.bottom();
  } else {
    svg.text({left, y + 14}, "No memory plan: sizes of tensors, or their order, are not known");
    y += 30;
  }
  return svg.finish(std::max(right + kMargin, kLeastWidth), std::max(graph.bottom(), y) + kMargin,
                    name);
}

}  // namespace hil::report
