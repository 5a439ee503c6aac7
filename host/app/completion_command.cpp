// SPDX-License-Identifier: Apache-2.0
// hilbench completion: a script for a shell.
#include "host/app/commands.hpp"
#include "host/app/completion_text.hpp"
#include "host/app/console_io.hpp"
#include "host/app/prepare.hpp"

namespace hil::app {

Options completion_options() {
  Options options(
      "completion",
      "Prints a script that makes a shell complete commands, options, their values, boards and\n"
      "files. For one session: source <(hilbench completion bash), the same in zsh (behind\n"
      "compinit), hilbench completion fish | source. An installed package brings them.",
      "hilbench completion bash > ~/.local/share/bash-completion/completions/hilbench");
  options.positional("SHELL", "bash, zsh or fish").values({"bash", "zsh", "fish"});
  return options;
}

Result<int> completion_command(const std::vector<std::string>& words) {
  HIL_ASSIGN(const auto arguments, arguments_or_help(completion_options(), words));
  if (!arguments) return 0;
  const std::string& shell = arguments->get("SHELL");
  const auto commands = completed_commands(all_commands());
  const auto make =
      shell == "bash" ? bash_completion : (shell == "zsh" ? zsh_completion : fish_completion);
  HIL_TRY(print(make(commands)));
  return 0;
}

}  // namespace hil::app
