// SPDX-License-Identifier: Apache-2.0
// Windows of a trace as a table and as JSON.
#include "host/app/energy_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <vector>

#include "host/app/console_io.hpp"
#include "host/base/file.hpp"
#include "host/energy/file/mlperf_trace.hpp"
#include "host/energy/file/replay_meter.hpp"
#include "host/energy/file/trace_file.hpp"
#include "host/energy/sum/integrate.hpp"
#include "host/energy/sum/repetition.hpp"
#include "host/energy/window/stamped_windows.hpp"
#include "host/report/json_layout.hpp"
#include "host/report/text.hpp"

namespace hil::app {
namespace {

namespace fs = std::filesystem;
using energy::Trace;
using energy::Window;
using nlohmann::ordered_json;

constexpr std::uint8_t kMlperfFirstByte = 0xF1;
constexpr std::int64_t kMostInferences = 1'000'000'000;
constexpr double kMicro = 1e6;
constexpr double kMostVolts = 1'000;

/// A window with the number that it has where it comes from.
struct Numbered {
  std::size_t number = 0;
  Window window;
};

struct Job {
  Trace trace;
  std::string stamps;  ///< the file; empty: none
  std::string alignment;
  std::vector<Numbered> windows;
};

/// "trace1-timestamps.json" beside "trace1-energy.bin", if it is there.
std::optional<fs::path> stamps_beside(const fs::path& trace) {
  constexpr std::string_view kEnd = "-energy.bin";
  std::string name = trace.filename().string();
  if (!name.ends_with(kEnd)) return std::nullopt;
  name.resize(name.size() - kEnd.size());
  const fs::path stamps = trace.parent_path() / (name + "-timestamps.json");
  std::error_code ignored;
  if (!fs::exists(stamps, ignored)) return std::nullopt;
  return stamps;
}

Status cut_stamped(const fs::path& stamps, std::uint32_t inferences, Job& job) {
  HIL_ASSIGN(const auto times, energy::load_time_stamps(stamps));
  HIL_ASSIGN(const auto cut, energy::cut_by_stamps(job.trace, times, inferences));
  job.stamps = stamps.string();
  job.alignment = energy::word_of(energy::Alignment::kStamps);
  for (std::size_t i = 0; i < cut.windows.size(); ++i)
    job.windows.push_back({2 * (i + 1), cut.windows[i]});
  return {};
}

void take_whole(std::uint32_t inferences, Job& job) {
  job.alignment = "whole trace";
  Window window;
  window.end = static_cast<double>(job.trace.size());
  window.inferences = inferences;
  job.windows.push_back({1, window});
}

Result<Job> load_job(const Arguments& arguments, std::uint32_t inferences) {
  const fs::path path = arguments.get("MODEL");
  Job job;
  std::vector<Window> own;
  if (path.extension() == energy::kTraceExtension) {
    HIL_ASSIGN(auto file, energy::load_trace(path));
    job.trace = std::move(file.trace);
    own = std::move(file.windows);
  } else {
    HIL_ASSIGN(job.trace, energy::load_any_trace(path));
  }
  if (job.trace.size() == 0) {
    return Error{Blame::kUser, fmt::format("{} holds no samples", path.string()),
                 "give a trace that does"};
  }
  if (arguments.has("timestamps")) {
    HIL_TRY(cut_stamped(arguments.get("timestamps"), inferences, job));
  } else if (const auto stamps = stamps_beside(path)) {
    HIL_TRY(cut_stamped(*stamps, inferences, job));
  } else if (!own.empty()) {
    job.alignment = "as its run cut them";
    for (std::size_t i = 0; i < own.size(); ++i)
      job.windows.push_back({i + 1, own[i]});
  } else {
    take_whole(inferences, job);
  }
  return job;
}

/// One window's figures; what is not known is not there.
struct Row {
  Numbered of;
  energy::WindowSum sum;
  std::optional<double> energy_uj, power_uw, each_uj, charge_uc;
};

Row row_of(const Trace& trace, const Numbered& numbered) {
  Row row;
  row.of = numbered;
  const Window& window = numbered.window;
  if (!energy::lies_in(window, trace) || !(window.end > window.begin)) return row;
  row.sum = energy::integrate(trace, window.begin, window.end);
  if (row.sum.joules) {
    row.energy_uj = *row.sum.joules * kMicro;
    row.power_uw = *row.energy_uj / row.sum.seconds;
    if (window.inferences > 0) row.each_uj = *row.energy_uj / window.inferences;
  }
  if (row.sum.coulombs) row.charge_uc = *row.sum.coulombs * kMicro;
  return row;
}

ordered_json to_json(const Row& row, double rate_hz) {
  const Window& window = row.of.window;
  ordered_json json{{"window", row.of.number},           {"kind", energy::word_of(window.kind)},
                    {"begin_s", window.begin / rate_hz}, {"end_s", window.end / rate_hz},
                    {"seconds", row.sum.seconds},        {"samples", row.sum.samples}};
  if (row.energy_uj) json["energy_uj"] = *row.energy_uj;
  if (row.power_uw) json["power_uw"] = *row.power_uw;
  if (row.charge_uc) json["charge_uc"] = *row.charge_uc;
  if (window.inferences > 0) json["inferences"] = window.inferences;
  if (row.each_uj) json["energy_per_inference_uj"] = *row.each_uj;
  json["lost_samples"] = row.sum.lost;
  if (!window.rejected.empty()) json["rejected"] = window.rejected;
  return json;
}

/// Medians over the windows that count.
ordered_json medians(const std::vector<Row>& rows) {
  std::vector<double> energies, powers, each;
  for (const Row& row : rows) {
    if (!row.of.window.rejected.empty()) continue;
    if (row.energy_uj) energies.push_back(*row.energy_uj);
    if (row.power_uw) powers.push_back(*row.power_uw);
    if (row.each_uj) each.push_back(*row.each_uj);
  }
  ordered_json json = ordered_json::object();
  if (!energies.empty()) json["energy_uj"] = energy::median_of(energies);
  if (!powers.empty()) json["power_uw"] = energy::median_of(powers);
  if (!each.empty()) json["energy_per_inference_uj"] = energy::median_of(each);
  return json;
}

ordered_json to_json(const Job& job, const std::vector<Row>& rows, const std::string& path) {
  ordered_json windows = ordered_json::array();
  for (const Row& row : rows)
    windows.push_back(to_json(row, job.trace.rate_hz));
  ordered_json json;
  json["schema"] = {{"name", "hilbench-energy-windows"}, {"major", 1}, {"minor", 0}};
  json["trace"] = path;
  json["timestamps"] = job.stamps;
  json["alignment"] = job.alignment;
  json["rate_hz"] = job.trace.rate_hz;
  json["samples"] = job.trace.size();
  json["median"] = medians(rows);
  json["windows"] = std::move(windows);
  return json;
}

std::string cell(const std::optional<double>& value) {
  return value ? report::fixed_text(*value, 3) : "-";
}

std::string text_of(const Job& job, const std::vector<Row>& rows) {
  std::vector<std::vector<std::string>> table{
      {"window", "begin s", "seconds", "energy uJ", "power uW", "uJ/inference"}};
  for (const Row& row : rows) {
    const Window& window = row.of.window;
    table.push_back(
        {fmt::format("{}{}", row.of.number, window.rejected.empty() ? "" : " (not counted)"),
         fmt::format("{:.3f}", window.begin / job.trace.rate_hz),
         fmt::format("{:.3f}", row.sum.seconds), cell(row.energy_uj), cell(row.power_uw),
         cell(row.each_uj)});
  }
  std::string text =
      fmt::format("{} samples at {} Hz; windows: {}\n\n", report::grouped(job.trace.size()),
                  report::number_text(job.trace.rate_hz),
                  job.stamps.empty() ? job.alignment
                                     : "between the stamps of " + report::printable(job.stamps));
  text += report::table(table);
  for (const Row& row : rows) {
    if (row.of.window.rejected.empty()) continue;
    text += fmt::format("  window {} does not count: {}\n", row.of.number,
                        report::printable(row.of.window.rejected));
  }
  const ordered_json median = medians(rows);
  if (median.contains("energy_per_inference_uj")) {
    text += fmt::format("\nmedian {} uJ per inference\n",
                        report::fixed_text(median["energy_per_inference_uj"].get<double>(), 3));
  } else if (median.contains("energy_uj")) {
    text += fmt::format("\nmedian {} uJ per window; --inferences N divides by their number\n",
                        report::fixed_text(median["energy_uj"].get<double>(), 3));
  }
  return text;
}

}  // namespace

bool is_trace_file(const fs::path& path) {
  if (path.extension() == energy::kTraceExtension || path.extension() == ".csv") return true;
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
  HIL_ASSIGN(Job job, load_job(arguments, inferences));
  if (arguments.has("voltage")) {
    HIL_ASSIGN(const double volts, arguments.real("voltage"));
    if (volts <= 0 || volts > kMostVolts) {
      return Error{Blame::kUser, "--voltage is not above 0 and up to 1000", "--voltage 3.3"};
    }
    job.trace.supply = {energy::VoltageSource::kStated, volts, 0};
  }
  std::vector<Row> rows;
  for (const Numbered& window : job.windows)
    rows.push_back(row_of(job.trace, window));
  const std::string json = report::laid_out(to_json(job, rows, arguments.get("MODEL"))) + "\n";
  const auto path = arguments.find("json");
  if (path && *path == "-") {
    HIL_TRY(print(json));
    return 0;
  }
  if (path) HIL_TRY(write_file(*path, json));
  HIL_TRY(print(text_of(job, rows)));
  return 0;
}

}  // namespace hil::app
