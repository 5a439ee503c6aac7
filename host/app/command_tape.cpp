// SPDX-License-Identifier: Apache-2.0
// What a tape is told of the command beside the run itself.
#include "host/app/command_tape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "host/app/console_io.hpp"
#include "host/base/digest.hpp"
#include "host/base/file.hpp"

namespace hil::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kMostFiles = 100'000;
constexpr std::uint64_t kMostBoardFileBytes = 1u << 20;

thread_local CommandTape* t_current = nullptr;

Result<TapedFile> taped_file(const std::string& option, const std::string& path) {
  HIL_ASSIGN(const Sha256 digest, sha256_of_file(path));
  return TapedFile{option, path, hex_of(digest)};
}

Result<std::vector<std::string>> files_below(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code unknown;
    if (entry->is_regular_file(unknown)) files.push_back(entry->path().string());
    if (files.size() > kMostFiles) {
      return Error{
          Blame::kUser,
          fmt::format("{} has more than {} files, too many for a tape", folder, kMostFiles),
          "leave --tape out, or take a smaller dataset"};
    }
  }
  if (error) {
    return Error{Blame::kUser, fmt::format("{} can't be read: {}", folder, error.message()), ""};
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The file of the tape is begun anew: it must be none that the command reads or writes.
///   kUser  it is
Status check_place(const std::string& tape, const json& files, const Arguments& arguments) {
  const auto place_of = [](const std::string& path) {
    std::error_code unknown;  // of a file that is not there, too
    return fs::weakly_canonical(fs::absolute(path, unknown), unknown);
  };
  const auto is_tape = [&](const std::string& path) {
    std::error_code unknown;
    const fs::path place = place_of(path);
    return fs::equivalent(path, tape, unknown) || (!place.empty() && place == place_of(tape));
  };
  const auto refused = [&](const std::string& what) {
    return Error{Blame::kUser, fmt::format("--tape {} would overwrite {}", tape, what),
                 "name another file for the tape"};
  };
  for (const json& file : files) {
    const auto option = file.at("option").get<std::string>();
    if (is_tape(file.at("path").get<std::string>())) return refused("a file of " + option);
  }
  for (const char* name : {"json", "outputs", "flips", "csv", "svg"}) {
    const auto value = arguments.find(name);
    if (value && !value->empty() && *value != "-" && is_tape(*value)) {
      return refused(fmt::format("what --{} writes", name));
    }
  }
  return {};
}

json json_of(const Result<int>& code) {
  if (code.ok()) return {{"code", *code}};
  return {{"code", exit_code(code.error().blame)}, {"error", tape::json_of(code.error())}};
}

}  // namespace

const std::vector<std::string>& input_options() {
  static const std::vector<std::string> kOptions{"MODEL", "dataset", "input", "float", "int8"};
  return kOptions;
}

Result<std::vector<TapedFile>> taped_files(const std::string& option, const std::string& path) {
  std::vector<TapedFile> files;
  std::error_code unknown;
  if (!fs::is_directory(path, unknown)) {
    HIL_ASSIGN(auto file, taped_file(option, path));
    files.push_back(std::move(file));
    return files;
  }
  HIL_ASSIGN(const auto names, files_below(path));
  for (const std::string& name : names) {
    HIL_ASSIGN(auto file, taped_file(option, name));
    files.push_back(std::move(file));
  }
  return files;
}

CommandTape::CommandTape(std::vector<std::string> words)
    : words_(std::move(words)), outer_(std::exchange(t_current, this)) {}

CommandTape::CommandTape(tape::Player& player)
    : player_(&player), outer_(std::exchange(t_current, this)) {}

CommandTape::~CommandTape() {
  t_current = outer_;
}

CommandTape* CommandTape::current() {
  return t_current;
}

Result<tape::RunTape*> CommandTape::open(const Arguments& arguments, const boards::Board& board) {
  if (player_ != nullptr) return player_;
  if (!arguments.has("tape")) return nullptr;
  if (!recorder_) {
    HIL_ASSIGN(auto said, about(arguments, board));
    HIL_TRY(check_place(arguments.get("tape"), said["files"], arguments));
    HIL_ASSIGN(recorder_, tape::Recorder::create(arguments.get("tape"), std::move(said)));
  }
  return recorder_.get();
}

/// No environment, no paths but those of the command line.
Result<json> CommandTape::about(const Arguments& arguments, const boards::Board& board) const {
  json files = json::array();
  for (const std::string& option : input_options()) {
    if (!arguments.has(option)) continue;
    HIL_ASSIGN(const auto found, taped_files(option, arguments.get(option)));
    for (const TapedFile& file : found)
      files.push_back({{"option", file.option}, {"path", file.path}, {"sha256", file.sha256}});
  }
  json board_file;
  if (const auto text = read_text_file(board.file, kMostBoardFileBytes)) {
    board_file = json::parse(*text, nullptr, false);
  }
  return json{{"program", "hilbench"},
              {"version", HIL_VERSION},
              {"words", words_},
              {"board", board.id},
              {"board_file", board_file.is_discarded() ? json() : board_file},
              {"files", files}};
}

void CommandTape::note_record(json record) {
  if (recorder_) recorder_->note("record", record);
  record_ = std::move(record);
}

Status CommandTape::finish(const Result<int>& code) {
  if (!recorder_) return {};
  recorder_->note("end", json_of(code));
  const Status finished = recorder_->finish();
  recorder_.reset();
  return finished;
}

void note_record(const json& record) {
  if (t_current != nullptr) t_current->note_record(record);
}

bool is_replay() {
  return t_current != nullptr && t_current->player() != nullptr;
}

Result<int> run_with_tape(const std::vector<std::string>& words,
                          const std::function<Result<int>()>& command) {
  CommandTape tape(words);
  const Result<int> code = command();
  const Status kept = tape.finish(code);
  if (kept.ok()) return code;
  if (code.ok() && *code == 0) return kept.error();
  report(kept.error());
  return code;
}

}  // namespace hil::app
