// SPDX-License-Identifier: Apache-2.0
// The value of --board where several boards may be named.
#pragma once

#include <string>
#include <vector>

#include "host/app/options.hpp"
#include "host/base/result.hpp"
#include "host/boards/board.hpp"
#include "host/boards/catalogue.hpp"

namespace hil::app {

/// One board of a list.
struct ListedBoard {
  std::string name;  ///< "microbit", "linux@3", "nucleo_f446re@0671FF"; no two are the same
  boards::Board board;
  std::string serial;    ///< behind the @; empty if nothing is
  bool emulate = false;  ///< it is, or is to be, started by this machine
};

/// The --help of --board where several may be named.
inline constexpr const char* kBoardListHelp =
    "board id (see hilbench boards); BOARD@SERIAL for one of two alike; several side by side: "
    "a,b,c; virtual boards and processes by number: BOARD@1-16";

/// Whether @p word, a value of --board, names more than one board or may do so: then
/// board_list_of() takes it apart.
bool is_board_list(const std::string& word);

/// The boards that @p word names, in its order: BOARD or BOARD@SERIAL, between commas. With
/// @p emulate those that have an emulator are emulated, the others are those on the desk. What this
/// machine starts itself (an emulated board, a process) has a number for its serial, from 1, and
/// may be named by a range of them: BOARD@1-16. Where such a board is named twice, one without a
/// number is number 1.
///   kUser  nothing between two commas or beside an @; no such board; a board that is named twice,
///          or with and without its serial; no number or a wrong range; more than 128 boards
Result<std::vector<ListedBoard>> board_list_of(const std::string& word, bool emulate,
                                               const boards::Catalogue& catalogue);

/// Names of files without ending, one per name: what is no letter, digit, '_', '-', '.' or '@'
/// becomes '_'; one that is then there already gets "_2" and so on behind it.
std::vector<std::string> file_stems(const std::vector<std::string>& names);

}  // namespace hil::app
