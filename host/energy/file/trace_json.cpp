// SPDX-License-Identifier: Apache-2.0
// JSON of headers, events, windows and options, both ways.
#include "host/energy/file/trace_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/energy/file/json_object.hpp"
#include "host/energy/file/trace_format.hpp"

namespace hil::energy::trace_json {
namespace {

using nlohmann::json;

constexpr std::uint32_t kMost32 = 0xFFFFFFFF;
constexpr double kMostRateHz = 1e9;

const char* word_of(VoltageSource source) {
  switch (source) {
    case VoltageSource::kUnknown:
      return "unknown";
    case VoltageSource::kSet:
      return "set";
    case VoltageSource::kStated:
      return "stated";
    case VoltageSource::kMeasured:
      return "measured";
  }
  return "";
}

const char* word_of(Quantity quantity) {
  return quantity == Quantity::kPower ? "power" : "current";
}

const char* word_of_kind(WindowKind kind) {
  return energy::word_of(kind);
}

std::string text_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json meter_json(const MeterInfo& meter) {
  return {{"kind", meter.kind},
          {"model", meter.model},
          {"serial", meter.serial},
          {"firmware", meter.firmware},
          {"calibration", meter.calibration},
          {"port", meter.port},
          {"emulated", meter.emulated}};
}

json accuracy_json(const Accuracy& accuracy) {
  json steps = json::array();
  for (const AccuracyStep& step : accuracy.steps) {
    steps.push_back({{"up_to_a", step.up_to_a},
                     {"gain", step.gain},
                     {"offset_a", step.offset_a},
                     {"code_step_a", step.code_step_a}});
  }
  return {{"steps", steps}, {"time_base", accuracy.time_base}, {"source", accuracy.source}};
}

/// The text as JSON; @p wrong says why not.
json parse(std::string_view text, std::string& wrong) {
  json parsed = json::parse(text.begin(), text.end(), nullptr, false);
  if (parsed.is_discarded()) wrong = "it is no JSON";
  return parsed;
}

/// Calls @p take with each object of an array.
template <class Take>
std::string read_array(std::string_view text, Take take) {
  std::string wrong;
  const json rows = parse(text, wrong);
  if (!wrong.empty()) return wrong;
  if (!rows.is_array()) return "it is no array";
  for (const json& row : rows) {
    JsonObject object(row, wrong);
    if (wrong.empty()) take(object);
    if (!wrong.empty()) break;
  }
  return wrong;
}

void read_meter(JsonObject& object, MeterInfo& meter) {
  object.read("kind", meter.kind);
  object.read("model", meter.model);
  object.read("serial", meter.serial);
  object.read("firmware", meter.firmware);
  object.read("calibration", meter.calibration);
  object.read("port", meter.port);
  object.read("emulated", meter.emulated);
}

void read_accuracy(JsonObject& object, Accuracy& accuracy) {
  object.objects("steps", trace_format::kMostSteps, [&](JsonObject& inner) {
    AccuracyStep& step = accuracy.steps.emplace_back();
    inner.read("up_to_a", step.up_to_a);
    inner.read("gain", step.gain);
    inner.read("offset_a", step.offset_a);
    inner.read("code_step_a", step.code_step_a);
  });
  object.read("time_base", accuracy.time_base);
  object.read("source", accuracy.source);
}

void read_rails(JsonObject& object, Trace& trace, std::vector<bool>& with_volts) {
  object.objects("rails", trace_format::kMostRails, [&](JsonObject& inner) {
    Rail& rail = trace.rails.emplace_back();
    inner.read("name", rail.name);
    inner.read_word(
        "quantity", Quantity::kPower, [](Quantity q) { return word_of(q); }, rail.quantity);
    inner.read("part_of_another", rail.part_of_another);
    bool volts = false;
    inner.read("volts", volts);
    with_volts.push_back(volts);
  });
}

}  // namespace

std::string header_text(const Trace& trace) {
  json rails = json::array();
  for (const Rail& rail : trace.rails) {
    rails.push_back({{"name", rail.name},
                     {"quantity", word_of(rail.quantity)},
                     {"part_of_another", rail.part_of_another},
                     {"volts", !rail.volts.empty()}});
  }
  json header = {{"meter", meter_json(trace.meter)},
                 {"accuracy", accuracy_json(trace.accuracy)},
                 {"supply",
                  {{"source", word_of(trace.supply.source)},
                   {"volts", trace.supply.volts},
                   {"uncertainty_v", trace.supply.uncertainty_v}}},
                 {"rate_hz", trace.rate_hz},
                 {"rails", rails},
                 {"logic_bits", trace.logic_bits},
                 {"logic", !trace.logic.empty()}};
  if (trace.seen_hz) header["seen_hz"] = *trace.seen_hz;
  return text_of(header);
}

std::string read_header(std::string_view text, Trace& trace, std::vector<bool>& with_volts) {
  std::string wrong;
  const json header = parse(text, wrong);
  if (!wrong.empty()) return wrong;
  JsonObject object(header, wrong);
  object.object("meter", [&](JsonObject& inner) { read_meter(inner, trace.meter); });
  object.object("accuracy", [&](JsonObject& inner) { read_accuracy(inner, trace.accuracy); });
  object.object("supply", [&](JsonObject& inner) {
    inner.read_word(
        "source", VoltageSource::kMeasured, [](VoltageSource source) { return word_of(source); },
        trace.supply.source);
    inner.read("volts", trace.supply.volts);
    inner.read("uncertainty_v", trace.supply.uncertainty_v);
  });
  object.read("rate_hz", trace.rate_hz);
  read_rails(object, trace, with_volts);
  object.read("logic_bits", trace.logic_bits, 8);
  if (object.has("seen_hz")) object.read("seen_hz", trace.seen_hz.emplace());
  bool logic = false;
  object.read("logic", logic);
  if (wrong.empty() && !(trace.rate_hz > 0 && trace.rate_hz <= kMostRateHz))
    wrong = "rate_hz is none that can be";
  if (wrong.empty() && logic && trace.logic_bits == 0) wrong = "logic_bits is 0";
  if (!logic) trace.logic_bits = 0;
  return wrong;
}

std::string events_text(const std::vector<MeterEvent>& events, std::size_t first,
                        std::size_t count) {
  json rows = json::array();
  for (std::size_t i = first; i < first + count; ++i) {
    const MeterEvent& event = events[i];
    rows.push_back({{"index", event.index}, {"kind", event.kind}, {"text", event.text}});
  }
  return text_of(rows);
}

std::string read_events(std::string_view text, std::vector<MeterEvent>& events) {
  return read_array(text, [&](JsonObject& object) {
    MeterEvent& event = events.emplace_back();
    object.read("index", event.index);
    object.read("kind", event.kind);
    object.read("text", event.text);
  });
}

std::string device_windows_text(const std::vector<DeviceWindow>& windows, std::size_t first,
                                std::size_t count) {
  json rows = json::array();
  for (std::size_t i = first; i < first + count; ++i) {
    const DeviceWindow& window = windows[i];
    rows.push_back({{"kind", word_of_kind(window.kind)},
                    {"begin_ticks", window.begin_ticks},
                    {"end_ticks", window.end_ticks},
                    {"inferences", window.inferences}});
  }
  return text_of(rows);
}

std::string read_device_windows(std::string_view text, std::vector<DeviceWindow>& windows) {
  return read_array(text, [&](JsonObject& object) {
    DeviceWindow& window = windows.emplace_back();
    object.read_word("kind", WindowKind::kPeriod, word_of_kind, window.kind);
    object.read("begin_ticks", window.begin_ticks);
    object.read("end_ticks", window.end_ticks);
    object.read("inferences", window.inferences, kMost32);
  });
}

std::string windows_text(const std::vector<Window>& windows, std::size_t first, std::size_t count) {
  json rows = json::array();
  for (std::size_t i = first; i < first + count; ++i) {
    const Window& window = windows[i];
    json& row = rows.emplace_back(json{{"kind", word_of_kind(window.kind)},
                                       {"begin", window.begin},
                                       {"end", window.end},
                                       {"inferences", window.inferences},
                                       {"edge_sigma", window.edge_sigma},
                                       {"begin_ticks", window.begin_ticks},
                                       {"end_ticks", window.end_ticks},
                                       {"rejected", window.rejected}});
    if (window.steady_ends) row["steady_ends"] = true;
  }
  return text_of(rows);
}

std::string read_windows(std::string_view text, std::vector<Window>& windows) {
  return read_array(text, [&](JsonObject& object) {
    Window& window = windows.emplace_back();
    object.read_word("kind", WindowKind::kPeriod, word_of_kind, window.kind);
    object.read("begin", window.begin);
    object.read("end", window.end);
    object.read("inferences", window.inferences, kMost32);
    object.read("edge_sigma", window.edge_sigma);
    if (object.has("steady_ends")) object.read("steady_ends", window.steady_ends);
    object.read("begin_ticks", window.begin_ticks);
    object.read("end_ticks", window.end_ticks);
    object.read("rejected", window.rejected);
  });
}

std::string options_text(const Options& options) {
  json object = json::object();
  for (const auto& [name, value] : options)
    object[name] = value;
  return text_of(object);
}

std::string read_options(std::string_view text, Options& options) {
  std::string wrong;
  const json object = parse(text, wrong);
  if (!wrong.empty()) return wrong;
  if (!object.is_object()) return "it is no object";
  for (const auto& [name, value] : object.items()) {
    if (!value.is_string()) return name.substr(0, 40) + " is not a text";
    options[name] = value.get<std::string>();
  }
  return wrong;
}

}  // namespace hil::energy::trace_json
