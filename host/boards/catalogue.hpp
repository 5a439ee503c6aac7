// SPDX-License-Identifier: Apache-2.0
// All boards that hilbench knows: reads and checks the board files of one folder.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/boards/board.hpp"

namespace hil::boards {

/// Where board files are (program_files().boards).
std::filesystem::path default_folder();

class Catalogue {
 public:
  /// Reads every *.json in @p folder but the schema itself, sorted by id.
  ///   kConfig  no such folder, no schema, no boards; or a file that is not JSON, breaks the
  ///            schema, contradicts itself or is not named after its id; `what` names file and
  ///            JSON path
  static Result<Catalogue> load(const std::filesystem::path& folder = default_folder());

  [[nodiscard]] const std::vector<Board>& boards() const { return boards_; }

  /// The board with that id.
  ///   kUser  there is none; `hint` has the nearest id
  [[nodiscard]] Result<Board> find(std::string_view id) const;

 private:
  explicit Catalogue(std::vector<Board> boards) : boards_(std::move(boards)) {}
  std::vector<Board> boards_;
};

/// The board that @p json describes, which was the content of the board file @p name elsewhere, by
/// the same schema and checks.
///   kConfig  every error of a file that Catalogue::load() refuses
Result<Board> board_from(const nlohmann::json& json, const std::filesystem::path& name);

/// What Catalogue::load() reads, with every fault and not the first alone.
struct CatalogueCheck {
  std::vector<Board> sound;
  std::vector<Error> wrong;  ///< one per file that can't be read; the folder's own if it has none
};
CatalogueCheck check_catalogue(const std::filesystem::path& folder);

}  // namespace hil::boards
