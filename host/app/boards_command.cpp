// SPDX-License-Identifier: Apache-2.0
// hilbench boards: the catalogue as a table, one board in full, or either as JSON.
#include "host/app/board_text.hpp"
#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/options.hpp"
#include "host/app/prepare.hpp"
#include "host/boards/catalogue.hpp"

namespace hil::app {
namespace {

std::string list_of(const std::vector<boards::Board>& boards, bool json) {
  if (!json) return board_table(boards);
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const boards::Board& board : boards)
    list.push_back(board_json(board));
  return nlohmann::ordered_json{{"boards", list}}.dump(2) + "\n";
}

}  // namespace

Result<int> boards_command(const std::vector<std::string>& words) {
  Options options("boards", "Lists the boards that hilbench knows, or shows all of one.",
                  "hilbench boards netduino_plus_2");
  options.positional("BOARD", "board id; without it, the list of all", false);
  options.flag("json", "print JSON instead of text");
  HIL_ASSIGN(const auto arguments, arguments_or_help(options, words));
  if (!arguments) return 0;
  HIL_ASSIGN(const auto catalogue, boards::Catalogue::load());
  const bool json = arguments->has("json");
  if (!arguments->has("BOARD")) {
    HIL_TRY(print(list_of(catalogue.boards(), json)));
    return 0;
  }
  HIL_ASSIGN(const auto board, catalogue.find(arguments->get("BOARD")));
  HIL_TRY(print(json ? board_json(board).dump(2) + "\n" : board_sheet(board)));
  return 0;
}

}  // namespace hil::app
