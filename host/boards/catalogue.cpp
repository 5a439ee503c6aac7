// SPDX-License-Identifier: Apache-2.0
// Catalogue: board files to typed structs.
#include "host/boards/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "host/base/nearest.hpp"
#include "host/boards/schema.hpp"

namespace hil::boards {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSchemaName = "board.schema.json";

Error wrong(const fs::path& path, const std::string& what) {
  return Error{Blame::kConfig, fmt::format("{}: {}", path.string(), what),
               "board files are looked for in HILBENCH_BOARDS, or beside the program"};
}

Emulator emulator_of(const nlohmann::json& json) {
  // The schema knows one kind.
  return Emulator{EmulatorKind::kProcess, json.at("agent").get<std::string>()};
}

Board board_of(const nlohmann::json& json, const fs::path& file) {
  Board board;
  board.file = file;
  board.id = json.at("id").get<std::string>();
  board.name = json.at("name").get<std::string>();
  board.tested = json.at("status").get<std::string>() == "tested";
  board.chip = {json.at("chip").at("name").get<std::string>(),
                json.at("chip").at("core").get<std::string>()};
  board.serial.baud = json.at("board").at("serial").at("baud").get<std::uint32_t>();
  if (json.contains("emulator")) board.emulator = emulator_of(json.at("emulator"));
  return board;
}

Result<Board> load_board(const fs::path& file, const Schema& schema) {
  HIL_ASSIGN(const nlohmann::json json, load_json(file));
  HIL_TRY(schema.check(json, file));
  try {
    Board board = board_of(json, file);
    if (board.id != file.stem().string()) {
      return wrong(file, fmt::format("/id: is '{}', the file's name says '{}'", board.id,
                                     file.stem().string()));
    }
    return board;
  } catch (const nlohmann::json::exception& e) {
    return wrong(file, e.what());  // the schema lets something pass that this code does not
  }
}

Result<std::vector<fs::path>> board_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.extension() == ".json" && path.filename() != kSchemaName) files.push_back(path);
  }
  if (error) return wrong(folder, error.message());
  if (files.empty()) return wrong(folder, "no board files");
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

fs::path default_folder() {
  if (const char* folder = std::getenv("HILBENCH_BOARDS"); folder != nullptr && *folder != 0) {
    return folder;
  }
  std::error_code ignored;
  const fs::path source = HIL_BOARDS_SOURCE;
  return fs::is_directory(source, ignored) ? source : fs::path(HIL_BOARDS_INSTALLED);
}

Result<Catalogue> Catalogue::load(const fs::path& folder) {
  HIL_ASSIGN(const auto files, board_files(folder));
  std::error_code ignored;
  if (!fs::exists(folder / kSchemaName, ignored)) {
    return wrong(folder, fmt::format("{} is missing", kSchemaName));
  }
  HIL_ASSIGN(const Schema schema, Schema::load(folder / kSchemaName));
  std::vector<Board> boards;
  for (const fs::path& file : files) {
    HIL_ASSIGN(Board board, load_board(file, schema));
    boards.push_back(std::move(board));
  }
  return Catalogue(std::move(boards));
}

Result<Board> Catalogue::find(std::string_view id) const {
  std::vector<std::string> ids;
  for (const Board& board : boards_) {
    if (board.id == id) return board;
    ids.push_back(board.id);
  }
  const auto meant = nearest(id, ids);
  return Error{Blame::kUser, fmt::format("there is no board '{}'", id),
               meant ? fmt::format("Did you mean '{}'?", *meant)
                     : "'hilbench boards' lists those there are."};
}

}  // namespace hil::boards
