// SPDX-License-Identifier: Apache-2.0
// hilbench show: a saved record, as the run that wrote it printed it.
#include <unistd.h>

#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/options.hpp"
#include "host/app/prepare.hpp"
#include "host/report/color.hpp"
#include "host/report/console.hpp"
#include "host/report/json_record.hpp"

namespace hil::app {
Options show_options() {
  Options options(
      "show",
      "Prints a saved record of any command, complete or not, as its run did. Exit code\n"
      "0 says that it was read, not that the run passed.",
      "hilbench show record.json");
  options.positional("RECORD", "what a run wrote with --json")
      .flag("json", "print it as JSON of this version instead");
  return options;
}

Result<int> show_command(const std::vector<std::string>& words) {
  const Options options = show_options();
  HIL_ASSIGN(const auto arguments, arguments_or_help(options, words));
  if (!arguments) return 0;
  HIL_ASSIGN(const auto record, report::load_record(arguments->get("RECORD")));
  const auto width = static_cast<std::size_t>(output_width());
  HIL_TRY(print(arguments->has("json")
                    ? report::json_text(record)
                    : report::console_text(record, width, report::colors_for(STDOUT_FILENO))));
  return 0;
}

}  // namespace hil::app
