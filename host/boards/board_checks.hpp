// SPDX-License-Identifier: Apache-2.0
// What a schema can't say of a board: whether its parts fit together.
#pragma once

#include <optional>
#include <string>

#include "host/boards/board.hpp"

namespace hil::boards {

/// The first thing about @p board that contradicts another, as "/json/path: sentence"; nothing if
/// all fits. Looks for chip.openocd_target beside board.file if it is a file of ours.
std::optional<std::string> contradiction_in(const Board& board);

}  // namespace hil::boards
