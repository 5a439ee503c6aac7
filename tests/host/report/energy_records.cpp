// SPDX-License-Identifier: Apache-2.0
// Records of energy runs, for the tests of all writers.
#include "tests/host/report/energy_records.hpp"

#include "tests/host/report/example_records.hpp"

namespace hil::report {
namespace {

using namespace hil::results;

EnergyFigure figure(double value, double scale) {
  EnergyFigure result;
  result.value = value;
  result.parts.gain = 2.5 * scale;
  result.parts.offset = 0.125 * scale;
  result.parts.voltage = 0.5 * scale;
  result.parts.time_base = 0.0078125 * scale;
  result.parts.code_step = 0.25 * scale;
  result.parts.edges = 0.03125 * scale;
  result.parts.repetition = 0.0625 * scale;
  return result;
}

EnergyWindow window(const char* kind, double begin, std::uint32_t inferences) {
  EnergyWindow result;
  result.kind = kind;
  result.begin_s = begin;
  result.end_s = begin + 0.025;
  result.inferences = inferences;
  result.energy_uj = inferences > 0 ? 1'155.5 : 99;
  result.charge_uc = result.energy_uj / 3.3;
  result.mean_ma = result.charge_uc / 25;
  result.peak_ma = result.mean_ma + 1;
  result.range_switches = 2;
  return result;
}

Metric metric_of(const char* name, const char* unit, const EnergyFigure& figure, Origin origin) {
  Metric metric;
  metric.name = name;
  metric.unit = unit;
  metric.kind = MetricKind::kNoisy;
  metric.better = Better::kLower;
  metric.origin = origin;
  metric.scope = "inference";
  metric.value = figure.value;
  const double u = figure.parts.combined();
  metric.uncertainty = u;
  metric.interval = Interval{figure.value - 2 * u, figure.value + 2 * u, 0.9545, "k=2"};
  return metric;
}

void fill_metrics(Record& record) {
  const Origin origin = record.energy->meter.emulated ? Origin::kEmulated : Origin::kMeasured;
  record.metrics.clear();
  if (const auto& gross = record.energy->gross_uj) {
    record.metrics.push_back(metric_of("energy_gross_uj", "uJ", *gross, origin));
  }
  if (const auto& net = record.energy->net_uj) {
    record.metrics.push_back(metric_of("energy_net_uj", "uJ", *net, origin));
  }
  if (const auto& charge = record.energy->charge_uc) {
    record.metrics.push_back(metric_of("charge_uc", "uC", *charge, origin));
  }
}

Energy measured() {
  Energy energy;
  energy.meter = {"ppk2",
                  "Nordic Power Profiler Kit II",
                  "D2A41B7C",
                  "hardware 9173",
                  "crc32 5be01f22",
                  "assumed 10 % (no figure of the maker's)",
                  false,
                  100'000};
  energy.supply = {3.3, 0.0165, "set"};
  energy.scope = "inference";
  energy.alignment = {"logic", 2.9e-6, 0.0001, 84, 12.34, 0.42, 3.1e-6};
  energy.idle = EnergyIdle{"wait", 0.00396, 0.0012, 1.5e-5, 0.525, 21};
  energy.gross_uj = figure(96.2917, 1);
  energy.net_uj = figure(88.0417, 0.9);
  energy.net_uj->parts.offset = 0;
  energy.net_uj->parts.idle = 0.375;
  energy.charge_uc = figure(29.179, 0.3);
  energy.mean_ma = 14.006;
  energy.peak_ma = 18.25;
  energy.window_s = 0.025;
  energy.rails = {{"main", 96.2917, 14.006}};
  energy.windows.push_back(window("idle", 0.5, 0));
  for (int i = 0; i < 20; ++i)
    energy.windows.push_back(window("inference", 0.55 + 0.05 * i, 12));
  energy.windows[4].rejected = "5 samples lost in it";
  energy.windows[4].lost_samples = 5;
  energy.trace = EnergyTraceFile{"kws.trace", std::string(64, 'd'), 612'345};
  return energy;
}

}  // namespace

Record energy_record() {
  Record record = profile_record();
  record.command = "energy";
  record.operators.reset();
  record.energy = measured();
  record.events = {{-200, "note", "the sync wire was seen on D0 and D1", "", {}},
                   {12, "agent-log", "line", "info", {}}};
  record.verdict.samples_done = record.verdict.samples_planned = 20;
  record.verdict.outputs_checked = 20;
  fill_metrics(record);
  return record;
}

Record full_energy_record() {
  Record record = energy_record();
  Energy& energy = *record.energy;
  energy.meter.kind = "lpm01a";
  energy.meter.model = "ST X-NUCLEO-LPM01A";
  energy.meter.emulated = true;
  energy.supply = {1.8, 0.0104, "stated"};
  energy.idle->mode = "stop";
  energy.rails = {{"VDD_CPU", 60, 0}, {"VDD_IN \x1b[31m of a very long name indeed, too", 36, 14}};
  energy.phases = {{"idle", figure(0.5, 0.01), 0.001},
                   {"input transfer", figure(12.5, 0.1), 0.0425},
                   {"inference", figure(96.2917, 1), 0.00208}};
  energy.layers = {{"0 CONV_2D int8", figure(40.5, 1), 0.0008},
                   {"1 SOFTMAX int8", figure(0.03, 0.1), {}}};
  energy.duty = EnergyDuty{1, "stop", figure(112.5, 1), 6'000.0, 225.0, 3.0};
  fill_metrics(record);
  return record;
}

Record charge_record() {
  Record record = energy_record();
  Energy& energy = *record.energy;
  energy.supply = {};
  energy.gross_uj.reset();
  energy.net_uj.reset();
  energy.idle.reset();
  energy.alignment = {"host-clock", 0.002, 0.0003, 0, {}, {}, {}};
  energy.windows.resize(2);
  energy.windows[1].end_s = energy.windows[1].begin_s + 10;
  energy.window_s = 10;
  energy.trace.reset();
  fill_metrics(record);
  return record;
}

Record counter_record() {
  Record record = energy_record();
  Energy& energy = *record.energy;
  energy.meter = {"agent", "TI INA228", "", "", "", "the maker's data sheet", false, 0};
  energy.alignment = {"counter", 0.0006, 0.0009, 0, {}, {}, {}};
  energy.supply = {3.3, 0.0165, "measured"};
  energy.windows.resize(5);
  energy.windows[4].rejected.clear();
  energy.windows[4].lost_samples = 0;
  energy.peak_ma = 0;
  energy.trace->samples = 0;
  fill_metrics(record);
  return record;
}

}  // namespace hil::report
