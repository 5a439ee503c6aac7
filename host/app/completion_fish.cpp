// SPDX-License-Identifier: Apache-2.0
// Completion for fish.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "host/app/completion_text.hpp"

namespace hil::app {
namespace {

constexpr const char* kHead = R"sh(# fish completion for hilbench, made by: hilbench completion fish

function __hilbench_boards
    set -l tokens (commandline -opc)
    set -l before (string match -r '.*,' -- (commandline -ct | string replace -r '^--[^=]*=' ''))
    for id in ($tokens[1] boards --ids 2>/dev/null)
        echo "$before"$id
    end
end

# Whether the words behind the program begin with those given; with none given: there are none yet.
function __hilbench_in
    set -l tokens (commandline -opc)
    set -e tokens[1]
    if test (count $argv) -eq 0
        test (count $tokens) -eq 0
        return
    end
    test (count $tokens) -ge (count $argv)
    and test "$tokens[1..$(count $argv)]" = "$argv"
end

# Whether just these words stand behind the program.
function __hilbench_at
    set -l tokens (commandline -opc)
    set -e tokens[1]
    test "$tokens" = "$argv"
end

complete -c hilbench -f
)sh";

/// @p text in single quotes.
std::string quoted(const std::string& text) {
  std::string safe = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') safe += '\\';
    safe += c == '\n' ? ' ' : c;
  }
  return safe + "'";
}

/// How a value is completed: the arguments of `complete` for that.
std::string value_of(ValueKind kind, const std::vector<std::string>& values) {
  switch (kind) {
    case ValueKind::kNone:
      return "";
    case ValueKind::kAny:
      return " -x";
    case ValueKind::kWords:
      return fmt::format(" -x -a '{}'", fmt::join(values, " "));
    case ValueKind::kFile:
      return " -r -F";
    case ValueKind::kBoard:
      return " -x -a '(__hilbench_boards)'";
  }
  return "";
}

std::string positional_of(const Options::Option& positional) {
  switch (kind_of_positional(positional)) {
    case ValueKind::kWords:
      return fmt::format(" -a '{}'", fmt::join(positional.values, " "));
    case ValueKind::kFile:
      return " -F";
    case ValueKind::kBoard:
      return " -a '(__hilbench_boards)'";
    case ValueKind::kNone:
    case ValueKind::kAny:
      break;
  }
  return "";
}

std::string lines_of(const CompletedCommand& command) {
  const std::size_t at = command.path.find(' ');
  const std::string above = at == std::string::npos ? "" : " " + command.path.substr(0, at);
  std::string text = fmt::format("\ncomplete -c hilbench -n '__hilbench_at{}' -a {} -d {}\n", above,
                                 command.path.substr(at == std::string::npos ? 0 : at + 1),
                                 quoted(command.summary));
  const std::string head = fmt::format("complete -c hilbench -n '__hilbench_in {}'", command.path);
  for (const auto& option : command.options) {
    text += fmt::format("{} -l {}{} -d {}\n", head, option.name,
                        value_of(kind_of(option), option.values), quoted(option.help));
  }
  if (command.positionals.empty()) return text;
  const std::string completed = positional_of(command.positionals.front());
  return completed.empty() ? text : text + head + completed + "\n";
}

}  // namespace

std::string fish_completion(const std::vector<CompletedCommand>& commands) {
  std::string text = kHead;
  std::vector<std::string> names;
  for (const CompletedCommand& command : commands) {
    text += lines_of(command);
    if (command.path.find(' ') == std::string::npos) names.push_back(command.path);
  }
  return text + fmt::format(
                    "\ncomplete -c hilbench -n '__hilbench_at' -a help -d 'what a command "
                    "takes'\ncomplete -c hilbench -n '__hilbench_at help' -a '{}'\n",
                    fmt::join(names, " "));
}

}  // namespace hil::app
