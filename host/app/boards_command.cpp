// SPDX-License-Identifier: Apache-2.0
// hilbench boards: the catalogue as a table or as JSON.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/options.hpp"
#include "host/app/prepare.hpp"
#include "host/boards/catalogue.hpp"

namespace hil::app {
namespace {

const char* runs_how(const boards::Board& board) {
  return board.emulator ? "as a process of this machine" : "on the desk";
}

std::string table_of(const std::vector<boards::Board>& boards) {
  std::size_t id_width = 5;
  std::size_t core_width = 4;
  for (const boards::Board& board : boards) {
    id_width = std::max(id_width, board.id.size());
    core_width = std::max(core_width, board.chip.core.size());
  }
  std::string text = fmt::format("{:<{}}  {:<{}}  {:<9}  {}\n", "board", id_width, "core",
                                 core_width, "state", "name, how it runs");
  for (const boards::Board& board : boards) {
    text +=
        fmt::format("{:<{}}  {:<{}}  {:<9}  {}, {}\n", board.id, id_width, board.chip.core,
                    core_width, board.tested ? "tested" : "untested", board.name, runs_how(board));
  }
  return text;
}

std::string json_of(const std::vector<boards::Board>& boards) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const boards::Board& board : boards) {
    list.push_back({{"id", board.id},
                    {"name", board.name},
                    {"chip", board.chip.name},
                    {"core", board.chip.core},
                    {"status", board.tested ? "tested" : "untested"},
                    {"emulated", board.emulator.has_value()},
                    {"file", board.file.string()}});
  }
  return nlohmann::ordered_json{{"boards", list}}.dump(2) + "\n";
}

}  // namespace

Result<int> boards_command(const std::vector<std::string>& words) {
  Options options("boards", "Lists the boards that hilbench knows.", "hilbench boards --json");
  options.flag("json", "print JSON instead of a table");
  HIL_ASSIGN(const auto arguments, arguments_or_help(options, words));
  if (!arguments) return 0;
  HIL_ASSIGN(const auto catalogue, boards::Catalogue::load());
  HIL_TRY(
      print(arguments->has("json") ? json_of(catalogue.boards()) : table_of(catalogue.boards())));
  return 0;
}

}  // namespace hil::app
