// SPDX-License-Identifier: Apache-2.0
// hilbench plot: the current of an energy run over time, as a picture.
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <utility>

#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/prepare.hpp"
#include "host/app/record_trace.hpp"
#include "host/base/file.hpp"
#include "host/measure/energy/energy_facts.hpp"
#include "host/report/console_energy.hpp"
#include "host/report/energy_svg.hpp"
#include "host/report/json_record.hpp"
#include "host/report/text.hpp"

namespace hil::app {
namespace {

namespace fs = std::filesystem;
using report::PowerPicture;

/// The sum of all rails that are not part of another, in mA or mW; lost samples are NaN.
void fill_values(const energy::Trace& trace, PowerPicture& picture) {
  const bool power =
      !trace.rails.empty() && trace.rails.front().quantity == energy::Quantity::kPower;
  picture.unit = power ? "mW" : "mA";
  picture.rate_hz = trace.rate_hz;
  picture.values.assign(trace.size(), 0);
  for (const energy::Rail& rail : trace.rails) {
    if (rail.part_of_another || (rail.quantity == energy::Quantity::kPower) != power) continue;
    for (std::size_t k = 0; k < trace.size(); ++k)
      picture.values[k] += rail.values[k] * 1e3F;
  }
  for (std::size_t k = 0; k < trace.size(); ++k) {
    if ((trace.flags[k] & energy::flag::kGap) == 0) continue;
    picture.values[k] = std::numeric_limits<float>::quiet_NaN();
  }
}

std::string tip_of(const energy::Window& window, double rate_hz) {
  std::string tip =
      fmt::format("{} at {:.4f} s, {:.4g} ms", energy::word_of(window.kind), window.begin / rate_hz,
                  (window.end - window.begin) / rate_hz * 1e3);
  if (window.inferences > 0) tip += fmt::format(", {} times", window.inferences);
  if (!window.rejected.empty()) tip += "; does not count: " + window.rejected;
  return tip;
}

/// The windows, and the one in the middle of those that count as the one to show large.
void fill_spans(const energy::TraceFile& file, const std::string& kind, PowerPicture& picture) {
  const double rate = file.trace.rate_hz;
  std::vector<std::size_t> counting;
  for (const energy::Window& window : file.windows) {
    const bool rejected = !window.rejected.empty();
    const std::string word = energy::word_of(window.kind);
    if (word == kind && !rejected) counting.push_back(picture.spans.size());
    picture.spans.push_back(
        {word, window.begin / rate, window.end / rate, tip_of(window, rate), rejected});
  }
  if (!counting.empty()) picture.zoomed = counting[counting.size() / 2];
}

/// Edges of the second pin inside the windows.
void fill_inferences(const energy::TraceFile& file, const measure::EnergyFacts& facts,
                     PowerPicture& picture) {
  if (facts.alignment != energy::Alignment::kLogic || !facts.toggle) return;
  const energy::Trace& trace = file.trace;
  for (const energy::Window& window : file.windows) {
    if (window.inferences == 0) continue;
    const auto end = static_cast<std::size_t>(std::max(0.0, window.end));
    for (auto k = static_cast<std::size_t>(std::max(1.0, window.begin));
         k < end && k < trace.logic.size(); ++k) {
      const auto changed = static_cast<unsigned>(trace.logic[k] ^ trace.logic[k - 1]);
      if ((changed >> facts.toggle->bit & 1u) == 0) continue;
      picture.inferences.push_back(static_cast<double>(k) / trace.rate_hz);
    }
  }
}

void fill_levels(const results::Energy& energy, PowerPicture& picture) {
  const bool power = picture.unit == "mW";
  if (energy.idle) {
    const double level = 1e3 * (power ? energy.idle->watts : energy.idle->amps);
    picture.levels.push_back({fmt::format("idle {:.4g} {}", level, picture.unit), level});
  }
  if (!power && energy.mean_ma > 0) {
    picture.levels.push_back({fmt::format("mean {:.4g} mA", energy.mean_ma), energy.mean_ma});
  }
}

std::string figures_line(const results::Energy& energy) {
  const auto figure = [](const char* name, const results::EnergyFigure& value, const char* unit) {
    const auto text = report::rounded(value.value, 2 * value.parts.combined());
    return fmt::format("{} {} +- {} {}", name, text.value, text.expanded, unit);
  };
  std::string line = energy.meter.emulated ? "emulated" : "measured";
  line += ", per inference (k = 2): ";
  std::string figures;
  if (energy.gross_uj) figures = figure("gross", *energy.gross_uj, "uJ");
  if (energy.net_uj) figures += "; " + figure("above idle", *energy.net_uj, "uJ");
  if (energy.charge_uc) {
    figures += (figures.empty() ? "" : "; ") + figure("charge", *energy.charge_uc, "uC");
  }
  return line + figures;
}

Result<PowerPicture> picture_of(const results::Record& record, const energy::TraceFile& file) {
  HIL_ASSIGN(const auto facts, measure::facts_from(file.options));
  const results::Energy& energy = *record.energy;
  PowerPicture picture;
  picture.title =
      fmt::format("{} on {}", fs::path(record.model.file).filename().string(), record.board.id);
  picture.lines = {figures_line(energy),
                   fmt::format("{}, {} samples/s, windows cut by {}, scope {}", energy.meter.model,
                               report::number_text(energy.meter.rate_hz), energy.alignment.method,
                               energy.scope)};
  fill_values(file.trace, picture);
  fill_spans(file, energy::word_of(facts.kind), picture);
  fill_inferences(file, facts, picture);
  fill_levels(energy, picture);
  return picture;
}

}  // namespace

Options plot_options() {
  Options options("plot",
                  "Draws the raw trace of an energy record: current over time with its windows, "
                  "phases and inferences, idle and mean, and below it one window large. The "
                  "picture has least, mean and largest of each column of pixels.",
                  "hilbench plot record.json");
  options.positional("RECORD", "what hilbench energy wrote with --json; its trace lies beside it")
      .option("svg", "FILE", "where the picture goes (default: beside the record)");
  return options;
}

Result<int> plot_command(const std::vector<std::string>& words) {
  HIL_ASSIGN(const auto arguments, arguments_or_help(plot_options(), words));
  if (!arguments) return 0;
  const fs::path path = arguments->get("RECORD");
  HIL_ASSIGN(const auto record, report::load_record(path));
  HIL_ASSIGN(const auto file, trace_of(record, path));
  if (file.trace.size() == 0) {
    return Error{Blame::kUser, "a counter on the board gives no samples to draw",
                 "take a meter that records: see hilbench meters"};
  }
  HIL_ASSIGN(const auto picture, picture_of(record, file));
  const fs::path svg = arguments->find("svg").value_or(fs::path(path).replace_extension(".svg"));
  HIL_TRY(write_file(svg, report::energy_svg(picture)));
  HIL_TRY(print(fmt::format("{}: {} of {}\n", report::printable(svg.string()),
                            report::counted(picture.spans.size(), "window"),
                            report::counted(file.trace.size(), "sample"))));
  return 0;
}

}  // namespace hil::app
