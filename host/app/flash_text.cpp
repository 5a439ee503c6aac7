// SPDX-License-Identifier: Apache-2.0
// Tables and JSON of hilbench flash.
#include "host/app/flash_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/report/json_layout.hpp"
#include "host/report/text.hpp"

namespace hil::app {
namespace {

using nlohmann::ordered_json;
using report::grouped;

std::string row(std::string_view name, std::string_view value) {
  return fmt::format("{:<10}{}\n", name, value);
}

std::string plan_rows(const boards::Board& board, const FlashPlan& plan) {
  std::string text = row("board", fmt::format("{} ({})", board.id, board.chip.name));
  text += row("image", fmt::format("{} ({}, {} bytes)", plan.file.string(),
                                   name_of(plan.image.format), grouped(plan.image.size_bytes())));
  for (const flash::Fit::Use& use : plan.fit.uses) {
    text += row(
        use.memory,
        fmt::format("{} of {} bytes ({:.0f} %)", grouped(use.bytes), grouped(use.size_bytes),
                    100.0 * static_cast<double>(use.bytes) / static_cast<double>(use.size_bytes)));
  }
  return text;
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
                      const std::string& command_line, bool json) {
  if (!json) {
    return plan_rows(board, plan) + row("written", "nothing: this is a dry run") +
           row("command", command_line);
  }
  ordered_json facts = plan_json(board, plan);
  facts["dry_run"] = true;
  facts["command_line"] = command_line;
  return report::laid_out(facts) + "\n";
}

std::string report_text(const boards::Board& board, const FlashPlan& plan,
                        const flash::FlashReport& report, bool json) {
  if (json) {
    ordered_json facts = plan_json(board, plan);
    facts["already_there"] = report.already_there;
    for (const auto& phase : report.phases)
      facts["phases_ms"][name_of(phase.phase)] = phase.took.count();
    facts["tool"] = report.tool_version;
    facts["command_line"] = report.command_line;
    return report::laid_out(facts) + "\n";
  }
  std::string text = plan_rows(board, plan);
  text += row("written", report.already_there ? "nothing: all of it was there already"
                                              : grouped(report.bytes) + " bytes, compared");
  for (const auto& phase : report.phases) {
    text += row(name_of(phase.phase),
                fmt::format("{:.2f} s", static_cast<double>(phase.took.count()) / 1000));
  }
  return text + row("tool", report.tool_version) + row("command", report.command_line);
}

}  // namespace hil::app
