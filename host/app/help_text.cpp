// SPDX-License-Identifier: Apache-2.0
// Texts of --help.
#include "host/app/help_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/app/commands.hpp"
#include "host/flash/quoting.hpp"
#include "host/report/color.hpp"
#include "host/report/shaped_table.hpp"
#include "host/report/text.hpp"

namespace hil::app {
namespace {

constexpr std::size_t kLeastWidth = 40;
constexpr std::size_t kMostWidth = 100;  // longer lines are hard to read
constexpr std::size_t kHelpColumn = 26;
constexpr std::size_t kHelpColumnNarrow = 18;
constexpr std::size_t kNarrow = 70;
constexpr std::size_t kCommandColumn = 17;

std::size_t readable(std::size_t width) {
  return std::clamp(width, kLeastWidth, kMostWidth);
}

/// @p text with its line ends as spaces.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// "  --name VALUE     help", the help in one column.
std::string help_line(const std::string& head, const std::string& text, std::size_t width) {
  const std::size_t column = width < kNarrow ? kHelpColumnNarrow : kHelpColumn;
  if (head.size() + 4 > column) {
    return fmt::format("  {}\n{}", head, report::paragraph("", text, column, width));
  }
  return report::paragraph("  " + head, text, column, width);
}

std::string usage_of(const Options& options) {
  std::string usage = fmt::format("hilbench {}", options.command());
  for (const auto& positional : options.positionals())
    usage += positional.required ? " " + positional.name : " [" + positional.name + "]";
  for (const auto& option : options.options()) {
    if (option.required) usage += fmt::format(" --{} {}", option.name, option.value_name);
  }
  return usage + " [options]";
}

std::string usage_lines(const Options& options, std::size_t width) {
  if (options.subs().empty()) return report::paragraph("usage:", usage_of(options), 7, width);
  std::string text;
  for (const Options& sub : options.subs())
    text += report::paragraph(text.empty() ? "usage:" : "", usage_of(sub), 7, width);
  return text;
}

std::string option_lines(const Options& options, std::size_t width) {
  std::string text;
  for (const Options& sub : options.subs()) {
    const std::string name = sub.command().substr(sub.command().rfind(' ') + 1);
    text += help_line(name, one_line(sub.summary()), width);
  }
  for (const auto& positional : options.positionals())
    text += help_line(positional.name, positional.help, width);
  // --help, declared first, stands last.
  std::vector<Options::Option> all = options.options();
  std::rotate(all.begin(), all.begin() + 1, all.end());
  for (const auto& option : all) {
    const std::string head = option.takes_value()
                                 ? fmt::format("--{} {}", option.name, option.value_name)
                                 : "--" + option.name;
    text += help_line(head, option.help, width);
  }
  return text;
}

}  // namespace

std::string program_help(const std::string& digits, std::size_t width, bool color) {
  width = readable(width);
  const std::string first =
      flash::shell_line({"hilbench", "evaluate", digits + "/digits_int8.tflite", "--dataset",
                         digits + "/test", "--board", "linux"});
  std::string text =
      "usage: hilbench COMMAND [options]\n\n" +
      report::paragraph("",
                        "Runs TinyML models on microcontroller boards, on the desk or emulated, "
                        "measures them there and checks every output. The first thing to try:",
                        0, width) +
      "\n" + report::command_lines(first, 2, width);
  std::string group;
  for (const Command& command : all_commands()) {
    if (group != command.group) {
      group = command.group;
      text += "\n" + report::paint(report::Tone::kHeading, group, color) + "\n";
    }
    text += report::paragraph(fmt::format("  {}", command.name), command.summary, kCommandColumn,
                              width);
  }
  return text + "\n" +
         report::paragraph("",
                           "hilbench help COMMAND says what a command takes, with an example; "
                           "hilbench doctor, what this machine lacks. --version says which version "
                           "this is, --color=WHEN is auto, always or never.",
                           0, width);
}

std::string program_usage(std::size_t width) {
  return "usage: hilbench COMMAND [options]\n" +
         report::paragraph("",
                           "hilbench --help lists the commands; hilbench doctor says whether this "
                           "bench is fit.",
                           0, std::max(width, kLeastWidth));
}

std::string command_help(const Options& options, std::size_t width) {
  width = readable(width);
  return usage_lines(options, width) + "\n" +
         report::paragraph("", one_line(options.summary()), 0, width) + "\n" +
         option_lines(options, width) + "\nexample:\n" +
         report::command_lines(options.example(), 2, width);
}

}  // namespace hil::app
