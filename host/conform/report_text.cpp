// SPDX-License-Identifier: Apache-2.0
// Lines of a report.
#include "host/conform/report_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/report/text.hpp"

namespace hil::conform {
namespace {

using report::printable;

constexpr std::size_t kLeastWidth = 60;

/// Three digits or more, and whole numbers in full.
std::string value_text(double value) {
  if (value == std::floor(value)) return report::number_text(value);
  const double size = std::abs(value);
  return report::fixed_text(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

std::string figure_text(const Figure& figure) {
  std::string text = printable(figure.name) + " " + value_text(figure.value);
  if (!figure.unit.empty()) text += " " + printable(figure.unit);
  return text;
}

/// Verdicts that ask for a look stand out.
std::string verdict_text(Verdict verdict) {
  return verdict == Verdict::kFail ? "FAIL" : word_of(verdict);
}

std::string check_text(const Check& check, std::size_t indent, std::size_t width) {
  const std::string title = fmt::format("  {}  {}", report::left_aligned(check.name, indent - 16),
                                        verdict_text(check.verdict));
  std::string facts = figures_text(check);
  const bool judged = check.verdict == Verdict::kPass || check.verdict == Verdict::kFail;
  if (judged && !check.limit.empty()) {
    facts += (facts.empty() ? "(limit: " : " (limit: ") + printable(check.limit) + ")";
  }
  const std::string finding = printable(check.finding);
  const std::string advice = check.advice.empty() ? "" : "next: " + printable(check.advice);
  std::string text;
  for (const std::string& words : {facts, finding, advice}) {
    text += report::paragraph(text.empty() ? title : "", words, indent, width);
  }
  return text.empty() ? title + "\n" : text;
}

/// "cortex-m4f, agent 0.1.0 (build 1a2b3c4d), chip 0011, emulated"
std::string agent_text(const ConformReport& report) {
  if (report.core.empty()) return "no agent answered";
  std::string text =
      fmt::format("{}, agent {}", printable(report.core), printable(report.agent_version));
  if (!report.build_id.empty()) text += " (build " + report.build_id.substr(0, 12) + ")";
  if (!report.unique_id.empty()) text += ", chip " + printable(report.unique_id);
  return text;
}

}  // namespace

std::string figures_text(const Check& check) {
  std::string text;
  bool emulated = false;
  for (const Figure& figure : check.figures) {
    text += (text.empty() ? "" : ", ") + figure_text(figure);
    emulated = emulated || figure.origin == results::Origin::kEmulated;
  }
  return emulated ? text + ", emulated" : text;
}

std::string report_text(const ConformReport& report, std::size_t width) {
  width = std::max(width, kLeastWidth);
  std::size_t names = 0;
  for (const Check& check : report.checks)
    names = std::max(names, report::width_of(check.name));
  std::string text;
  text +=
      report::paragraph("board", printable(report.board) + ", " + agent_text(report), 10, width);
  text += report::paragraph(
      "run",
      fmt::format("{}{}, {:.1f} s, hilbench {}{}{}", report.started_utc,
                  report.emulated ? ", emulated" : "", report.duration_s, report.host_version,
                  report.quick ? ", quick" : "", report.complete ? "" : ", stopped"),
      10, width);
  text += "\n";
  for (const Check& check : report.checks)
    text += check_text(check, names + 16, width);
  return text + "\n" + tally(report) + "\n";
}

std::string summary_line(const ConformReport& report) {
  return fmt::format("{} ({}, agent {}{})", tally(report), report.started_utc.substr(0, 10),
                     printable(report.agent_version), report.emulated ? ", emulated" : "");
}

}  // namespace hil::conform
