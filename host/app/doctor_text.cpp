// SPDX-License-Identifier: Apache-2.0
// Findings as a list by area and a list of things to do.
#include "host/app/doctor_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "host/report/color.hpp"
#include "host/report/text.hpp"

namespace hil::app {
namespace {

using lab::doctor::Finding;
using lab::doctor::Findings;
using lab::doctor::State;
using report::Tone;

constexpr std::size_t kMarkColumn = 2;
constexpr std::size_t kNameColumn = 11;
constexpr std::size_t kWidestName = 20;

const char* word_of(State state) {
  switch (state) {
    case State::kOk:
      return "ok";
    case State::kRemark:
      return "remark";
    case State::kProblem:
      break;
  }
  return "problem";
}

Tone tone_of(State state) {
  if (state == State::kOk) return Tone::kGood;
  return state == State::kRemark ? Tone::kWarning : Tone::kBad;
}

std::size_t name_width(const Findings& findings) {
  std::size_t width = 0;
  for (const Finding& finding : findings)
    width = std::max(width, report::width_of(finding.name));
  return std::min(width, kWidestName);
}

/// "  ok       openocd  0.12.0"; behind a long name what it is starts a line; under a remark its
/// fix.
std::string row_of(const Finding& finding, std::size_t names, std::size_t width, bool color) {
  const std::string mark = word_of(finding.state);
  std::string title = std::string(kMarkColumn, ' ') +
                      report::left_aligned(mark, kNameColumn - kMarkColumn) +
                      report::left_aligned(finding.name, names);
  const std::size_t indent = kNameColumn + names + 2;
  std::string row;
  if (report::width_of(finding.name) > names) row = std::exchange(title, "") + "\n";
  row += report::paragraph(title, finding.what, indent, width);
  row.replace(kMarkColumn, mark.size(), report::paint(tone_of(finding.state), mark, color));
  if (finding.state == State::kRemark && !finding.fix.empty())
    row += std::string(indent, ' ') + "fix: " + finding.fix + "\n";
  return row;
}

/// Problems with one fix, which is said once.
struct Task {
  std::string fix;
  std::vector<const Finding*> problems;
};

std::vector<Task> tasks_of(const Findings& findings) {
  std::vector<Task> tasks;
  for (const Finding& finding : findings) {
    if (finding.state != State::kProblem) continue;
    const auto same = std::find_if(tasks.begin(), tasks.end(), [&finding](const Task& task) {
      return task.fix == finding.fix;
    });
    if (same == tasks.end()) {
      tasks.push_back({finding.fix, {&finding}});
    } else {
      same->problems.push_back(&finding);
    }
  }
  return tasks;
}

std::string list_of(const std::vector<Task>& tasks, std::size_t width, bool color) {
  if (tasks.empty()) return "";
  std::string text = "\n" + report::paint(Tone::kHeading, "to do", color) + "\n";
  constexpr std::size_t kIndent = 5;
  std::size_t number = 0;
  for (const Task& task : tasks) {
    std::string title = fmt::format("  {}.", ++number);
    for (const Finding* problem : task.problems) {
      text += report::paragraph(std::exchange(title, "") + " ",
                                problem->name + ": " + problem->what, kIndent, width);
    }
    text += std::string(kIndent + 2, ' ') + task.fix + "\n";
  }
  return text;
}

/// "2 problems"; empty if there is none.
std::string count_text(const Findings& findings, State state) {
  const auto count = std::count_if(findings.begin(), findings.end(),
                                   [state](const Finding& one) { return one.state == state; });
  return count == 0 ? "" : fmt::format("{} {}{}", count, word_of(state), count == 1 ? "" : "s");
}

std::string verdict_of(const Findings& findings, bool color) {
  const std::string problems = count_text(findings, State::kProblem);
  const std::string remarks = count_text(findings, State::kRemark);
  const bool fit = problems.empty();
  std::string text = report::paint(fit ? Tone::kGood : Tone::kBad,
                                   fit ? "This bench is fit" : "This bench is not fit", color);
  if (!fit || !remarks.empty()) text += ": " + problems;
  if (!fit && !remarks.empty()) text += ", ";
  return text + remarks + ".\n";
}

}  // namespace

std::string doctor_text(const Findings& findings, std::size_t width, bool color) {
  const std::size_t names = name_width(findings);
  std::string text;
  std::string_view area;
  for (const Finding& finding : findings) {
    if (finding.area != area) text += report::paint(Tone::kHeading, finding.area, color) + "\n";
    area = finding.area;
    text += row_of(finding, names, width, color);
  }
  return text + list_of(tasks_of(findings), width, color) + "\n" + verdict_of(findings, color);
}

nlohmann::ordered_json doctor_json(const Findings& findings) {
  auto list = nlohmann::ordered_json::array();
  for (const Finding& finding : findings) {
    list.push_back({{"area", finding.area},
                    {"name", finding.name},
                    {"state", word_of(finding.state)},
                    {"what", finding.what},
                    {"fix", finding.fix}});
  }
  return {{"fit", lab::doctor::is_fit(findings)}, {"findings", list}};
}

}  // namespace hil::app
