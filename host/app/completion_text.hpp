// SPDX-License-Identifier: Apache-2.0
// Scripts that teach a shell to complete hilbench's command lines, made of the table of commands.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "host/app/commands.hpp"

namespace hil::app {

/// How the value of an option or a positional is completed.
enum class ValueKind : std::uint8_t {
  kNone,   ///< it is a flag
  kAny,    ///< a number or a name: nothing is offered
  kWords,  ///< the words of Options::values()
  kFile,   ///< names of files and folders
  kBoard,  ///< what `hilbench boards --ids` prints; several with commas between them
};

/// Said by Options::Option::values and the value's name (of a positional: its own).
ValueKind kind_of(const Options::Option& option);
ValueKind kind_of_positional(const Options::Option& positional);

/// A command as completion sees it.
struct CompletedCommand {
  std::string path;                      ///< "evaluate", "dataset check"
  std::string summary;                   ///< one line
  std::vector<Options::Option> options;  ///< without those of its sub-commands
  std::vector<Options::Option> positionals;
  std::vector<std::string> subs;  ///< names of its sub-commands
};

/// @p commands and their sub-commands, these behind theirs.
std::vector<CompletedCommand> completed_commands(std::span<const Command> commands);

/// For `source <(hilbench completion bash)`, or a file `hilbench` among bash-completion's.
std::string bash_completion(const std::vector<CompletedCommand>& commands);

/// For `source <(hilbench completion zsh)` behind compinit, or a file `_hilbench` in $fpath.
std::string zsh_completion(const std::vector<CompletedCommand>& commands);

/// For `hilbench completion fish | source`, or a file `hilbench.fish` in vendor_completions.d.
std::string fish_completion(const std::vector<CompletedCommand>& commands);

}  // namespace hil::app
