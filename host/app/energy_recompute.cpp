// SPDX-License-Identifier: Apache-2.0
// From trace to figures again, and a comparison that forgives nothing.
#include "host/app/energy_recompute.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "host/app/console_io.hpp"
#include "host/app/prepare.hpp"
#include "host/app/record_trace.hpp"
#include "host/measure/energy/energy_figures.hpp"
#include "host/report/console_energy.hpp"
#include "host/report/energy_json.hpp"
#include "host/report/json_record.hpp"
#include "host/report/text.hpp"

namespace hil::app {
namespace {

using nlohmann::json;

Options recompute_options() {
  Options options("energy recompute",
                  "Computes every figure of an energy record again, from the raw trace beside it "
                  "alone, and compares: all must agree to the last digit.",
                  "hilbench energy recompute record.json");
  options.positional("RECORD", "what hilbench energy wrote with --json")
      .flag("json", "print what was computed as JSON instead");
  return options;
}

/// "6000000 samples"; of a counter on the board, whose trace has none, "7 windows' readings".
std::string source_text(const results::Energy& energy) {
  if (energy.alignment.method != "counter") return report::counted(energy.trace->samples, "sample");
  return fmt::format("the readings around {}", report::counted(energy.windows.size(), "window"));
}

/// As it is written and read: numbers that JSON cannot hold are null on both sides.
json energy_of(const results::Energy& energy) {
  return json::parse(report::energy_json(energy).dump());
}

/// The first place where both differ.
Error difference(const json& record, const json& computed) {
  const json patch = json::diff(record, computed);
  const std::string path = patch.front().at("path").get<std::string>();
  const json::json_pointer at(path);
  const std::string was = record.contains(at) ? record.at(at).dump() : "not there";
  const std::string is = computed.contains(at) ? computed.at(at).dump() : "not there";
  return {
      Blame::kUser,
      fmt::format("energy{} is {} in the record and {} as computed from its trace", path, was, is),
      "the record was changed, or another version of hilbench computed it: compare "
      "conditions.host_version"};
}

}  // namespace

Result<int> energy_recompute(const std::vector<std::string>& words) {
  HIL_ASSIGN(const auto arguments, arguments_or_help(recompute_options(), words));
  if (!arguments) return 0;
  const std::string& path = arguments->get("RECORD");
  HIL_ASSIGN(const auto record, report::load_record(path));
  HIL_ASSIGN(const auto file, trace_of(record, path));
  HIL_ASSIGN(auto computed, measure::compute_energy(file));
  computed.energy.trace = record.energy->trace;
  const json now = energy_of(computed.energy);
  if (const json was = energy_of(*record.energy); was != now) return difference(was, now);
  if (arguments->has("json")) {
    HIL_TRY(print(report::energy_json(computed.energy).dump(2) + "\n"));
    return 0;
  }
  const auto width = static_cast<std::size_t>(output_width());
  HIL_TRY(
      print(fmt::format("{}\nPASS  {} from {}: all figures agree with the record to the last "
                        "digit\n",
                        report::energy_tables(computed.energy, width), source_text(*record.energy),
                        report::printable(record.energy->trace->file))));
  return 0;
}

}  // namespace hil::app
