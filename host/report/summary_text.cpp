// SPDX-License-Identifier: Apache-2.0
// A model's summary as text for a terminal.
#include "host/report/summary_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/base/digest.hpp"
#include "host/report/layer_table.hpp"
#include "host/report/memory_picture.hpp"
#include "host/report/shaped_table.hpp"
#include "host/report/summary_words.hpp"
#include "host/report/text.hpp"

namespace hil::report {
namespace {

using namespace hil::model;

constexpr std::size_t kMinWidth = 60;
constexpr std::size_t kIndent = 14;  ///< columns before the text of "  parameters  ..."
constexpr std::size_t kTensorsNamed = 8;

std::string bytes_text(std::uint64_t bytes) {
  return grouped(bytes) + " B";
}

class SummaryText {
 public:
  SummaryText(const ModelSummary& summary, std::size_t width)
      : summary_(summary), width_(std::max(width, kMinWidth)) {}

  std::string text() {
    headline();
    text_ += "\n" + layer_table(summary_, width_) + "\n";
    totals();
    memory();
    obstacles();
    board();
    return std::move(text_);
  }

 private:
  void line(const std::string& title, const std::string& content) {
    text_ += paragraph("  " + title, content, kIndent, width_);
  }

  void headline() {
    const auto count = summary_.layers.size();
    text_ +=
        paragraph("",
                  fmt::format("{}: {} operator{}, {}", printable(summary_.path.filename().string()),
                              count, count == 1 ? "" : "s",
                              summary_.compiled ? "all supported" : "does not run, see below"),
                  0, width_);
    const char* title = "sha256";
    for (const std::string& part : wrapped(hex_of(summary_.sha256), width_ - kIndent)) {
      line(title, part);
      title = "";
    }
    tensors("input", summary_.inputs);
    tensors("output", summary_.outputs);
  }

  void tensors(const char* title, const std::vector<std::size_t>& positions) {
    for (std::size_t i = 0; i < std::min(positions.size(), kTensorsNamed); ++i) {
      const ActivationSummary& tensor = summary_.activations[positions[i]];
      line(title,
           fmt::format("{} {}, {} B, {}", tensor.type, shape_text(tensor.shape),
                       known_text(tensor.size_bytes), fitted(printable(tensor.name), width_ / 2)));
    }
    if (positions.size() > kTensorsNamed) {
      line(title, fmt::format("and {} more", positions.size() - kTensorsNamed));
    }
  }

  void totals() {
    line("parameters", grouped(summary_.parameters));
    line("MACs", macs_text(summary_) + " per inference");
    line("weights", bytes_text(summary_.weights_bytes) + ", as in the file");
    line("file", bytes_text(summary_.file_bytes));
    line("plan", summary_.compiled ? bytes_text(summary_.compiled->plan.size()) + " (flash)"
                                   : "none, the model does not compile");
    if (summary_.graphs > 1) {
      line("graphs", fmt::format("{}, of which the first is shown", summary_.graphs));
    }
    arena();
  }

  void arena() {
    if (!summary_.memory) {
      line("arena", "unknown: sizes of tensors, or their order, are not known");
      return;
    }
    const MemorySummary& memory = *summary_.memory;
    line("arena", fmt::format("{} (RAM), at least {} by liveness, at operator {} ({})",
                              bytes_text(memory.arena_bytes), bytes_text(memory.bound_bytes),
                              memory.busiest, summary_.layers[memory.busiest].op));
    if (summary_.state_bytes > 0) line("state", bytes_text(summary_.state_bytes) + " (RAM)");
  }

  void memory() {
    if (!summary_.memory || summary_.memory->buffers.empty()) return;
    text_ += "\nmemory over time\n";
    text_ += memory_picture(*summary_.memory, summary_.layers.size(), width_) + "\n";
    text_ += buffer_table(summary_, width_);
  }

  void reasons(const std::vector<Obstacle>& obstacles) {
    for (const Obstacle& obstacle : obstacles)
      text_ += paragraph("  -", obstacle_text(obstacle), 4, width_);
  }

  void obstacles() {
    if (summary_.obstacles.empty()) return;
    text_ += "\ndoes not run on any board\n";
    reasons(summary_.obstacles);
  }

  void board() {
    if (!summary_.board) return;
    const BoardFit& board = *summary_.board;
    const bool fits = board.obstacles.empty() && summary_.compiled;
    text_ += fmt::format("\n{} on {} ({})\n", fits ? "runs" : "does not run",
                         printable(board.board), printable(board.core));
    if (summary_.compiled) {
      share("plan", summary_.compiled->plan.size(), board.plan_capacity_bytes);
      share("arena", summary_.compiled->arena_bytes + summary_.state_bytes,
            board.arena_capacity_bytes);
    } else if (summary_.memory) {
      share("arena", summary_.memory->arena_bytes, board.arena_capacity_bytes);
    }
    reasons(board.obstacles);
  }

  void share(const char* title, std::uint64_t needed, std::uint64_t capacity) {
    const double share =
        capacity == 0 ? 0 : static_cast<double>(needed) / static_cast<double>(capacity);
    line(title,
         fmt::format("{} of {} ({})", bytes_text(needed), bytes_text(capacity), percent(share)));
  }

  const ModelSummary& summary_;
  std::size_t width_;
  std::string text_;
};

}  // namespace

std::string summary_text(const ModelSummary& summary, std::size_t width) {
  return SummaryText(summary, width).text();
}

}  // namespace hil::report
