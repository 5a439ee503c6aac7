// SPDX-License-Identifier: Apache-2.0
// The options that name a board and say how to reach it; the same for every command that uses one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "host/app/options.hpp"
#include "host/base/result.hpp"
#include "host/base/signals.hpp"
#include "host/lab/ready_board.hpp"

namespace hil::app {

enum class BoardUse : std::uint8_t {
  kAsks,  ///< only talks to the agent
  kRuns,  ///< puts models on the board: --weights too
};

/// "board@serial": the board and which of several alike.
struct BoardName {
  std::string id, serial;
};

/// Takes the value of --board apart.
///   kUser  nothing before or behind the @, or several boards
Result<BoardName> board_name_of(const std::string& word);

/// Declares --board (which commands that can do without may declare themselves, before),
/// --emulate, --port, --no-flash, --baud, --clock, --tape,
/// --inject and, for kRuns, --link-limit, --weights and --reconnect.
void add_board_options(Options& options, BoardUse use, bool board_too = true);

struct ListedBoard;

/// Finds the board that @p arguments name, attaches it, puts its agent on it if need be and opens a
/// session. Says on standard error what takes long. @p stop (may be null) ends flashing and waiting
/// early. With kAsks a board that has gone is not waited for.
///   kUser, kConfig  no such board, its file is wrong, or options that do not go together
///   and every error of lab::make_ready()
Result<std::unique_ptr<lab::ReadyBoard>> start_board(const Arguments& arguments,
                                                     const StopRequest* stop,
                                                     BoardUse use = BoardUse::kRuns);

/// The same for one board of several, with --no-flash and --weights of all of them; @p progress is
/// told what takes long (lab::ReadyOptions). May be called on several threads at once.
Result<std::unique_ptr<lab::ReadyBoard>> start_board(
    const Arguments& arguments, const ListedBoard& listed, const StopRequest* stop,
    std::function<void(std::string_view)> progress);

}  // namespace hil::app
