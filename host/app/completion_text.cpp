// SPDX-License-Identifier: Apache-2.0
// What there is to complete.
#include "host/app/completion_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace hil::app {
namespace {

ValueKind kind_of_name(std::string_view name) {
  // A dataset may be a folder or a file, so DIR is no reason to leave files out.
  constexpr std::array<std::string_view, 7> kFiles{"FILE",  "DIR", "MODEL", "RECORD",
                                                   "IMAGE", "A",   "B"};
  if (name == "BOARD" || name == "BOARDS") return ValueKind::kBoard;
  const bool file = std::find(kFiles.begin(), kFiles.end(), name) != kFiles.end();
  return file ? ValueKind::kFile : ValueKind::kAny;
}

CompletedCommand completed(const Options& options, std::string summary) {
  CompletedCommand command;
  command.path = options.command();
  command.summary = std::move(summary);
  command.options = options.options();
  command.positionals = options.positionals();
  for (const Options& sub : options.subs())
    command.subs.push_back(sub.command().substr(sub.command().rfind(' ') + 1));
  return command;
}

}  // namespace

ValueKind kind_of(const Options::Option& option) {
  if (!option.takes_value()) return ValueKind::kNone;
  return option.values.empty() ? kind_of_name(option.value_name) : ValueKind::kWords;
}

ValueKind kind_of_positional(const Options::Option& positional) {
  return positional.values.empty() ? kind_of_name(positional.name) : ValueKind::kWords;
}

std::vector<CompletedCommand> completed_commands(std::span<const Command> commands) {
  std::vector<CompletedCommand> all;
  for (const Command& command : commands) {
    const Options options = command.options();
    all.push_back(completed(options, command.summary));
    for (const Options& sub : options.subs()) {
      std::string summary = sub.summary();
      std::replace(summary.begin(), summary.end(), '\n', ' ');
      summary = summary.substr(0, summary.find(". "));  // its first sentence
      all.push_back(completed(sub, summary));
    }
  }
  return all;
}

}  // namespace hil::app
