// SPDX-License-Identifier: Apache-2.0
// hilbench summary: what a model is made of, what it needs, and whether a board can run it.
#include <optional>

#include "host/app/board_options.hpp"
#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/options.hpp"
#include "host/app/prepare.hpp"
#include "host/base/file.hpp"
#include "host/measure/board_fit.hpp"
#include "host/model/summary.hpp"
#include "host/report/summary_json.hpp"
#include "host/report/summary_svg.hpp"
#include "host/report/summary_text.hpp"

namespace hil::app {
Options summary_options() {
  Options options(
      "summary",
      "Shows a model's layers, memory and work, and what keeps it from running. Models\n"
      "that cannot run are described as well; exit code 0 only says that it was read.",
      "hilbench summary fixtures/digits/digits_int8.tflite --board linux");
  options.positional("MODEL", "the .tflite file")
      .option("board", "BOARD", "also check whether that board can run it (starts the board)")
      .option("svg", "FILE", "draw the graph and the memory plan")
      .flag("json", "print JSON instead of tables");
  add_board_options(options, BoardUse::kAsks, false);
  return options;
}

Result<int> summary_command(const std::vector<std::string>& words) {
  const Options options = summary_options();
  HIL_ASSIGN(const auto arguments, arguments_or_help(options, words));
  if (!arguments) return 0;
  HIL_ASSIGN(auto summary, model::load_summary(arguments->get("MODEL")));
  std::optional<AtomicFile> picture;  // begun first: a wrong path starts no board
  if (const auto path = arguments->find("svg")) {
    HIL_ASSIGN(picture, AtomicFile::create(*path));
  }
  if (arguments->has("board")) {
    HIL_ASSIGN(const auto board, start_board(*arguments, nullptr));
    summary.board = measure::fit_of(summary, board->session().agent());
  }
  if (picture) {
    HIL_TRY(picture->write(report::summary_svg(summary)));
    HIL_TRY(picture->commit());
  }
  const auto width = static_cast<std::size_t>(output_width());
  HIL_TRY(print(arguments->has("json") ? report::summary_json(summary)
                                       : report::summary_text(summary, width)));
  return 0;
}

}  // namespace hil::app
