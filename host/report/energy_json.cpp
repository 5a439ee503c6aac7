// SPDX-License-Identifier: Apache-2.0
// Energy as the record's JSON has it.
#include "host/report/energy_json.hpp"

#include <utility>

#include "host/report/energy_words.hpp"

namespace hil::report {
namespace {

using nlohmann::ordered_json;
using namespace hil::results;

ordered_json to_json(const EnergyFigure& figure) {
  const double u = figure.parts.combined();
  ordered_json parts = ordered_json::object();
  for (const UncertaintyPart& part : kUncertaintyParts)
    parts[part.name] = figure.parts.*part.part;
  ordered_json json{{"value", figure.value},
                    {"uncertainty", u},
                    {"k2_low", figure.value - 2 * u},
                    {"k2_high", figure.value + 2 * u},
                    {"parts", std::move(parts)}};
  if (figure.bootstrap) {
    json["bootstrap"] = {{"low", figure.bootstrap->low},
                         {"high", figure.bootstrap->high},
                         {"level", figure.bootstrap->level}};
  }
  return json;
}

ordered_json to_json(const EnergyMeter& meter) {
  return {{"kind", meter.kind},
          {"model", meter.model},
          {"serial", meter.serial},
          {"firmware", meter.firmware},
          {"calibration", meter.calibration},
          {"accuracy_source", meter.accuracy_source},
          {"emulated", meter.emulated},
          {"rate_hz", meter.rate_hz}};
}

ordered_json to_json(const EnergySupply& supply) {
  return {
      {"source", supply.source}, {"volts", supply.volts}, {"uncertainty_v", supply.uncertainty_v}};
}

ordered_json to_json(const EnergyAlignment& alignment) {
  ordered_json json{{"method", alignment.method},
                    {"sigma_s", alignment.sigma_s},
                    {"error_share", alignment.error_share},
                    {"edges", alignment.edges}};
  if (alignment.ppm) json["ppm"] = *alignment.ppm;
  if (alignment.ppm_uncertainty) json["ppm_uncertainty"] = *alignment.ppm_uncertainty;
  if (alignment.residual_s) json["residual_s"] = *alignment.residual_s;
  return json;
}

ordered_json to_json(const EnergyIdle& idle) {
  return {{"mode", idle.mode},       {"watts", idle.watts},
          {"amps", idle.amps},       {"uncertainty_w", idle.uncertainty_w},
          {"seconds", idle.seconds}, {"windows", idle.windows}};
}

ordered_json to_json(const EnergyRail& rail) {
  return {{"name", rail.name}, {"gross_uj", rail.gross_uj}, {"mean_ma", rail.mean_ma}};
}

ordered_json to_json(const EnergyWindow& window) {
  ordered_json json{{"kind", window.kind},
                    {"begin_s", window.begin_s},
                    {"end_s", window.end_s},
                    {"inferences", window.inferences},
                    {"energy_uj", window.energy_uj},
                    {"charge_uc", window.charge_uc},
                    {"mean_ma", window.mean_ma},
                    {"peak_ma", window.peak_ma},
                    {"range_switches", window.range_switches},
                    {"lost_samples", window.lost_samples}};
  if (!window.rejected.empty()) json["rejected"] = window.rejected;
  return json;
}

ordered_json to_json(const EnergyPart& part) {
  ordered_json json{{"name", part.name}, {"gross_uj", to_json(part.gross_uj)}};
  if (part.seconds) json["seconds"] = *part.seconds;
  return json;
}

ordered_json to_json(const EnergyDuty& duty) {
  ordered_json json{
      {"period_s", duty.period_s}, {"sleep", duty.sleep}, {"average_uw", to_json(duty.average_uw)}};
  if (duty.cell_mah) json["cell_mah"] = *duty.cell_mah;
  if (duty.cell_volts) json["cell_volts"] = *duty.cell_volts;
  if (duty.battery_hours) json["battery_hours"] = *duty.battery_hours;
  return json;
}

template <class Item>
ordered_json list_of(const std::vector<Item>& items) {
  ordered_json list = ordered_json::array();
  for (const Item& item : items)
    list.push_back(to_json(item));
  return list;
}

/// Reads the number at @p key, if there is one.
void read_if(JsonFields& fields, const char* key, std::optional<double>& value) {
  if (fields.has(key)) fields.read(key, value.emplace());
}

void read_figure(JsonFields& fields, EnergyFigure& figure) {
  fields.read("value", figure.value);
  fields.object("parts", [&](JsonFields& inner) {
    for (const UncertaintyPart& part : kUncertaintyParts)
      inner.read(part.name, figure.parts.*part.part);
  });
  if (!fields.has("bootstrap")) return;
  fields.object("bootstrap", [&](JsonFields& inner) {
    EnergyBootstrap& bootstrap = figure.bootstrap.emplace();
    inner.read("low", bootstrap.low);
    inner.read("high", bootstrap.high);
    inner.read("level", bootstrap.level);
  });
}

void read_figure_at(JsonFields& fields, const char* key, EnergyFigure& figure) {
  fields.object(key, [&](JsonFields& inner) { read_figure(inner, figure); });
}

void read_figure_if(JsonFields& fields, const char* key, std::optional<EnergyFigure>& figure) {
  if (fields.has(key)) read_figure_at(fields, key, figure.emplace());
}

void read_meter(JsonFields& fields, EnergyMeter& meter) {
  fields.read("kind", meter.kind);
  fields.read("model", meter.model);
  fields.read("serial", meter.serial);
  fields.read("firmware", meter.firmware);
  fields.read("calibration", meter.calibration);
  fields.read("accuracy_source", meter.accuracy_source);
  fields.read("emulated", meter.emulated);
  fields.read("rate_hz", meter.rate_hz);
}

void read_supply(JsonFields& fields, EnergySupply& supply) {
  fields.read("source", supply.source);
  fields.read("volts", supply.volts);
  fields.read("uncertainty_v", supply.uncertainty_v);
}

void read_alignment(JsonFields& fields, EnergyAlignment& alignment) {
  fields.read("method", alignment.method);
  fields.read("sigma_s", alignment.sigma_s);
  fields.read("error_share", alignment.error_share);
  fields.read("edges", alignment.edges);
  read_if(fields, "ppm", alignment.ppm);
  read_if(fields, "ppm_uncertainty", alignment.ppm_uncertainty);
  read_if(fields, "residual_s", alignment.residual_s);
}

void read_idle(JsonFields& fields, EnergyIdle& idle) {
  fields.read("mode", idle.mode);
  fields.read("watts", idle.watts);
  fields.read("amps", idle.amps);
  fields.read("uncertainty_w", idle.uncertainty_w);
  fields.read("seconds", idle.seconds);
  fields.read("windows", idle.windows);
}

void read_rail(JsonFields& fields, EnergyRail& rail) {
  fields.read("name", rail.name);
  fields.read("gross_uj", rail.gross_uj);
  fields.read("mean_ma", rail.mean_ma);
}

void read_window(JsonFields& fields, EnergyWindow& window) {
  fields.read("kind", window.kind);
  fields.read("begin_s", window.begin_s);
  fields.read("end_s", window.end_s);
  fields.read("inferences", window.inferences);
  fields.read("energy_uj", window.energy_uj);
  fields.read("charge_uc", window.charge_uc);
  fields.read("mean_ma", window.mean_ma);
  fields.read("peak_ma", window.peak_ma);
  fields.read("range_switches", window.range_switches);
  fields.read("lost_samples", window.lost_samples);
  if (fields.has("rejected")) fields.read("rejected", window.rejected);
}

void read_part(JsonFields& fields, EnergyPart& part) {
  fields.read("name", part.name);
  read_figure_at(fields, "gross_uj", part.gross_uj);
  read_if(fields, "seconds", part.seconds);
}

void read_duty(JsonFields& fields, EnergyDuty& duty) {
  fields.read("period_s", duty.period_s);
  fields.read("sleep", duty.sleep);
  read_figure_at(fields, "average_uw", duty.average_uw);
  read_if(fields, "cell_mah", duty.cell_mah);
  read_if(fields, "cell_volts", duty.cell_volts);
  read_if(fields, "battery_hours", duty.battery_hours);
}

void read_trace(JsonFields& fields, EnergyTraceFile& trace) {
  fields.read("file", trace.file);
  fields.read("sha256", trace.sha256);
  fields.read("samples", trace.samples);
}

}  // namespace

ordered_json energy_json(const Energy& energy) {
  ordered_json json;
  json["scope"] = energy.scope;
  if (energy.gross_uj) json["gross_uj"] = to_json(*energy.gross_uj);
  if (energy.net_uj) json["net_uj"] = to_json(*energy.net_uj);
  if (energy.charge_uc) json["charge_uc"] = to_json(*energy.charge_uc);
  json["mean_ma"] = energy.mean_ma;
  json["peak_ma"] = energy.peak_ma;
  json["window_s"] = energy.window_s;
  json["meter"] = to_json(energy.meter);
  json["supply"] = to_json(energy.supply);
  json["alignment"] = to_json(energy.alignment);
  if (energy.idle) json["idle"] = to_json(*energy.idle);
  json["rails"] = list_of(energy.rails);
  json["phases"] = list_of(energy.phases);
  json["layers"] = list_of(energy.layers);
  if (energy.duty) json["duty"] = to_json(*energy.duty);
  if (energy.trace) {
    json["trace"] = {{"file", energy.trace->file},
                     {"sha256", energy.trace->sha256},
                     {"samples", energy.trace->samples}};
  }
  json["windows"] = list_of(energy.windows);
  return json;
}

void read_energy(JsonFields& fields, Energy& energy) {
  fields.read("scope", energy.scope);
  read_figure_if(fields, "gross_uj", energy.gross_uj);
  read_figure_if(fields, "net_uj", energy.net_uj);
  read_figure_if(fields, "charge_uc", energy.charge_uc);
  fields.read("mean_ma", energy.mean_ma);
  fields.read("peak_ma", energy.peak_ma);
  fields.read("window_s", energy.window_s);
  fields.object("meter", [&](JsonFields& inner) { read_meter(inner, energy.meter); });
  fields.object("supply", [&](JsonFields& inner) { read_supply(inner, energy.supply); });
  fields.object("alignment", [&](JsonFields& inner) { read_alignment(inner, energy.alignment); });
  if (fields.has("idle")) {
    fields.object("idle", [&](JsonFields& inner) { read_idle(inner, energy.idle.emplace()); });
  }
  fields.objects("rails",
                 [&](JsonFields& inner) { read_rail(inner, energy.rails.emplace_back()); });
  fields.objects("phases",
                 [&](JsonFields& inner) { read_part(inner, energy.phases.emplace_back()); });
  fields.objects("layers",
                 [&](JsonFields& inner) { read_part(inner, energy.layers.emplace_back()); });
  if (fields.has("duty")) {
    fields.object("duty", [&](JsonFields& inner) { read_duty(inner, energy.duty.emplace()); });
  }
  if (fields.has("trace")) {
    fields.object("trace", [&](JsonFields& inner) { read_trace(inner, energy.trace.emplace()); });
  }
  fields.objects("windows",
                 [&](JsonFields& inner) { read_window(inner, energy.windows.emplace_back()); });
}

}  // namespace hil::report
