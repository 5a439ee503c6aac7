// SPDX-License-Identifier: Apache-2.0
// Windows of a trace as a table and as JSON.
#include "host/app/energy_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "host/app/console_io.hpp"
#include "host/app/trace_windows.hpp"
#include "host/base/file.hpp"
#include "host/energy/file/trace_file.hpp"
#include "host/report/json_layout.hpp"
#include "host/report/shaped_table.hpp"
#include "host/report/text.hpp"
#include "host/report/uncertain_text.hpp"

namespace hil::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using results::EnergyFigure;

constexpr std::uint8_t kMlperfFirstByte = 0xF1;
constexpr const char* kMlperfEnd = "-energy.bin";
constexpr std::int64_t kMostInferences = 1'000'000'000;
constexpr double kMostVolts = 1'000;
/// Of figures without any uncertainty: a float of a sample has no more.
constexpr int kMostDigits = 7;
constexpr double kFastHz = 5'000;

const char* origin_of(const energy::Trace& trace) {
  return trace.meter.emulated ? "emulated" : "measured";
}

bool states_accuracy(const energy::Trace& trace) {
  return !trace.accuracy.steps.empty();
}

ordered_json to_json(const WindowRow& row, double rate_hz) {
  const energy::Window& window = row.of.window;
  ordered_json json{{"window", row.of.number},           {"kind", row.of.kind},
                    {"begin_s", window.begin / rate_hz}, {"end_s", window.end / rate_hz},
                    {"seconds", row.sum.seconds},        {"samples", row.sum.samples}};
  if (row.energy_uj) {
    json["energy_uj"] = row.energy_uj->value;
    json["energy_uncertainty_uj"] = row.energy_uj->parts.combined();
  }
  if (row.power_uw) json["power_uw"] = *row.power_uw;
  if (row.charge_uc) json["charge_uc"] = *row.charge_uc;
  if (window.inferences > 0) json["inferences"] = window.inferences;
  if (row.each_uj) json["energy_per_inference_uj"] = *row.each_uj;
  json["lost_samples"] = row.sum.lost;
  if (!row.counts()) json["rejected"] = window.rejected;
  return json;
}

ordered_json to_json(const WindowMedians& medians) {
  ordered_json json = ordered_json::object();
  if (medians.energy_uj) {
    json["energy_uj"] = medians.energy_uj->value;
    json["energy_uncertainty_uj"] = medians.energy_uj->parts.combined();
  }
  if (medians.power_uw) json["power_uw"] = *medians.power_uw;
  if (medians.each_uj) json["energy_per_inference_uj"] = *medians.each_uj;
  return json;
}

ordered_json to_json(const TraceWindows& windows, const std::vector<WindowRow>& rows,
                     const std::string& path) {
  ordered_json list = ordered_json::array();
  for (const WindowRow& row : rows)
    list.push_back(to_json(row, windows.trace.rate_hz));
  ordered_json json;
  json["schema"] = {{"name", "hilbench-energy-windows"}, {"major", 1}, {"minor", 1}};
  json["trace"] = path;
  json["timestamps"] = windows.stamps;
  json["alignment"] = windows.alignment;
  json["origin"] = origin_of(windows.trace);
  json["accuracy_source"] = windows.trace.accuracy.source;
  json["rate_hz"] = windows.trace.rate_hz;
  json["samples"] = windows.trace.size();
  json["median"] = to_json(medians_of(windows, rows));
  if (!windows.notes.empty()) json["notes"] = windows.notes;
  json["windows"] = std::move(list);
  return json;
}

/// @p value, which is @p factor times that of @p figure, with the digits that this one leaves.
std::string digits_of(double value, double factor, const EnergyFigure& figure) {
  const double expanded = 2 * figure.parts.combined() * factor;
  if (!(expanded > 0)) return report::significant(value, kMostDigits);
  return report::rounded(value, expanded).value;
}

std::string expanded_of(const EnergyFigure& figure) {
  const double expanded = 2 * figure.parts.combined();
  return expanded > 0 ? report::rounded(figure.value, expanded).expanded : "-";
}

/// A column of what is there, per row.
std::vector<std::string> row_text(const WindowRow& row, const energy::Trace& trace) {
  const energy::Window& window = row.of.window;
  const int decimals = trace.rate_hz > kFastHz ? 5 : 3;
  const auto scaled_cell = [&](const std::optional<double>& value, double factor) {
    return value ? digits_of(*value, factor, *row.energy_uj) : std::string("-");
  };
  const double each = window.inferences > 0 ? 1.0 / window.inferences : 1;
  const double per_second = row.sum.seconds > 0 ? 1 / row.sum.seconds : 1;
  return {std::to_string(row.of.number),
          row.of.kind + (row.counts() ? "" : ", not counted"),
          report::fixed_text(window.begin / trace.rate_hz, decimals),
          report::fixed_text(row.sum.seconds, decimals),
          row.energy_uj ? digits_of(row.energy_uj->value, 1, *row.energy_uj) : "-",
          row.energy_uj ? expanded_of(*row.energy_uj) : "-",
          scaled_cell(row.power_uw, per_second),
          scaled_cell(row.each_uj, each)};
}

/// A trace of current without a voltage has charges alone.
std::string charges_text(const std::vector<WindowRow>& rows, const energy::Trace& trace) {
  std::vector<std::vector<std::string>> table{
      {"window", "kind", "begin s", "seconds", "charge uC"}};
  for (const WindowRow& row : rows) {
    std::vector<std::string> cells = row_text(row, trace);
    cells.resize(4);
    cells.push_back(row.charge_uc ? report::significant(*row.charge_uc, kMostDigits) : "-");
    table.push_back(std::move(cells));
  }
  return report::table(table, {1});
}

