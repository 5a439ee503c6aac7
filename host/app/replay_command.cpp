// SPDX-License-Identifier: Apache-2.0
// hilbench replay: a recorded run again, with no board.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <system_error>

#include "host/app/command_tape.hpp"
#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/many_boards.hpp"
#include "host/app/prepare.hpp"

namespace hil::app {
namespace {

using nlohmann::json;

constexpr int kDiffers = 1;  ///< the exit code that says so
constexpr std::size_t kMostDifferences = 10;

/// Options of a run that write files, or are about tapes: a replay writes what it is told to.
constexpr std::array kNotRepeated{"json", "outputs", "flips", "csv", "svg", "tape", "help"};

/// What a record says of the host that made it, not of the run.
const std::vector<std::string> kHostFields{"/conditions/host_version", "/conditions/host_os"};

/// The command on a tape, taken apart.
struct TapedCommand {
  const Command* command = nullptr;
  Options options;
  Arguments arguments;
  std::string version;
};

Error unfit(const std::string& why) {
  return {Blame::kUser, "the tape can't be replayed: " + why,
          "hilbench tape show says what is on it"};
}

/// What keeps @p arguments from being replayed without a board, a port or a runner; empty: nothing.
/// No tape is made of such commands; one made by hand must not start them.
std::string obstacle_in(const Command& command, const Arguments& arguments) {
  if (!arguments.has("tape") || !arguments.has("board")) {
    return fmt::format("its command '{}' is not a recorded run of a board", command.name);
  }
  if (arguments.has("dialect")) return "what foreign firmware says is not on tapes";
  const auto many = names_many(arguments);
  if (!many) return many.error().what;
  if (*many) return "it names several boards";
  if (command.name == std::string_view("dut")) return "what the runner said to 'dut' is not on it";
  return "";
}

Result<TapedCommand> command_on(const json& start) {
  try {
    const auto words = start.at("words").get<std::vector<std::string>>();
    const auto version = start.at("version").get<std::string>();
    const auto commands = all_commands();
    const auto command = std::find_if(commands.begin(), commands.end(), [&](const Command& known) {
      return !words.empty() && words.front() == known.name;
    });
    if (command == commands.end()) {
      return unfit(words.empty() ? "it names no command"
                                 : fmt::format("there is no command '{}'", words.front()));
    }
    Options options = command->options();
    auto arguments = options.parse({words.begin() + 1, words.end()});
    if (!arguments) return unfit(arguments.error().what);
    const std::string obstacle = obstacle_in(*command, *arguments);
    if (!obstacle.empty()) return unfit(obstacle);
    return TapedCommand{&*command, std::move(options), *std::move(arguments), version};
  } catch (const json::exception&) {
    return unfit("it does not say which command was recorded");
  }
}

/// What replay's own options put in place of the taped ones, by the names of those.
std::map<std::string, std::string> overrides_of(const Arguments& arguments) {
  std::map<std::string, std::string> overrides;
  const std::pair<const char*, const char*> kNames[] = {
      {"model", "MODEL"}, {"dataset", "dataset"}, {"input", "input"}};
  for (const auto& [ours, theirs] : kNames) {
    if (arguments.has(ours)) overrides[theirs] = arguments.get(ours);
  }
  return overrides;
}

bool is_repeated(const Options::Option& option) {
  const bool written =
      std::find(kNotRepeated.begin(), kNotRepeated.end(), option.name) != kNotRepeated.end();
  return !written || (option.name == "json" && !option.takes_value());
}

/// Adds where replay's --json and --outputs send the result.
///   kUser  the command has no such option
Status add_results(const Arguments& arguments, const TapedCommand& taped,
                   std::vector<std::string>& words) {
  for (const char* name : {"json", "outputs"}) {
    if (!arguments.has(name)) continue;
    const auto& options = taped.options.options();
    const auto option = std::find_if(options.begin(), options.end(),
                                     [&](const auto& known) { return known.name == name; });
    const std::string& value = arguments.get(name);
    const bool printed = option != options.end() && !option->takes_value();
    if (option == options.end() || (printed && value != "-")) {
      return Error{Blame::kUser,
                   fmt::format("{} can't write {} to a file", taped.command->name, name),
                   printed ? "--json - prints it" : fmt::format("leave --{} out", name)};
    }
    if (!printed) {
      words.push_back(fmt::format("--{}={}", name, value));
    } else if (!taped.arguments.has(name)) {
      words.push_back("--json");
    }
  }
  return {};
}

/// The words of the command again, without its name.
Result<std::vector<std::string>> words_again(const Arguments& arguments,
                                             const TapedCommand& taped) {
  const auto overrides = overrides_of(arguments);
  const auto value_of = [&](const std::string& name) {
    const auto found = overrides.find(name);
    return found != overrides.end() ? found->second : taped.arguments.get(name);
  };
  std::vector<std::string> words;
  for (const Options::Option& option : taped.options.options()) {
    if (!taped.arguments.has(option.name) || !is_repeated(option)) continue;
    words.push_back(option.takes_value()
                        ? fmt::format("--{}={}", option.name, value_of(option.name))
                        : "--" + option.name);
  }
  HIL_TRY(add_results(arguments, taped, words));
  words.push_back("--");
  for (const Options::Option& positional : taped.options.positionals()) {
    if (taped.arguments.has(positional.name)) words.push_back(value_of(positional.name));
  }
  return words;
}

Error other_file(const std::string& path, const std::string& option, const char* what) {
  const std::string name = option == "MODEL" ? "model" : option;
  return {
      Blame::kUser, fmt::format("{} {}", path, what),
      fmt::format("run replay where the tape was recorded, or name the file of that run by --{}",
                  name)};
}

/// Path below the value of its option, so that folders may have other names.
std::string below(const std::string& path, const std::string& value) {
  return path.size() > value.size() && path.starts_with(value) ? path.substr(value.size()) : "";
}

/// The files that the tape knows by their digests.
///   kUser  it does not say them as a recorded run does
Result<std::vector<TapedFile>> files_on(const json& start) {
  std::vector<TapedFile> files;
  try {
    for (const json& file : start.at("files")) {
      files.push_back({file.at("option").get<std::string>(), file.at("path").get<std::string>(),
                       file.at("sha256").get<std::string>()});
    }
    return files;
  } catch (const json::exception&) {
    return unfit("it does not say which files the run read");
  }
}

/// The files of the run must be what they were.
///   kUser  one is missing, differs, or is too many
Status check_files(const std::vector<TapedFile>& taped, const Arguments& arguments,
                   const std::map<std::string, std::string>& overrides) {
  for (const std::string& option : input_options()) {
    if (!arguments.has(option)) continue;
    const std::string& was = arguments.get(option);
    const auto found = overrides.find(option);
    const std::string is = found == overrides.end() ? was : found->second;
    std::error_code unknown;
    if (!std::filesystem::exists(is, unknown)) return other_file(is, option, "is not there");
    HIL_ASSIGN(const auto files, taped_files(option, is));
    std::map<std::string, std::string> digests;
    for (const TapedFile& file : files)
      digests[below(file.path, is)] = file.sha256;
    for (const TapedFile& file : taped) {
      if (file.option != option) continue;
      const std::string name = below(file.path, was);
      const auto digest = digests.find(name);
      if (digest == digests.end()) return other_file(is + name, option, "is not there");
      if (digest->second != file.sha256) {
        return other_file(is + name, option, "is not the file that the tape was recorded with");
      }
    }
  }
  return {};
}

/// JSON pointers of what differs, but for what says who replays.
std::vector<std::string> differing_fields(const json& taped, const json& replayed) {
  std::vector<std::string> fields;
  for (const json& change : json::diff(taped, replayed)) {
    const auto path = change.at("path").get<std::string>();
    if (std::find(kHostFields.begin(), kHostFields.end(), path) == kHostFields.end()) {
      fields.push_back(path);
    }
  }
  return fields;
}

/// What is wrong with the replay, in words; empty: nothing.
std::string verdict_of(tape::Player& player, const std::optional<json>& record) {
  const std::string difference = player.difference();
  if (!difference.empty()) {
    return fmt::format("the host behaves otherwise than recorded, {}", difference);
  }
  const json taped = player.find_note("record");
  if (taped.is_null() || !player.whole()) return "";
  if (!record) return "the run on the tape left a record, its replay did not";
  auto fields = differing_fields(taped, *record);
  if (fields.empty()) return "";
  const std::size_t count = fields.size();
  fields.resize(std::min(count, kMostDifferences));
  return fmt::format("{} field{} of the record differ{} from the tape's: {}{}", count,
                     count == 1 ? "" : "s", count == 1 ? "s" : "", fmt::join(fields, ", "),
                     count > fields.size() ? ", ..." : "");
}

std::string success_of(const tape::Player& player, bool record) {
  const std::string same = record ? "the record is the tape's, field by field"
                                  : "the tape has no record to compare with";
  return fmt::format("replayed {}: {}",
                     player.to_the_letter() ? "to the letter" : "by the order of its frames", same);
}

/// The exit code of the command on the tape; nothing if its run was killed.
std::optional<int> taped_code(const tape::Player& player) {
  const json end = player.find_note("end");
  if (!end.is_object() || !end.contains("code") || !end["code"].is_number_integer()) return {};
  const auto code = end["code"].get<std::int64_t>();
  return code >= 0 && code <= 255 ? std::optional(static_cast<int>(code)) : std::nullopt;
}

Result<int> judge(tape::Player& player, const std::optional<json>& record, Result<int> code) {
  const std::string wrong = verdict_of(player, record);
  if (!code.ok()) report(code.error());
  const int ended = code.ok() ? *code : exit_code(code.error().blame);
  if (!wrong.empty()) {
    remark("hilbench: " + wrong);
    return kDiffers;
  }
  const auto was = taped_code(player);
  if (was && *was != ended) {
    remark(fmt::format("hilbench: the run on the tape ended with exit code {}, its replay with {}",
                       *was, ended));
    return kDiffers;
  }
  remark(success_of(player, !player.find_note("record").is_null() && player.whole()));
  return ended;
}

}  // namespace

Options replay_options() {
  Options options(
      "replay",
      "Runs a recorded command against its tape, with no board, and compares what the\n"
      "host does and the record with the tape's. Exit code 1: they differ; else that of\n"
      "the recorded run.",
      "hilbench replay run.tape --json record.json");
  options.positional("FILE", "the tape, as --tape has made it")
      .option("json", "FILE", "write the record as the command does; - for standard output")
      .option("outputs", "FILE", "write the outputs as CSV, if the command has this option")
      .option("model", "FILE", "take the model from there (it must be the recorded one)")
      .option("dataset", "DIR", "take the dataset from there (likewise)")
      .option("input", "FILE", "take the input from there (likewise)");
  return options;
}

Result<int> replay_command(const std::vector<std::string>& words) {
  HIL_ASSIGN(const auto arguments, arguments_or_help(replay_options(), words));
  if (!arguments) return 0;
  HIL_ASSIGN(auto bytes, tape::read_tape_file(arguments->get("FILE")));
  HIL_ASSIGN(const auto player, tape::Player::create(std::move(bytes)));
  const json start = player->find_note("start");
  HIL_ASSIGN(const TapedCommand taped, command_on(start));
  HIL_ASSIGN(const auto files, files_on(start));
  HIL_TRY(check_files(files, taped.arguments, overrides_of(*arguments)));
  HIL_ASSIGN(const auto again, words_again(*arguments, taped));
  if (!player->whole())
    remark("hilbench: the tape has no end: its run was killed, or its disk full");
  CommandTape replay(*player);
  const Result<int> code = taped.command->run(again);
  return judge(*player, replay.record(), code);
}

}  // namespace hil::app
