// SPDX-License-Identifier: Apache-2.0
// The table of commands and the last line of defence.
#include "host/app/program.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>

#include "host/app/command_tape.hpp"
#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/example_paths.hpp"
#include "host/app/help_text.hpp"
#include "host/base/nearest.hpp"
#include "host/base/signals.hpp"
#include "host/report/color.hpp"

namespace hil::app {
namespace {

constexpr const char* kMeasure = "measure a model";
constexpr const char* kResults = "look at results";
constexpr const char* kData = "models and data";
constexpr const char* kBoards = "boards";
constexpr const char* kBench = "care for the bench";

constexpr auto kCommands = std::to_array<Command>({
    {kMeasure, "evaluate", "accuracy of a model over a dataset, on a board", evaluate_options,
     evaluate_command},
    {kMeasure, "profile", "latency of a model on a board, whole and per operator", profile_options,
     profile_command},
    {kMeasure, "energy", "joules per inference, from a power meter or a trace", energy_options,
     energy_command},
    {kMeasure, "verify", "which operator differs from the host reference first", verify_options,
     verify_command},
    {kMeasure, "infer", "one input through a model, on a board", infer_options, infer_command},
    {kMeasure, "compare-model", "a float model, its int8 version, and that on a board",
     compare_model_options, compare_model_command},
    {kResults, "show", "a saved record, as its run printed it", show_options, show_command},
    {kResults, "plot", "the current of an energy run over time, as a picture", plot_options,
     plot_command},
    {kResults, "replay", "a recorded run again, with no board", replay_options, replay_command},
    {kResults, "tape", "what a tape of a run holds (show)", tape_options, tape_command},
    {kResults, "compare", "two saved records side by side", compare_options, compare_command},
    {kData, "summary", "what a model is made of and needs", summary_options, summary_command},
    {kData, "dataset", "what a dataset holds (show), what is wrong with it (check)",
     dataset_options, dataset_command},
    {kBoards, "boards", "the boards that hilbench knows", boards_options, boards_command},
    {kBoards, "list", "serial ports and debug probes of this machine", list_options, list_command},
    {kBoards, "meters", "power meters of this machine, and what each can do", meters_options,
     meters_command},
    {kBoards, "info", "what the agent on a board is and can do", info_options, info_command},
    {kBoards, "flash", "an image onto a board", flash_options, flash_command},
    {kBoards, "emulate", "virtual boards, kept up for other tools", emulate_options,
     emulate_command},
    {kBoards, "dut", "MLPerf Tiny's DUT API in front of a board, for any runner of that benchmark",
     dut_options, dut_command},
    {kBoards, "log", "what the agent on a board says, or what a record kept of it", log_options,
     log_command},
    {kBoards, "stream", "samples that a board takes by itself, every loss counted", stream_options,
     stream_command},
    {kBench, "doctor", "what keeps boards from being used here, and what to do about it",
     doctor_options, doctor_command},
    {kBench, "conform", "whether a board's port does what it must", conform_options,
     conform_command},
    {kBench, "completion", "command lines completed by bash, zsh or fish", completion_options,
     completion_command},
});

const Command* find_command(const std::string& name) {
  for (const Command& command : kCommands) {
    if (name == command.name) return &command;
  }
  return nullptr;
}

Error unknown_command(const std::string& name) {
  std::vector<std::string> names;
  for (const Command& command : kCommands)
    names.emplace_back(command.name);
  const std::string meant = did_you_mean(nearest_ones(name, names), "hilbench ");
  return {Blame::kUser, fmt::format("there is no command '{}'", name),
          meant.empty() ? "see hilbench --help" : meant};
}

/// Takes the words --color=WHEN out of @p words and does what the last one says.
///   kUser  it says something else
Result<std::vector<std::string>> without_color(std::vector<std::string> words) {
  constexpr std::string_view kOption = "--color=";
  const std::vector<std::string> choices{"auto", "always", "never"};
  const auto end = std::find(words.begin(), words.end(), "--");
  for (auto word = words.begin(); word != end; ++word) {
    if (!word->starts_with(kOption)) continue;
    const auto choice = std::find(choices.begin(), choices.end(), word->substr(kOption.size()));
    if (choice == choices.end()) {
      return Error{Blame::kUser, *word + " is not known", "auto, always or never"};
    }
    report::choose_colors(static_cast<report::ColorChoice>(choice - choices.begin()));
  }
  words.erase(std::remove_if(words.begin(), end,
                             [&](const std::string& word) { return word.starts_with(kOption); }),
              end);
  return words;
}

/// hilbench help, or hilbench help COMMAND.
Result<int> help(const std::vector<std::string>& words) {
  if (words.size() < 2 || words[1] == "--help" || words[1] == "help") {
    HIL_TRY(print(program_help(digits_folder(), static_cast<std::size_t>(output_width()),
                               report::colors_for(STDOUT_FILENO))));
    return 0;
  }
  const Command* command = find_command(words[1]);
  if (command == nullptr) return unknown_command(words[1]);
  std::vector<std::string> rest(words.begin() + 2, words.end());
  rest.emplace_back("--help");
  return command->run(rest);
}

Result<int> dispatch(const std::vector<std::string>& all_words) {
  HIL_ASSIGN(const auto words, without_color(all_words));
  if (words.empty()) {
    std::string usage = program_usage(error_width());
    usage.pop_back();
    remark(usage);
    return exit_code(Blame::kUser);
  }
  const std::string& name = words.front();
  if (name == "--help" || name == "-h" || name == "help") return help(words);
  if (name == "--version") {
    HIL_TRY(print("hilbench " HIL_VERSION "\n"));
    return 0;
  }
  const Command* command = find_command(name);
  if (command == nullptr) return unknown_command(name);
  return run_with_tape(words, [&] { return command->run({words.begin() + 1, words.end()}); });
}

/// What Ctrl-C broke off before there was anything to keep is an error of the user's.
int exit_code_after(const Error& error) {
  const int signal = StopRequest::last_signal();
  if (signal != 0 && error.blame == Blame::kUser) return 128 + signal;
  return exit_code(error.blame);
}

}  // namespace

std::span<const Command> all_commands() {
  return kCommands;
}

int run(const std::vector<std::string>& words) {
  ::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of its write
  try {
    const Result<int> code = dispatch(words);
    if (code) return *code;
    report(code.error());
    return exit_code_after(code.error());
  } catch (const std::exception& fault) {
    report({Blame::kBug, fmt::format("unexpected: {}", fault.what()), ""});
    return exit_code(Blame::kBug);
  }
}

}  // namespace hil::app
