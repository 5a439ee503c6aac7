// SPDX-License-Identifier: Apache-2.0
// hilbench plot: the current of an energy run over time, as a picture.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <utility>

#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/prepare.hpp"
#include "host/app/record_trace.hpp"
#include "host/app/window_names.hpp"
#include "host/base/file.hpp"
#include "host/measure/energy/energy_facts.hpp"
#include "host/report/console_energy.hpp"
#include "host/report/energy_svg.hpp"
#include "host/report/json_record.hpp"
#include "host/report/text.hpp"
#include "host/report/uncertain_text.hpp"

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

std::string tip_of(const energy::Window& window, const WindowName& name, double rate_hz) {
  std::string tip = fmt::format("{} at {:.4f} s, {:.4g} ms", name.kind, window.begin / rate_hz,
                                (window.end - window.begin) / rate_hz * 1e3);
  if (window.inferences > 0) tip += fmt::format(", {}", report::counted(window.inferences, "time"));
  if (!name.detail.empty()) tip += "; " + name.detail;
  if (!window.rejected.empty()) tip += "; does not count: " + window.rejected;
  return tip;
}

const char* word_of(measure::WindowUse use) {
  switch (use) {
    case measure::WindowUse::kFigures:
      return "figures";
    case measure::WindowUse::kPhase:
      return "phases";
    case measure::WindowUse::kLayer:
      return "operators";
    case measure::WindowUse::kDuty:
      return "periods";
  }
  return "";
}

/// Neighbouring windows of one use; none where all have the same.
void fill_sections(const measure::EnergyFacts& facts, PowerPicture& picture) {
  std::size_t next = 0;
  for (const measure::WindowGroup& group : facts.groups) {
    const std::size_t end = std::min(picture.spans.size(), next + group.windows);
    if (next == end) continue;
    const std::string name = word_of(group.use);
    const double end_s = picture.spans[end - 1].end_s;
    if (!picture.sections.empty() && picture.sections.back().kind == name) {
      picture.sections.back().end_s = end_s;
    } else {
      picture.sections.push_back({name, picture.spans[next].begin_s, end_s, "", false});
    }
    next = end;
  }
  if (picture.sections.size() < 2) picture.sections.clear();
}

/// The windows, and the one in the middle of those that the figures are of as the one to show
/// large.
void fill_spans(const energy::TraceFile& file, const std::string& kind, PowerPicture& picture) {
  const double rate = file.trace.rate_hz;
  const auto names = window_names(file);
  std::vector<std::size_t> counting;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const energy::Window& window = file.windows[i];
    const bool rejected = !window.rejected.empty();
    if (names[i].figures && names[i].kind == kind && !rejected) counting.push_back(i);
    picture.spans.push_back({names[i].kind, window.begin / rate, window.end / rate,
                             tip_of(window, names[i], rate), rejected});
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
  const double relative = report::relative_uncertainty(energy);
  const auto add = [&](const char* name, double level) {
    picture.levels.push_back(
        {fmt::format("{} {} {}", name, report::digits_within(level, relative), picture.unit),
         level});
  };
  if (energy.idle) add("idle", 1e3 * (power ? energy.idle->watts : energy.idle->amps));
  if (!power && energy.mean_ma > 0) add("mean", energy.mean_ma);
}

std::string figure_text(const char* name, const std::optional<results::EnergyFigure>& figure,
                        const char* unit) {
  if (!figure) return "";
  const auto text = report::rounded(figure->value, 2 * figure->parts.combined());
  return fmt::format("{} {} +- {} {}", name, text.value, text.expanded, unit);
}

std::string figures_line(const results::Energy& energy) {
  return fmt::format("{}, per inference (k = 2): {}",
                     energy.meter.emulated ? "emulated" : "measured",
                     report::joined({figure_text("gross", energy.gross_uj, "uJ"),
                                     figure_text("net", energy.net_uj, "uJ"),
                                     figure_text("charge", energy.charge_uc, "uC")}));
}

std::string conditions_line(const results::Energy& energy) {
  const results::EnergySupply& supply = energy.supply;
  return report::joined(
      {energy.meter.model, report::number_text(energy.meter.rate_hz) + " samples/s",
       supply.source.empty()
           ? ""
           : fmt::format("{} V {}", report::significant(supply.volts), supply.source),
       "windows cut by " + energy.alignment.method, "scope " + energy.scope});
}

Result<PowerPicture> picture_of(const results::Record& record, const energy::TraceFile& file) {
  HIL_ASSIGN(const auto facts, measure::facts_from(file.options));
  const results::Energy& energy = *record.energy;
  PowerPicture picture;
  picture.title =
      fmt::format("{} on {}", fs::path(record.model.file).filename().string(), record.board.id);
  picture.lines = {figures_line(energy), conditions_line(energy)};
  fill_values(file.trace, picture);
  fill_spans(file, energy::word_of(facts.kind), picture);
  fill_sections(facts, picture);
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
