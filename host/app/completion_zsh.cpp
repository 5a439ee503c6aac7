// SPDX-License-Identifier: Apache-2.0
// Completion for zsh, by _arguments.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "host/app/completion_text.hpp"

namespace hil::app {
namespace {

constexpr const char* kHead = R"sh(#compdef hilbench
# zsh completion for hilbench, made by: hilbench completion zsh

_hilbench_boards() {
  local -a ids
  ids=(${(f)"$($_hilbench_program boards --ids 2>/dev/null)"})
  compset -P '*,'
  compadd -X board -a ids
}
)sh";

/// The function is called at once when zsh loads the file from $fpath; sourced, it is registered.
constexpr const char* kTail = R"sh(
if [[ $funcstack[1] == _hilbench ]]; then
  _hilbench "$@"
else
  compdef _hilbench hilbench
fi
)sh";

/// @p text inside single quotes, with a backslash before what _arguments or _describe take for
/// something else.
std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '\'') {
      safe += "'\\''";
      continue;
    }
    if (c == ':' || c == '[' || c == ']' || c == '\\') safe += '\\';
    safe += c == '\n' ? ' ' : c;
  }
  return safe;
}

/// What _arguments does for a value.
std::string action_of(ValueKind kind, const std::vector<std::string>& values) {
  switch (kind) {
    case ValueKind::kWords:
      return fmt::format("({})", fmt::join(values, " "));
    case ValueKind::kFile:
      return "_files";
    case ValueKind::kBoard:
      return "_hilbench_boards";
    case ValueKind::kNone:
    case ValueKind::kAny:
      break;
  }
  return " ";
}

std::string specification_of(const Options::Option& option) {
  if (!option.takes_value()) {
    return fmt::format("'--{}[{}]'", option.name, escaped(option.help));
  }
  return fmt::format("'--{}=[{}]:{}:{}'", option.name, escaped(option.help),
                     escaped(option.value_name), action_of(kind_of(option), option.values));
}

/// The branch of `case` for @p command, indented by @p indent spaces.
std::string arguments_of(const CompletedCommand& command, std::size_t indent) {
  const std::string space(indent, ' ');
  std::string text = space + "_arguments";
  const auto add = [&](const std::string& specification) {
    text += " \\\n  " + space + specification;
  };
  for (const auto& option : command.options)
    add(specification_of(option));
  for (const auto& positional : command.positionals) {
    add(fmt::format("':{}:{}'", escaped(positional.help),
                    action_of(kind_of_positional(positional), positional.values)));
  }
  return text + "\n";
}

std::string name_of(const CompletedCommand& command) {
  return command.path.substr(command.path.rfind(' ') + 1);
}

/// An array for _describe with those of @p commands that are @p parent's own ("": all others).
std::string described(const std::vector<CompletedCommand>& commands, const std::string& parent,
                      std::size_t indent) {
  const std::string space(indent, ' ');
  std::string text = space + "described=(\n";
  for (const CompletedCommand& command : commands) {
    const std::size_t at = command.path.find(' ');
    const std::string above = at == std::string::npos ? "" : command.path.substr(0, at);
    if (above != parent) continue;
    text += fmt::format("{}  '{}:{}'\n", space, name_of(command), escaped(command.summary));
  }
  if (parent.empty()) text += space + "  'help:what a command takes'\n";
  return text + space + ")\n" + space + "_describe -t commands command described\n";
}

/// Completion behind a command that has sub-commands.
std::string subs_of(const std::vector<CompletedCommand>& commands,
                    const CompletedCommand& command) {
  std::string text = "      if ((CURRENT == 2)); then\n" + described(commands, command.path, 8) +
                     "        return\n      fi\n      ((CURRENT--))\n      shift words\n"
                     "      case $words[1] in\n";
  for (const CompletedCommand& sub : commands) {
    if (!sub.path.starts_with(command.path + " ")) continue;
    text += fmt::format("        {})\n", name_of(sub)) + arguments_of(sub, 10) + "          ;;\n";
  }
  return text + "      esac\n";
}

}  // namespace

std::string zsh_completion(const std::vector<CompletedCommand>& commands) {
  std::string text = std::string(kHead) +
                     "\n_hilbench() {\n"
                     "  local -a described\n"
                     "  local _hilbench_program=$words[1]\n"
                     "  if ((CURRENT == 2)); then\n" +
                     described(commands, "", 4) +
                     "    return\n"
                     "  fi\n"
                     "  ((CURRENT--))\n"
                     "  shift words\n"
                     "  case $words[1] in\n"
                     "    help)\n" +
                     described(commands, "", 6) + "      ;;\n";
  for (const CompletedCommand& command : commands) {
    if (command.path.find(' ') != std::string::npos) continue;
    text += fmt::format("    {})\n", command.path) +
            (command.subs.empty() ? arguments_of(command, 6) : subs_of(commands, command)) +
            "      ;;\n";
  }
  return text + "  esac\n}\n" + kTail;
}

}  // namespace hil::app
