// SPDX-License-Identifier: Apache-2.0
// Completion for bash 4.4 or newer; bash-completion is not needed.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "host/app/completion_text.hpp"

namespace hil::app {
namespace {

constexpr const char* kHead = R"sh(# bash completion for hilbench, made by: hilbench completion bash
)sh";

/// Fills COMPREPLY. The line's "=" and "@" are words of their own (COMP_WORDBREAKS).
constexpr const char* kFunctions = R"sh(
_hilbench_reply() {  # KIND [WORDS]: completes $cur
  case "$1" in
    words) mapfile -t COMPREPLY < <(compgen -W "$2" -- "$cur") ;;
    file)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      ;;
    board)
      local before=$at
      [[ $cur == *,* ]] && before+=${cur%,*},
      mapfile -t COMPREPLY < <(
        compgen -P "$before" -W "$("${COMP_WORDS[0]/#\~/$HOME}" boards --ids 2>/dev/null)" \
          -- "${cur##*,}")
      ;;
  esac
}

_hilbench() {
  local first=$COMP_CWORD  # the first word of the value: linux, of "linux" "@" "1-4,netd"
  [[ ${COMP_WORDS[first]} == '@' ]] && ((first--))
  while ((first > 3)) && [[ ${COMP_WORDS[first-1]} == '@' ]]; do
    ((first -= 2))
  done
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[first-1]}
  local path=${COMP_WORDS[1]} subs kind='' words='' options='' at=''
  [[ $2 == @* && $cur != @* ]] && at='@'  # what the reply replaces begins with it
  COMPREPLY=()
  if [[ $cur == '=' ]]; then
    cur=''
  elif [[ $prev == '=' ]]; then
    prev=${COMP_WORDS[first-2]}
  fi
  if ((COMP_CWORD < 2)); then
    _hilbench_reply words "$_hilbench_commands help --help --version"
    return
  fi
  if [[ $path == help ]]; then
    _hilbench_reply words "$_hilbench_commands"
    return
  fi
  subs=$(_hilbench_subs "$path")
  if [[ -n $subs ]]; then
    if ((COMP_CWORD == 2)); then
      _hilbench_reply words "$subs --help"
      return
    fi
    path+=" ${COMP_WORDS[2]}"
  fi
  [[ $prev == --* ]] && _hilbench_value "$path" "$prev"
  if [[ -n $kind ]]; then
    _hilbench_reply "$kind" "$words"
    return
  fi
  _hilbench_takes "$path"
  if [[ $cur == -* ]]; then
    _hilbench_reply words "$options"
  else
    _hilbench_reply "$kind" "$words"
  fi
}

complete -F _hilbench hilbench
)sh";

const char* word_of(ValueKind kind) {
  switch (kind) {
    case ValueKind::kWords:
      return "words";
    case ValueKind::kFile:
      return "file";
    case ValueKind::kBoard:
      return "board";
    case ValueKind::kNone:
    case ValueKind::kAny:
      break;
  }
  return "any";
}

/// "kind=words words='a b'"
std::string assignments(ValueKind kind, const std::vector<std::string>& values) {
  return fmt::format("kind={} words='{}'", word_of(kind), fmt::join(values, " "));
}

/// A function that finds the names of sub-commands.
std::string subs_function(const std::vector<CompletedCommand>& commands) {
  std::string text = "\n_hilbench_subs() {\n  case \"$1\" in\n";
  for (const CompletedCommand& command : commands) {
    if (command.subs.empty()) continue;
    text += fmt::format("    {}) echo '{}' ;;\n", command.path, fmt::join(command.subs, " "));
  }
  return text + "  esac\n}\n";
}

/// A function that says how an option's value is completed; kind stays as it is for a flag.
std::string value_function(const std::vector<CompletedCommand>& commands) {
  std::string text = "\n_hilbench_value() {\n  case \"$1 $2\" in\n";
  for (const CompletedCommand& command : commands) {
    for (const auto& option : command.options) {
      const ValueKind kind = kind_of(option);
      if (kind == ValueKind::kNone) continue;
      text += fmt::format("    '{} --{}') {} ;;\n", command.path, option.name,
                          assignments(kind, option.values));
    }
  }
  return text + "  esac\n}\n";
}

/// A function that says what a command takes.
std::string takes_function(const std::vector<CompletedCommand>& commands) {
  std::string text = "\n_hilbench_takes() {\n  options=''\n  case \"$1\" in\n";
  for (const CompletedCommand& command : commands) {
    std::vector<std::string> names;
    for (const auto& option : command.options)
      names.push_back("--" + option.name);
    text += fmt::format("    '{}')\n      options='{}'\n", command.path, fmt::join(names, " "));
    if (!command.positionals.empty()) {
      const auto& first = command.positionals.front();
      text += "      " + assignments(kind_of_positional(first), first.values) + "\n";
    }
    text += "      ;;\n";
  }
  return text + "  esac\n}\n";
}

}  // namespace

std::string bash_completion(const std::vector<CompletedCommand>& commands) {
  std::vector<std::string> names;
  for (const CompletedCommand& command : commands) {
    if (command.path.find(' ') == std::string::npos) names.push_back(command.path);
  }
  return kHead + fmt::format("_hilbench_commands='{}'\n", fmt::join(names, " ")) +
         subs_function(commands) + value_function(commands) + takes_function(commands) + kFunctions;
}

}  // namespace hil::app