std::string table_of(const TraceWindows& windows, const std::vector<WindowRow>& rows,
                     std::size_t width) {
  const bool energies =
      std::any_of(rows.begin(), rows.end(), [](const WindowRow& row) { return row.energy_uj; });
  const bool charges =
      std::any_of(rows.begin(), rows.end(), [](const WindowRow& row) { return row.charge_uc; });
  if (!energies && charges) {
    return charges_text(rows, windows.trace) +
           "\nThe voltage is not known, so there are charges alone; --voltage VOLTS states it.\n";
  }
  std::vector<std::vector<std::string>> table{{"window", "kind", "begin s", "seconds", "energy uJ",
                                               "+- (k = 2)", "mean uW", "uJ/inference"}};
  for (const WindowRow& row : rows)
    table.push_back(row_text(row, windows.trace));
  report::TableShape shape;
  shape.right = {2, 3, 4, 5, 6, 7};
  shape.droppable = {6, 2, 1};
  return report::shaped_table(std::move(table), shape, width).text;
}

std::string median_text(const WindowMedians& medians, std::size_t width) {
  if (!medians.energy_uj) return "";
  const EnergyFigure& figure = *medians.energy_uj;
  const double share = medians.each_uj ? *medians.each_uj / figure.value : 1;
  const double expanded = 2 * figure.parts.combined() * share;
  const auto text = report::rounded(figure.value * share, expanded);
  std::string line =
      expanded > 0 ? fmt::format("{} +- {} uJ (k = 2)", text.value, text.expanded)
                   : fmt::format("{} uJ", report::significant(figure.value * share, kMostDigits));
  line += medians.each_uj ? " per inference" : " per window";
  if (medians.windows > 1) {
    line += fmt::format(", of {}; they span {}", report::counted(medians.windows, "window"),
                        report::share_text(medians.spread));
  }
  if (!medians.each_uj) line += "; --inferences N divides by how many are in each";
  return report::paragraph("  median", line, 11, width);
}

/// Who measured, and what the uncertainty is of.
std::string origin_text(const energy::Trace& trace, std::size_t width) {
  std::string text = origin_of(trace);
  if (!trace.meter.model.empty()) text += ": " + report::printable(trace.meter.model);
  text += states_accuracy(trace)
              ? "; accuracy from " + report::printable(trace.accuracy.source)
              : "; how exact the meter was is not in the trace and comes on top: the uncertainty "
                "is of the windows' ends and of their spread alone";
  return report::paragraph("  origin", text, 11, width);
}

std::string notes_text(const std::vector<std::string>& notes, std::size_t width) {
  std::string text;
  for (const std::string& note : notes)
    text += report::paragraph("  note", report::printable(note), 11, width);
  return text;
}

std::string text_of(const TraceWindows& windows, const std::vector<WindowRow>& rows,
                    std::size_t width) {
  const std::string where = windows.stamps.empty()
                                ? windows.alignment
                                : "between the stamps of " + report::printable(windows.stamps);
  std::string text = report::paragraph(
      "",
      fmt::format("{} at {} Hz; windows: {}", report::counted(windows.trace.size(), "sample"),
                  report::number_text(windows.trace.rate_hz), where),
      0, width);
  text += "\n" + table_of(windows, rows, table_width());
  for (const WindowRow& row : rows) {
    if (row.counts()) continue;
    text += report::paragraph("",
                              fmt::format("window {} does not count: {}", row.of.number,
                                          report::printable(row.of.window.rejected)),
                              2, width);
  }
  return text + "\n" + median_text(medians_of(windows, rows), width) +
         origin_text(windows.trace, width) + notes_text(windows.notes, width);
}

}  // namespace

bool is_trace_file(const fs::path& path) {
  if (path.extension() == energy::kTraceExtension || path.extension() == ".csv") return true;
  if (path.filename().string().ends_with(kMlperfEnd)) return true;
  std::ifstream file(path, std::ios::binary);
  char first = 0;
  return file.get(first) && static_cast<std::uint8_t>(first) == kMlperfFirstByte;
}

Result<int> energy_of_trace(const Arguments& arguments) {
  std::uint32_t inferences = 0;
  if (arguments.has("inferences")) {
    HIL_ASSIGN(const auto number, arguments.number("inferences", 1, kMostInferences));
    inferences = static_cast<std::uint32_t>(number);
  }
  double volts = 0;
  if (arguments.has("voltage")) {
    HIL_ASSIGN(volts, arguments.real("voltage"));
    if (volts <= 0 || volts > kMostVolts) {
      return Error{Blame::kUser,
                   fmt::format("--voltage {} is not above 0 and up to {}", arguments.get("voltage"),
                               kMostVolts),
                   "for example: --voltage 3.3"};
    }
  }
  HIL_ASSIGN(auto windows,
             load_windows(arguments.get("MODEL"), arguments.find("timestamps"), inferences));
  if (volts > 0) windows.trace.supply = {energy::VoltageSource::kStated, volts, 0};
  const std::vector<WindowRow> rows = rows_of(windows);
  const std::string json = report::laid_out(to_json(windows, rows, arguments.get("MODEL"))) + "\n";
  const auto path = arguments.find("json");
  if (path && *path == "-") {
    HIL_TRY(print(json));
    return 0;
  }
  if (path) HIL_TRY(write_file(*path, json));
  HIL_TRY(print(text_of(windows, rows, static_cast<std::size_t>(output_width()))));
  return 0;
}

}  // namespace hil::app
