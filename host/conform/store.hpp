// SPDX-License-Identifier: Apache-2.0
// Reports kept: one per board, the last complete one.
#pragma once

#include <filesystem>
#include <optional>

#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/conform/report.hpp"

namespace hil::conform {

/// Where keep() puts the report of @p board: conform/ID.json beside its file; if that file is part
/// of an installation (PREFIX/share/hilbench/boards) or lies where the user may not write, below
/// the state folder.
///   kLab  as state_folder()
Result<std::filesystem::path> report_path(const boards::Board& board);

/// Why @p report is not to be kept for @p board: stopped, shortened, no proof of the port, no
/// agent answered, or an emulated one where one of the board on the desk is kept. Empty if it is to
/// be kept.
std::string reason_not_to_keep(const boards::Board& board, const ConformReport& report);

/// Writes @p report to report_path(), all or nothing; makes the folder if need be.
///   kUser  it can't be written there
///   and every error of report_path()
Status keep(const boards::Board& board, const ConformReport& report);

/// The report that is kept for @p board, else the one that came with its file; nothing if there is
/// none.
///   every error of load_report(); kConfig for a report of another board
Result<std::optional<ConformReport>> kept_report(const boards::Board& board);

}  // namespace hil::conform
