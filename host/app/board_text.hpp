// SPDX-License-Identifier: Apache-2.0
// What hilbench boards shows: boards as a table, one board in full, boards as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/boards/board.hpp"

namespace hil::app {

/// One line for each board, with a head.
std::string board_table(const std::vector<boards::Board>& boards);

/// All that is known of @p board, a fact a line.
std::string board_sheet(const boards::Board& board);

/// The same with the keys of a board file, and "runs_as" and "file".
nlohmann::ordered_json board_json(const boards::Board& board);

}  // namespace hil::app
