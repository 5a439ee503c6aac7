// SPDX-License-Identifier: Apache-2.0
// hilbench doctor: what keeps boards from being used on this machine, and what to do about it.
#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "host/app/board_options.hpp"
#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/doctor_text.hpp"
#include "host/app/meter_options.hpp"
#include "host/app/prepare.hpp"
#include "host/base/program_files.hpp"
#include "host/boards/catalogue.hpp"
#include "host/lab/doctor/doctor.hpp"
#include "host/lab/doctor/udev_rules.hpp"
#include "host/measure/energy/meter_checkup.hpp"
#include "host/report/color.hpp"
#include "host/report/text.hpp"

namespace hil::app {
namespace {

namespace fs = std::filesystem;
using namespace lab::doctor;

/// @p path if it is there, else nothing.
fs::path if_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored) ? path : fs::path();
}

Installation this_installation() {
  const ProgramFiles files = program_files();
  auto boards = boards::check_catalogue(files.boards);
  Installation installed;
  installed.boards = files.boards;
  installed.agents = files.agents;
  installed.virtual_board = files.virtual_board;
  installed.catalogue = std::move(boards.sound);
  installed.wrong_boards = std::move(boards.wrong);
  // Boards are in PREFIX/share/hilbench/boards or in SOURCE/boards.
  const fs::path parent = files.boards.parent_path();
  installed.udev_rules =
      if_there(parent.parent_path().parent_path() / "lib/udev/rules.d" / kRulesName);
  installed.rules_maker = if_there(parent / "scripts/package/make_udev_rules");
  return installed;
}

/// The board of --board among @p known.
Result<boards::Board> find_board(const std::string& id, const Installation& installed) {
  for (const boards::Board& board : installed.catalogue) {
    if (board.id == id) return board;
  }
  HIL_ASSIGN(const auto catalogue, boards::Catalogue::load(installed.boards));
  return catalogue.find(id);  // the error: no such board, or a file that is wrong
}

Result<std::optional<AskedBoard>> asked_board(const Arguments& arguments,
                                              const Installation& installed) {
  const bool emulate = arguments.has("emulate");
  const std::string port = arguments.find("port").value_or("");
  if (!arguments.has("board")) {
    if (!emulate && port.empty()) return std::optional<AskedBoard>();
    return Error{Blame::kUser, "--emulate and --port say how a board is reached, and none is named",
                 "add --board BOARD"};
  }
  if (emulate && !port.empty()) {
    return Error{Blame::kUser, "--port and --emulate exclude each other",
                 "a virtual board brings its own line"};
  }
  HIL_ASSIGN(const BoardName name, board_name_of(arguments.get("board")));
  HIL_ASSIGN(boards::Board board, find_board(name.id, installed));
  return std::optional(AskedBoard{std::move(board), emulate, name.serial, port});
}

const char* word_of(measure::CheckResult result) {
  switch (result) {
    case measure::CheckResult::kFit:
      return "ok";
    case measure::CheckResult::kUnfit:
      return "unfit";
    case measure::CheckResult::kNotTried:
      return "not tried";
  }
  return "";
}

nlohmann::ordered_json meter_json(const std::vector<measure::MeterCheck>& checks) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const measure::MeterCheck& check : checks) {
    list.push_back({{"check", check.name},
                    {"result", word_of(check.result)},
                    {"what", check.what},
                    {"next", check.next}});
  }
  return {{"meter", std::move(list)}};
}

std::string meter_text(const std::vector<measure::MeterCheck>& checks) {
  constexpr std::size_t kColumns = 22;
  const auto width = static_cast<std::size_t>(output_width());
  std::string text;
  for (const measure::MeterCheck& check : checks) {
    const std::string title = fmt::format("  {:10}{}", check.name, word_of(check.result));
    text += report::paragraph(title, report::printable(check.what), kColumns, width);
    text += report::paragraph("", report::printable(check.next), kColumns, width);
  }
  return text;
}

/// --meter: makes the board ready and tries what an energy run relies on.
Result<int> examine_meter(const Arguments& arguments) {
  if (!arguments.has("board")) {
    return Error{Blame::kUser, "--meter is tried together with a board, and none is named",
                 "add --board BOARD, or see hilbench meters"};
  }
  const StopRequest stop;
  HIL_ASSIGN(const AskedMeter asked, meter_of(arguments));
  HIL_ASSIGN(const auto bench, MeteredBoard::start(arguments, asked, &stop));
  measure::Watch watch;
  watch.stop = &stop;
  HIL_ASSIGN(energy::PowerMeter* const meter, bench.meter());
  const auto checks = measure::check_meter(bench.board(), *meter, watch);
  HIL_TRY(print(arguments.has("json") ? meter_json(checks).dump(2) + "\n" : meter_text(checks)));
  for (const measure::MeterCheck& check : checks) {
    if (check.result == measure::CheckResult::kUnfit) return exit_code(Blame::kLab);
  }
  return 0;
}

}  // namespace

Options doctor_options() {
  Options options("doctor",
                  "Looks for what keeps boards from being used on this machine, and says how to "
                  "put it right. Ends with 0 if the bench is fit: what is plugged in, or named by "
                  "--board, can be used now. Else with 4. Opens no device and changes nothing, "
                  "unless --meter asks for more: then the board is used, its sync wire is tried, "
                  "and whether it dies when the meter cuts its supply, as in 'hilbench doctor "
                  "--board nucleo_f446re --meter ppk2 --voltage 3.3'.",
                  "hilbench doctor --board netduino_plus_2 --emulate");
  options
      .option("board", "BOARD", "look only at what this board needs; BOARD@SERIAL for one of two")
      .flag("emulate", "with --board: a virtual one instead of the one on the desk")
      .option("port", "NAME", "with --board: its serial port, if it is not found by its USB ids")
      .flag("json", "print JSON instead of a table");
  add_meter_options(options);
  return options;
}

Result<int> doctor_command(const std::vector<std::string>& words) {
  HIL_ASSIGN(const auto arguments, arguments_or_help(doctor_options(), words));
  if (!arguments) return 0;
  if (arguments->has("meter")) return examine_meter(*arguments);
  Checkup checkup;
  checkup.installed = this_installation();
  HIL_ASSIGN(checkup.asked, asked_board(*arguments, checkup.installed));
  checkup.machine = this_machine();
  const Findings findings = examine(checkup);
  HIL_TRY(print(arguments->has("json")
                    ? doctor_json(findings).dump(2) + "\n"
                    : doctor_text(findings, table_width(), report::colors_for(STDOUT_FILENO))));
  return is_fit(findings) ? 0 : exit_code(Blame::kLab);
}

}  // namespace hil::app
