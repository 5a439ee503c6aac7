// SPDX-License-Identifier: Apache-2.0
// What hilbench emulate shows: the doors of virtual boards, and command lines that use them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/boards/board.hpp"
#include "host/emulate/virtual_board_info.hpp"
#include "host/report/shaped_table.hpp"

namespace hil::app {

/// "netduino_plus_2", or "netduino_plus_2@2" for the second of a kind, as --board takes it.
std::string name_of(const emulate::VirtualBoardInfo& info);

/// One line for each board, with a head; "-" where a board has no such door, no column for meters
/// if no board has one. In few columns serial numbers, then probe ports are left out.
std::string virtual_board_table(const std::vector<emulate::VirtualBoardInfo>& boards,
                                std::size_t width = report::kNoWidth);

/// Command lines for a POSIX shell that use the doors of @p info: OpenOCD by ST-LINK and by JTAG,
/// gdb, a terminal. @p image is the firmware that they name. Broken by backslashes at @p width.
std::string commands_to_try(const boards::Board& board, const emulate::VirtualBoardInfo& info,
                            const std::filesystem::path& image,
                            std::size_t width = report::kNoWidth);

/// One line for people.
std::string event_text(const emulate::VirtualBoardInfo& info,
                       const emulate::VirtualBoardEvent& event);

}  // namespace hil::app
