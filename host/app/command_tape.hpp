// SPDX-License-Identifier: Apache-2.0
// The tape of the command that this thread runs: made for --tape, or given by replay.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/app/options.hpp"
#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/link/tape/player.hpp"
#include "host/link/tape/recorder.hpp"

namespace hil::app {

/// A file that a command reads and a tape knows by its digest.
struct TapedFile {
  std::string option;  ///< "MODEL", "dataset": as whose value it was given
  std::string path;    ///< as given, or of a folder's file below it
  std::string sha256;
};

/// The options whose values are files or folders that a run reads.
const std::vector<std::string>& input_options();

/// What is at @p path, the value of @p option: the file, or all regular files of the folder,
/// sorted.
///   kUser  it can't be read, or the folder has more than 100,000 files
Result<std::vector<TapedFile>> taped_files(const std::string& option, const std::string& path);

/// One command that runs on this thread, and its tape, for as long as this lives; they may be
/// nested.
class CommandTape {
 public:
  /// A command that the words @p words (its name first) have started; records if --tape says so.
  explicit CommandTape(std::vector<std::string> words);
  /// The replay of one. @p player must outlive this.
  explicit CommandTape(tape::Player& player);
  ~CommandTape();
  CommandTape(const CommandTape&) = delete;
  CommandTape& operator=(const CommandTape&) = delete;

  /// The innermost one of this thread; null outside commands.
  static CommandTape* current();

  /// The tape for a run of @p board that @p arguments ask for: the replayed one, the one of this
  /// command, made now if --tape is given, or null.
  ///   kUser  the file can't be made, is one that the command reads or writes, or a model or
  ///          dataset can't be read
  Result<tape::RunTape*> open(const Arguments& arguments, const boards::Board& board);
  /// Null unless this is a replay.
  [[nodiscard]] tape::Player* player() const { return player_; }

  /// Keeps @p record, what the command found, as JSON.
  void note_record(nlohmann::json record);
  [[nodiscard]] const std::optional<nlohmann::json>& record() const { return record_; }

  /// Ends the tape of a command that has ended with @p code.
  ///   kUser  not all of the run is on it
  Status finish(const Result<int>& code);

 private:
  Result<nlohmann::json> about(const Arguments& arguments, const boards::Board& board) const;

  std::vector<std::string> words_;
  tape::Player* player_ = nullptr;
  std::unique_ptr<tape::Recorder> recorder_;
  std::optional<nlohmann::json> record_;
  CommandTape* outer_;
};

/// CommandTape::note_record() of the current one, if there is one. @p record: JSON as it is
/// printed.
void note_record(const nlohmann::json& record);

/// Whether the command of this thread is replayed: it must leave nothing but what it is told to.
bool is_replay();

/// Runs @p command, which @p words (its name first) have started, with a CommandTape. An incomplete
/// tape is reported; it decides the exit code where the command itself has none above 0.
Result<int> run_with_tape(const std::vector<std::string>& words,
                          const std::function<Result<int>()>& command);

}  // namespace hil::app
