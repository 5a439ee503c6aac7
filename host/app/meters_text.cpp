// SPDX-License-Identifier: Apache-2.0
// Meters as text and as JSON.
#include "host/app/meters_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "host/report/text.hpp"

namespace hil::app {
namespace {

using energy::FoundMeter;
using nlohmann::ordered_json;
using Row = std::vector<std::string>;

constexpr const char* kLookedFor =
    "Looked for: PPK2 and LPM01A on USB serial ports, current sensors that Linux drives (hwmon, "
    "IIO), a processor's own counters (powercap), and Joulescopes. Plug one in; a meter on a port "
    "that is not recognised is named with it, as in --meter ppk2:/dev/ttyACM1.";
constexpr const char* kElsewhere =
    "Needs nothing here: --meter agent (a counter on the board), --meter replay:FILE, and with "
    "--emulate an emulated ppk2 or lpm01a.";

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

/// 100000 as "100 kHz".
std::string rate_text(double rate_hz) {
  if (rate_hz <= 0) return "-";
  if (rate_hz >= 1e6) return fmt::format("{:.4g} MHz", rate_hz / 1e6);
  if (rate_hz >= 1e3) return fmt::format("{:.4g} kHz", rate_hz / 1e3);
  return fmt::format("{:.3g} Hz", rate_hz);
}

/// In the words that meters_options() explains.
std::string abilities_text(const FoundMeter& meter) {
  const energy::MeterAbilities& can = meter.abilities;
  const bool counts = energy::gives_counts(meter.kind);
  const bool volts = can.measures_voltage && !counts;
  const std::string inputs = can.logic_bits > 0 ? report::counted(can.logic_bits, "input") : "";
  return or_dash(report::joined({can.sources ? "supply" : "",
                                 can.switches_target && !can.sources ? "switch" : "",
                                 counts ? "counter" : "", volts ? "volts" : "", inputs}));
}

/// A port whole, of a folder in sysfs its name.
std::string where_text(const FoundMeter& meter) {
  const std::filesystem::path place(meter.port);
  const bool folder = meter.kind == energy::MeterKind::kHwmon ||
                      meter.kind == energy::MeterKind::kIio ||
                      meter.kind == energy::MeterKind::kPowercap;
  return or_dash(folder ? place.filename().string() : meter.port);
}

Row row_of(const FoundMeter& meter) {
  return {meter.name,        or_dash(meter.model),     or_dash(meter.serial),
          where_text(meter), rate_text(meter.rate_hz), abilities_text(meter)};
}

std::string table_of(const std::vector<FoundMeter>& meters, std::size_t width) {
  std::vector<Row> rows{{"--meter", "model", "serial number", "where", "rate", "can"}};
  for (const FoundMeter& meter : meters)
    rows.push_back(row_of(meter));
  // Its name stays whole: it is what one types.
  report::TableShape shape;
  shape.right = {4};
  shape.flexible = {{1, 10}, {5, 12}, {3, 12}};
  shape.droppable = {2, 3, 1};
  return report::shaped_table(std::move(rows), shape, width).text;
}

std::string obstacle_text(const FoundMeter& meter, std::size_t width) {
  if (meter.access.granted()) return "";
  return "\n" +
         report::paragraph(
             "", fmt::format("{} can't be used: {}", meter.name, meter.access.why_not), 0, width) +
         report::paragraph("", meter.access.hint, 2, width);
}

ordered_json json_of(const FoundMeter& meter) {
  return {{"meter", meter.name},
          {"kind", energy::word_of(meter.kind)},
          {"model", meter.model},
          {"serial", meter.serial},
          {"where", meter.port},
          {"rate_hz", meter.rate_hz > 0 ? ordered_json(meter.rate_hz) : ordered_json()},
          {"supplies", meter.abilities.sources},
          {"switches", meter.abilities.switches_target},
          {"measures_voltage", meter.abilities.measures_voltage},
          {"counts_energy", energy::gives_counts(meter.kind)},
          {"logic_inputs", meter.abilities.logic_bits},
          {"usable", meter.access.granted()},
          {"why_not", meter.access.why_not},
          {"hint", meter.access.hint}};
}

}  // namespace

std::string meters_text(const energy::FoundMeters& found, std::size_t width) {
  std::string text = found.meters.empty() ? "No power meter is connected.\n\n" +
                                                report::paragraph("", kLookedFor, 0, width)
                                          : table_of(found.meters, width);
  for (const FoundMeter& meter : found.meters)
    text += obstacle_text(meter, width);
  if (!found.notes.empty()) text += "\n";
  for (const std::string& note : found.notes)
    text += report::paragraph("", note + ".", 0, width);
  if (found.meters.empty()) text += "\n" + report::paragraph("", kElsewhere, 0, width);
  return text;
}

ordered_json meters_json(const energy::FoundMeters& found) {
  ordered_json meters = ordered_json::array();
  for (const FoundMeter& meter : found.meters)
    meters.push_back(json_of(meter));
  return {{"meters", meters}, {"notes", found.notes}};
}

}  // namespace hil::app
