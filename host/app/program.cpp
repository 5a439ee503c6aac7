// SPDX-License-Identifier: Apache-2.0
// The table of commands and the last line of defence.
#include "host/app/program.hpp"

#include <fmt/format.h>

#include <array>
#include <exception>

#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/base/nearest.hpp"

namespace hil::app {
namespace {

struct Command {
  const char* name;
  const char* summary;
  Result<int> (*run)(const std::vector<std::string>& words);
};

constexpr auto kCommands = std::to_array<Command>({
    {"evaluate", "accuracy of a model over a dataset, on a board", evaluate_command},
    {"profile", "latency of a model on a board, whole and per operator", profile_command},
    {"verify", "which operator differs from the host reference first", verify_command},
    {"infer", "one input through a model, on a board", infer_command},
    {"show", "a saved record, as its run printed it", show_command},
    {"compare", "two saved records side by side", compare_command},
    {"compare-model", "a float model, its int8 version, and that on a board",
     compare_model_command},
    {"flash", "an image onto a board", flash_command},
    {"info", "what the agent on a board is and can do", info_command},
    {"summary", "what a model is made of and needs", summary_command},
    {"dataset", "what a dataset holds (show), and what is wrong with it (check)", dataset_command},
    {"boards", "the boards that hilbench knows", boards_command},
    {"emulate", "virtual boards, kept up for other tools", emulate_command},
    {"list", "serial ports and debug probes of this machine", list_command},
});

std::string help() {
  std::string text =
      "usage: hilbench COMMAND [options]\n\n"
      "Runs TinyML models on real boards and measures them there.\n\n";
  for (const Command& command : kCommands) {
    text += fmt::format("  {:<15}{}\n", command.name, command.summary);
  }
  return text +
         "\n  --help      show this text, or that of a command\n"
         "  --version   show the version\n\n"
         "example:\n"
         "  hilbench evaluate fixtures/digits/digits_int8.tflite --dataset fixtures/digits/test"
         " --board linux\n";
}

Error unknown_command(const std::string& name) {
  std::vector<std::string> names;
  for (const Command& command : kCommands)
    names.emplace_back(command.name);
  const auto meant = nearest(name, names);
  return {Blame::kUser, fmt::format("there is no command '{}'", name),
          meant ? fmt::format("did you mean hilbench {}?", *meant) : "see hilbench --help"};
}

Result<int> dispatch(const std::vector<std::string>& words) {
  if (words.empty()) return Error{Blame::kUser, "no command is given", "see hilbench --help"};
  if (words.front() == "--help" || words.front() == "help") {
    HIL_TRY(print(help()));
    return 0;
  }
  if (words.front() == "--version") {
    HIL_TRY(print("hilbench " HIL_VERSION "\n"));
    return 0;
  }
  for (const Command& command : kCommands) {
    if (words.front() == command.name) return command.run({words.begin() + 1, words.end()});
  }
  return unknown_command(words.front());
}

}  // namespace

int run(const std::vector<std::string>& words) {
  try {
    const Result<int> code = dispatch(words);
    if (code) return *code;
    report(code.error());
    return exit_code(code.error().blame);
  } catch (const std::exception& fault) {
    report({Blame::kBug, fmt::format("unexpected: {}", fault.what()), ""});
    return exit_code(Blame::kBug);
  }
}

}  // namespace hil::app
