// SPDX-License-Identifier: Apache-2.0
// Tables and JSON of hilbench flash.
#include "host/app/flash_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/report/json_layout.hpp"
#include "host/report/text.hpp"

namespace hil::app {
namespace {

using nlohmann::ordered_json;
using report::grouped;

constexpr std::size_t kIndent = 10;

/// Rows of a name and what is said of it.
class Rows {
 public:
  /// Values are wrapped at @p width columns, of which they get at least 20.
  explicit Rows(std::size_t width) : width_(std::max<std::size_t>(width, 30)) {}

  Rows& add(std::string_view name, std::string_view value) {
    std::string head = report::left_aligned(name, kIndent);
    for (const std::string& part : report::wrapped(value, width_ - kIndent)) {
      text_ += head + part + "\n";
      head.assign(kIndent, ' ');
    }
    return *this;
  }

  /// The same for a command line for a shell.
  Rows& add_command(const std::string& line) {
    std::string lines = report::command_lines(line, kIndent, width_);
    text_ += "command" + lines.substr(7);
    return *this;
  }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::size_t width_;
  std::string text_;
};

Rows plan_rows(const boards::Board& board, const FlashPlan& plan, std::size_t width) {
  Rows rows(width);
  rows.add("board", fmt::format("{} ({})", board.id, board.chip.name));
  rows.add("image", fmt::format("{} ({}, {} bytes)", plan.file.string(), name_of(plan.image.format),
                                grouped(plan.image.size_bytes())));
  for (const flash::Fit::Use& use : plan.fit.uses) {
    rows.add(
        use.memory,
        fmt::format("{} of {} bytes ({:.0f} %)", grouped(use.bytes), grouped(use.size_bytes),
                    100.0 * static_cast<double>(use.bytes) / static_cast<double>(use.size_bytes)));
  }
  return rows;
}

ordered_json plan_json(const boards::Board& board, const FlashPlan& plan) {
  ordered_json memories = ordered_json::array();
  for (const flash::Fit::Use& use : plan.fit.uses) {
    memories.push_back(
        {{"name", use.memory}, {"bytes", use.bytes}, {"size_bytes", use.size_bytes}});
  }
  return {{"board", board.id},
          {"image", plan.file.string()},
          {"image_sha256", hex_of(plan.sha256)},
          {"format", name_of(plan.image.format)},
          {"bytes", plan.image.size_bytes()},
          {"memories", memories}};
}

}  // namespace

std::string plan_text(const boards::Board& board, const FlashPlan& plan,
                      const std::string& command_line, bool json, std::size_t width) {
  if (!json) {
    return plan_rows(board, plan, width)
        .add("written", "nothing: this is a dry run")
        .add_command(command_line)
        .text();
  }
  ordered_json facts = plan_json(board, plan);
  facts["dry_run"] = true;
  facts["command_line"] = command_line;
  return report::laid_out(facts) + "\n";
}

std::string report_text(const boards::Board& board, const FlashPlan& plan,
                        const flash::FlashReport& report, bool json, std::size_t width) {
  if (json) {
    ordered_json facts = plan_json(board, plan);
    facts["already_there"] = report.already_there;
    for (const auto& phase : report.phases)
      facts["phases_ms"][name_of(phase.phase)] = phase.took.count();
    facts["tool"] = report.tool_version;
    facts["command_line"] = report.command_line;
    return report::laid_out(facts) + "\n";
  }
  Rows rows = plan_rows(board, plan, width);
  rows.add("written", report.already_there ? "nothing: all of it was there already"
                                           : grouped(report.bytes) + " bytes, compared");
  for (const auto& phase : report.phases) {
    rows.add(name_of(phase.phase),
             fmt::format("{:.2f} s", static_cast<double>(phase.took.count()) / 1000));
  }
  return rows.add("tool", report.tool_version).add_command(report.command_line).text();
}

}  // namespace hil::app
