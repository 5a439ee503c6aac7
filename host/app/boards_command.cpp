// SPDX-License-Identifier: Apache-2.0
// hilbench boards: the catalogue as a table, one board in full, or either as JSON.
#include "host/app/board_text.hpp"
#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/missing_agents.hpp"
#include "host/app/options.hpp"
#include "host/app/prepare.hpp"
#include "host/boards/catalogue.hpp"
#include "host/conform/report_text.hpp"
#include "host/conform/store.hpp"
#include "host/report/text.hpp"

namespace hil::app {
namespace {

/// board_json(), and "agent_missing" with the reason if hilbench was built without its agent.
nlohmann::ordered_json facts_of(const boards::Board& board) {
  nlohmann::ordered_json facts = board_json(board);
  const auto missing = missing_agents({board});
  if (!missing.empty()) facts["agent_missing"] = missing.front().reason;
  return facts;
}

std::string list_of(const std::vector<boards::Board>& boards, bool json) {
  if (!json) {
    const std::string lacks = missing_agents_text(missing_agents(boards), table_width());
    return board_table(boards, table_width()) + (lacks.empty() ? "" : "\n") + lacks;
  }
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const boards::Board& board : boards)
    list.push_back(facts_of(board));
  return nlohmann::ordered_json{{"boards", list}}.dump(2) + "\n";
}

/// What the last conformance run found, or what is wrong with its report; empty if there is none.
std::string conform_fact(const boards::Board& board) {
  const auto kept = conform::kept_report(board);
  if (kept.ok() && !kept->has_value()) return "";
  const std::string words = kept.ok() ? conform::summary_line(**kept) : kept.error().what;
  return report::paragraph("conform", report::printable(words), 12, table_width());
}

}  // namespace

Options boards_options() {
  Options options("boards", "Lists the boards that hilbench knows, or shows all of one.",
                  "hilbench boards netduino_plus_2");
  options.positional("BOARD", "board id; without it, the list of all", false);
  options.flag("json", "print JSON instead of text");
  options.flag("ids", "print the ids alone, one a line");
  return options;
}

Result<int> boards_command(const std::vector<std::string>& words) {
  HIL_ASSIGN(const auto arguments, arguments_or_help(boards_options(), words));
  if (!arguments) return 0;
  HIL_ASSIGN(const auto catalogue, boards::Catalogue::load());
  const bool json = arguments->has("json");
  if (arguments->has("ids")) {
    for (const boards::Board& board : catalogue.boards())
      HIL_TRY(print(board.id + "\n"));
    return 0;
  }
  if (!arguments->has("BOARD")) {
    HIL_TRY(print(list_of(catalogue.boards(), json)));
    return 0;
  }
  HIL_ASSIGN(const auto board, catalogue.find(arguments->get("BOARD")));
  if (json) {
    HIL_TRY(print(facts_of(board).dump(2) + "\n"));
    return 0;
  }
  HIL_TRY(print(board_sheet(board, table_width()) + conform_fact(board) +
                missing_agents_text(missing_agents({board}), table_width())));
  return 0;
}

}  // namespace hil::app
