// SPDX-License-Identifier: Apache-2.0
// hilbench list: what is plugged into this machine.
#include "host/app/bench_text.hpp"
#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/options.hpp"
#include "host/app/prepare.hpp"
#include "host/boards/catalogue.hpp"

namespace hil::app {

Options list_options() {
  Options options("list",
                  "Lists serial ports and debug probes, the boards they may belong to, and what "
                  "may not be used and why.",
                  "hilbench list --json");
  options.flag("json", "print JSON instead of tables");
  return options;
}

Result<int> list_command(const std::vector<std::string>& words) {
  HIL_ASSIGN(const auto arguments, arguments_or_help(list_options(), words));
  if (!arguments) return 0;
  HIL_ASSIGN(const auto catalogue, boards::Catalogue::load());
  HIL_ASSIGN(auto ports, lab::list_ports());
  const Bench bench{std::move(ports), lab::list_probes()};
  HIL_TRY(print(arguments->has("json") ? bench_json(bench, catalogue.boards()).dump(2) + "\n"
                                       : bench_text(bench, catalogue.boards(), table_width())));
  return 0;
}

}  // namespace hil::app
