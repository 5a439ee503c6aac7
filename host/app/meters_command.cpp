// SPDX-License-Identifier: Apache-2.0
// hilbench meters: the power meters that are connected to this machine.
#include <chrono>

#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/meters_text.hpp"
#include "host/app/options.hpp"
#include "host/app/prepare.hpp"
#include "host/energy/catalogue/find_meters.hpp"
#include "host/measure/meter_places.hpp"

namespace hil::app {
namespace {

/// For all ports that must be asked together, each of which takes at most three seconds.
constexpr std::chrono::seconds kMostAsking{12};

}  // namespace

Options meters_options() {
  Options options("meters",
                  "Lists the power meters that are connected: their names for --meter, what each "
                  "can do (supply the board, switch its supply, measure volts, be a counter of "
                  "energy, sample logic inputs), and what keeps it from being used. Opens serial "
                  "ports that may be an LPM01A, to ask; no other.",
                  "hilbench meters --json");
  options.flag("no-ask", "open no port: an LPM01A is known by its USB product name alone")
      .flag("json", "print JSON instead of a table");
  return options;
}

Result<int> meters_command(const std::vector<std::string>& words) {
  HIL_ASSIGN(const auto arguments, arguments_or_help(meters_options(), words));
  if (!arguments) return 0;
  HIL_ASSIGN(const auto places, measure::meter_places());
  const auto ask = arguments->has("no-ask") ? energy::AskMeter() : energy::ask_lpm01a;
  const auto found = energy::find_meters(places, ask, Deadline::after(kMostAsking));
  HIL_TRY(print(arguments->has("json") ? meters_json(found).dump(2) + "\n"
                                       : meters_text(found, table_width())));
  return 0;
}

}  // namespace hil::app
