// SPDX-License-Identifier: Apache-2.0
// A board file's JSON as a Board.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "host/boards/board.hpp"

namespace hil::boards {

/// Takes @p json, which was read from @p file and has passed the schema, into a Board.
/// Throws nlohmann::json::exception where the schema allows what this code does not expect.
Board board_of(const nlohmann::json& json, const std::filesystem::path& file);

}  // namespace hil::boards
