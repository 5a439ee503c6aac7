// SPDX-License-Identifier: Apache-2.0
// What hilbench boards shows: boards as a table, one board in full, boards as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/boards/board.hpp"
#include "host/report/shaped_table.hpp"

namespace hil::app {

/// One line for each board, with a head, in @p width columns: in few, cells wrap and the last
/// columns are left out, and a line below says so.
std::string board_table(const std::vector<boards::Board>& boards,
                        std::size_t width = report::kNoWidth);

/// All that is known of @p board, a fact a line, wrapped at @p width columns (at least 40).
std::string board_sheet(const boards::Board& board, std::size_t width = report::kNoWidth);

/// The same with the keys of a board file, and "runs_as" and "file".
nlohmann::ordered_json board_json(const boards::Board& board);

}  // namespace hil::app
