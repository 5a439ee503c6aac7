// SPDX-License-Identifier: Apache-2.0
// Energy as tables and lines.
#include "host/report/console_energy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/report/energy_words.hpp"
#include "host/report/text.hpp"
#include "host/report/uncertain_text.hpp"

namespace hil::report {
namespace {

using namespace hil::results;
using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t kNamedRejections = 5;
constexpr std::size_t kNameWidth = 32;
constexpr double kLeastPart = 1e-3;  ///< of the combined uncertainty; smaller parts go unsaid

std::string origin_text(const Energy& energy) {
  return energy.meter.emulated ? "emulated" : "measured";
}

/// A table with columns from the right left out until it fits.
std::string narrowed(Rows rows, std::vector<std::size_t> left, std::size_t width) {
  std::string text = table(rows, left);
  while (!fits(text, width) && rows.front().size() > 2) {
    for (std::vector<std::string>& row : rows)
      row.pop_back();
    text = table(rows, left);
  }
  return text;
}

std::vector<std::string> figure_row(const char* name, const EnergyFigure& figure, const char* unit,
                                    const std::string& origin) {
  const double expanded = 2 * figure.parts.combined();
  const RoundedValue text = rounded(figure.value, expanded);
  const double share = figure.value == 0 ? NAN : relative_uncertainty(figure);
  return {name, text.value, text.expanded, unit, share_text(share), origin};
}

std::string figure_table(const Energy& energy, std::size_t width) {
  Rows rows{{"per inference", "value", "+- (k = 2)", "unit", "relative", "origin"}};
  const std::string origin = origin_text(energy);
  if (energy.gross_uj) rows.push_back(figure_row("gross energy", *energy.gross_uj, "uJ", origin));
  if (energy.net_uj) rows.push_back(figure_row("net energy", *energy.net_uj, "uJ", origin));
  if (energy.charge_uc) rows.push_back(figure_row("charge", *energy.charge_uc, "uC", origin));
  return rows.size() > 1 ? narrowed(std::move(rows), {3, 5}, width) : "";
}

std::string rail_table(const Energy& energy, std::size_t width) {
  if (energy.rails.size() < 2) return "";
  const double relative = relative_uncertainty(energy);
  double sum = 0;
  for (const EnergyRail& rail : energy.rails)
    sum += rail.gross_uj;
  Rows rows{{"rail", "uJ per inference", "share", "mean mA", "origin"}};
  for (const EnergyRail& rail : energy.rails) {
    rows.push_back(
        {fitted(printable(rail.name), kNameWidth), digits_within(rail.gross_uj, relative),
         sum == 0 ? "-" : percent(rail.gross_uj / sum),
         rail.mean_ma == 0 ? "-" : digits_within(rail.mean_ma, relative), origin_text(energy)});
  }
  return narrowed(std::move(rows), {4}, width);
}

/// The idle phase is of a second, not of an inference: it has no share.
bool has_share(const EnergyPart& part) {
  return !part.name.starts_with("idle");
}

/// No digit beyond what the part's own uncertainty allows, and one behind the point at most.
std::string part_share(const EnergyPart& part, double sum) {
  if (sum == 0 || !has_share(part)) return "-";
  const double share = part.gross_uj.value / sum;
  const double expanded = 100 * std::abs(share) * relative_uncertainty(part.gross_uj);
  return expanded >= 1 ? rounded(100 * share, expanded).value + " %" : percent(share);
}

std::string part_table(const char* title, const std::vector<EnergyPart>& parts,
                       const std::string& origin, std::size_t width) {
  if (parts.empty()) return "";
  double sum = 0;
  for (const EnergyPart& part : parts) {
    if (has_share(part)) sum += part.gross_uj.value;
  }
  Rows rows{{title, "uJ", "+- (k = 2)", "share", "ms", "origin"}};
  for (const EnergyPart& part : parts) {
    const RoundedValue text = rounded(part.gross_uj.value, 2 * part.gross_uj.parts.combined());
    rows.push_back({fitted(printable(part.name), kNameWidth), text.value, text.expanded,
                    part_share(part, sum), part.seconds ? significant(*part.seconds * 1e3) : "-",
                    origin});
  }
  return narrowed(std::move(rows), {5}, width);
}

std::string uncertainty_text(const EnergyFigure& figure, const char* unit) {
  std::vector<std::pair<double, const char*>> parts;
  const double combined = figure.parts.combined();
  for (const UncertaintyPart& part : kUncertaintyParts) {
    const double value = figure.parts.*part.part;
    if (value > kLeastPart * combined) parts.emplace_back(value, part.words);
  }
  std::stable_sort(parts.begin(), parts.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  if (parts.empty()) return "nothing is known of it";
  std::string text;
  for (const auto& [value, words] : parts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", words, rounded(value, value).expanded);
  }
  return fmt::format("{}; together {} {} (standard, k = 1)", text,
                     rounded(combined, combined).expanded, unit);
}

/// "gross 46.1 to 46.3 uJ"; empty without a bootstrap.
std::string bootstrap_text(const char* name, const std::optional<EnergyFigure>& figure) {
  if (!figure || !figure->bootstrap) return "";
  const auto& [low, high, level] = *figure->bootstrap;
  return fmt::format("{} {} to {} uJ", name, rounded(low, high - low).value,
                     rounded(high, high - low).value);
}

std::string windows_text(const Energy& energy) {
  std::uint64_t all = 0;
  std::uint64_t count = 0;
  std::uint64_t most = 0;
  std::uint64_t switches = 0;
  for (const EnergyWindow& window : energy.windows) {
    if (window.kind == "idle") continue;
    ++all;
    if (!window.rejected.empty()) continue;
    ++count;
    most = std::max<std::uint64_t>(most, window.inferences);
    switches += window.range_switches;
  }
  if (all == 0) return "";
  const std::string each = most > 0 ? counted(most, "inference") + " each" : "";
  return joined({count == all ? counted(all, "window")
                              : fmt::format("{} of {}", grouped(count), counted(all, "window")),
                 "median length " + scaled(energy.window_s, "s"), each,
                 switches > 0 ? counted(switches, "range switch", "es") + " in them" : ""});
}

void add_rejections(const Energy& energy, std::vector<std::pair<std::string, std::string>>& lines) {
  std::size_t rejected = 0;
  for (std::size_t i = 0; i < energy.windows.size(); ++i) {
    const EnergyWindow& window = energy.windows[i];
    if (window.rejected.empty()) continue;
    if (++rejected > kNamedRejections) continue;
    lines.emplace_back("", fmt::format("not counted: {} window at {:.4f} s: {}", window.kind,
                                       window.begin_s, window.rejected));
  }
  if (rejected <= kNamedRejections) return;
  lines.emplace_back(
      "", fmt::format("and {} more that are not counted", grouped(rejected - kNamedRejections)));
}

std::string alignment_text(const EnergyAlignment& alignment) {
  std::string clock;
  if (alignment.ppm) {
    const RoundedValue ppm = rounded(*alignment.ppm, 2 * alignment.ppm_uncertainty.value_or(0));
    clock = fmt::format("the device's clock {}{} ppm against the meter's",
                        *alignment.ppm > 0 ? "+" : "", ppm.value);
    if (alignment.ppm_uncertainty) {
      clock = fmt::format("the device's clock {}{} +- {} ppm (k = 2) against the meter's",
                          *alignment.ppm > 0 ? "+" : "", ppm.value, ppm.expanded);
    }
  }
  return joined({fmt::format("{}: {}", alignment.method, alignment_words(alignment.method)),
                 alignment.edges > 0 ? counted(alignment.edges, "edge") : "",
                 scaled(alignment.sigma_s, "s", 2) + " an edge (standard)",
                 fmt::format("{} of a window's energy", share_text(alignment.error_share)), clock});
}

/// Standard uncertainty of @p idle with the gain and the voltage, which are the windows' own.
double idle_uncertainty(const Energy& energy, const EnergyIdle& idle) {
  if (!energy.gross_uj || energy.gross_uj->value == 0) return idle.uncertainty_w;
  const EnergyFigure& gross = *energy.gross_uj;
  const double shared = std::hypot(gross.parts.gain, gross.parts.voltage) / std::abs(gross.value);
  return std::hypot(idle.uncertainty_w, shared * idle.watts);
}

std::string idle_text(const Energy& energy, const EnergyIdle& idle) {
  const double expanded = 2 * idle_uncertainty(energy, idle);
  const double relative = idle.watts == 0 ? 0 : expanded / std::abs(idle.watts);
  const auto [factor, unit] = idle.amps < 1e-3 ? std::pair(1e6, "uA") : std::pair(1e3, "mA");
  const std::string amps =
      idle.amps == 0 ? ""
                     : fmt::format(" at {} {}", digits_within(idle.amps * factor, relative), unit);
  return joined({fmt::format("{}{}: {}", idle.mode, energy.net_uj ? ", subtracted in net" : "",
                             idle_words(idle.mode)),
                 fmt::format("{} (k = 2){}", scaled_within(idle.watts, expanded, "W"), amps),
                 fmt::format("{} of {} together, next to the others",
                             counted(idle.windows, "window"), scaled(idle.seconds, "s", 3))});
}

/// The peak is one sample's: it has the digits of the mean, and no interval.
std::string current_text(const Energy& energy) {
  const double relative = relative_uncertainty(energy);
  const RoundedValue mean = rounded(energy.mean_ma, relative * energy.mean_ma);
  const std::string text = relative > 0
                               ? fmt::format("mean {} +- {} mA (k = 2)", mean.value, mean.expanded)
                               : fmt::format("mean {} mA", significant(energy.mean_ma));
  if (energy.peak_ma == 0) return text;  // a counter sees none
  return fmt::format("{}, peak {} mA", text, digits_within(energy.peak_ma, relative));
}

std::string supply_text(const EnergySupply& supply) {
  if (supply.source.empty()) return "the voltage is not known: no energy is given, charge alone";
  if (supply.uncertainty_v == 0) {
    return fmt::format("{} V, {}", number_text(supply.volts), voltage_words(supply.source));
  }
  const RoundedValue volts = rounded(supply.volts, 2 * supply.uncertainty_v);
  return fmt::format("{} V +- {} V (k = 2), {}", volts.value, volts.expanded,
                     voltage_words(supply.source));
}

std::string meter_text(const EnergyMeter& meter) {
  const auto labelled = [](const char* label, const std::string& value) {
    return value.empty() ? "" : fmt::format("{} {}", label, value);
  };
  return joined({meter.model.empty() ? meter.kind : meter.model, labelled("serial", meter.serial),
                 labelled("firmware", meter.firmware), labelled("calibration", meter.calibration),
                 meter.rate_hz > 0 ? number_text(meter.rate_hz) + " samples/s" : "",
                 labelled("accuracy from", meter.accuracy_source),
                 meter.emulated ? "emulated: no instrument" : ""});
}

std::string duty_text(const EnergyDuty& duty) {
  const RoundedValue average = rounded(duty.average_uw.value, 2 * duty.average_uw.parts.combined());
  std::string text =
      fmt::format("one inference every {}, {} in between: {} +- {} uW (k = 2)",
                  scaled(duty.period_s, "s"), duty.sleep, average.value, average.expanded);
  if (!duty.battery_hours || !duty.cell_mah || !duty.cell_volts) return text;
  const double relative = relative_uncertainty(duty.average_uw);
  return text + fmt::format(
                    "; estimated: a cell of {} mAh at {} V lasts {} h ({} days), if it gives all "
                    "of that and its self-discharge is left out",
                    significant(*duty.cell_mah), significant(*duty.cell_volts),
                    digits_within(*duty.battery_hours, relative),
                    digits_within(*duty.battery_hours / 24, relative));
}

/// A counter on the board gives no samples, but readings at the ends of windows.
std::string trace_text(const Energy& energy, const EnergyTraceFile& trace) {
  const std::string holds = energy.alignment.method == "counter"
                                ? fmt::format("the counter's readings around {}",
                                              counted(energy.windows.size(), "window"))
                                : counted(trace.samples, "sample");
  return joined({trace.file, holds, "sha256 " + trace.sha256.substr(0, 12)});
}

}  // namespace

bool is_energy_metric(std::string_view name) {
  return name == "energy_gross_uj" || name == "energy_net_uj" || name == "charge_uc";
}

std::string energy_tables(const Energy& energy, std::size_t width) {
  std::string text;
  for (const std::string& part :
       {figure_table(energy, width), rail_table(energy, width),
        part_table("phase", energy.phases, origin_text(energy), width),
        part_table("operator", energy.layers, origin_text(energy), width)}) {
    if (part.empty()) continue;
    if (!text.empty()) text += "\n";
    text += part;
  }
  return text;
}

std::vector<std::pair<std::string, std::string>> energy_lines(const Energy& energy) {
  std::vector<std::pair<std::string, std::string>> lines;
  lines.emplace_back("scope", fmt::format("{}: {}", energy.scope, scope_words(energy.scope)));
  if (energy.gross_uj) lines.emplace_back("gross", uncertainty_text(*energy.gross_uj, "uJ"));
  if (energy.net_uj) lines.emplace_back("net", uncertainty_text(*energy.net_uj, "uJ"));
  if (energy.gross_uj && energy.gross_uj->bootstrap) {
    lines.emplace_back("bootstrap",
                       fmt::format("{}: {} of medians over windows drawn anew, repetition alone",
                                   joined({bootstrap_text("gross", energy.gross_uj),
                                           bootstrap_text("net", energy.net_uj)}),
                                   percent(energy.gross_uj->bootstrap->level)));
  }
  if (energy.mean_ma > 0) {
    lines.emplace_back("current", current_text(energy));
  }
  if (energy.idle) lines.emplace_back("idle", idle_text(energy, *energy.idle));
  lines.emplace_back("windows", windows_text(energy));
  add_rejections(energy, lines);
  lines.emplace_back("alignment", alignment_text(energy.alignment));
  const bool power = energy.supply.source.empty() && energy.gross_uj;
  lines.emplace_back("supply", power ? "the voltage is not known: the meter gives power itself"
                                     : supply_text(energy.supply));
  lines.emplace_back("meter", meter_text(energy.meter));
  if (energy.duty) lines.emplace_back("duty", duty_text(*energy.duty));
  if (energy.trace) lines.emplace_back("trace", trace_text(energy, *energy.trace));
  return lines;
}

}  // namespace hil::report
