// SPDX-License-Identifier: Apache-2.0
// Catalogue: board files to typed structs.
#include "host/boards/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "host/base/nearest.hpp"
#include "host/base/program_files.hpp"
#include "host/boards/board_checks.hpp"
#include "host/boards/board_parser.hpp"
#include "host/boards/schema.hpp"

namespace hil::boards {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSchemaName = "board.schema.json";

Error wrong(const fs::path& path, const std::string& what, const char* hint) {
  return Error{Blame::kConfig, fmt::format("{}: {}", path.string(), what), hint};
}

Error wrong_folder(const fs::path& folder, const std::string& what) {
  return wrong(folder, what,
               "board files are looked for in HILBENCH_BOARDS, or beside the program");
}

Error wrong_file(const fs::path& file, const std::string& what) {
  return wrong(file, what, "boards/README.md says what a board file holds");
}

Result<Board> checked_board(const nlohmann::json& json, const fs::path& file,
                            const Schema& schema) {
  HIL_TRY(schema.check(json, file));
  try {
    Board board = board_of(json, file);
    if (board.id != file.stem().string()) {
      return wrong_file(file, fmt::format("/id: is '{}', the file's name says '{}'", board.id,
                                          file.stem().string()));
    }
    if (const auto found = contradiction_in(board)) return wrong_file(file, *found);
    return board;
  } catch (const nlohmann::json::exception& e) {
    return wrong_file(file, e.what());  // the schema lets something pass that this code does not
  }
}

Result<Board> load_board(const fs::path& file, const Schema& schema) {
  HIL_ASSIGN(const nlohmann::json json, load_json(file));
  return checked_board(json, file, schema);
}

Result<std::vector<fs::path>> board_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.extension() == ".json" && path.filename() != kSchemaName) files.push_back(path);
  }
  if (error) return wrong_folder(folder, error.message());
  if (files.empty()) return wrong_folder(folder, "no board files");
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

fs::path default_folder() {
  return program_files().boards;
}

Result<Catalogue> Catalogue::load(const fs::path& folder) {
  CatalogueCheck check = check_catalogue(folder);
  if (!check.wrong.empty()) return check.wrong.front();
  return Catalogue(std::move(check.sound));
}

Result<Board> board_from(const nlohmann::json& json, const fs::path& name) {
  HIL_ASSIGN(const Schema schema, Schema::load(default_folder() / kSchemaName));
  return checked_board(json, name, schema);
}

CatalogueCheck check_catalogue(const fs::path& folder) {
  CatalogueCheck check;
  const auto files = board_files(folder);
  if (!files) return {{}, {files.error()}};
  std::error_code ignored;
  if (!fs::exists(folder / kSchemaName, ignored)) {
    return {{}, {wrong_folder(folder, fmt::format("{} is missing", kSchemaName))}};
  }
  const auto schema = Schema::load(folder / kSchemaName);
  if (!schema) return {{}, {schema.error()}};
  for (const fs::path& file : *files) {
    auto board = load_board(file, *schema);
    if (board) {
      check.sound.push_back(std::move(board).value());
    } else {
      check.wrong.push_back(board.error());
    }
  }
  return check;
}

Result<Board> Catalogue::find(std::string_view id) const {
  std::vector<std::string> ids;
  for (const Board& board : boards_) {
    if (board.id == id) return board;
    ids.push_back(board.id);
  }
  const auto meant = nearest(id, ids);
  return Error{Blame::kUser, fmt::format("there is no board '{}'", id),
               meant ? fmt::format("did you mean '{}'?", *meant)
                     : "'hilbench boards' lists those there are"};
}

}  // namespace hil::boards
