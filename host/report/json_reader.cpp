// SPDX-License-Identifier: Apache-2.0
// Records back from JSON text; the other half of json_record.hpp.
#include <fmt/format.h>

#include "host/base/file.hpp"
#include "host/report/energy_json.hpp"
#include "host/report/json_fields.hpp"
#include "host/report/json_record.hpp"
#include "host/report/model_comparison_json.hpp"

namespace hil::report {
namespace {

using namespace hil::results;

/// Records with every sample's timing of long runs stay below this.
constexpr std::uint64_t kMaxRecordBytes = 256 << 20;

void read_outliers(JsonFields& fields, Outliers& outliers) {
  fields.read("low_severe", outliers.low_severe);
  fields.read("low_mild", outliers.low_mild);
  fields.read("high_mild", outliers.high_mild);
  fields.read("high_severe", outliers.high_severe);
  fields.read("indices", outliers.indices);
}

/// @p samples: how many the metric has, which the outliers' indices must stay below.
void read_statistics(JsonFields& fields, std::size_t samples, SampleStatistics& statistics) {
  fields.read("count", statistics.count);
  fields.read("min", statistics.min);
  fields.read("max", statistics.max);
  fields.read("p95", statistics.p95);
  fields.read("p99", statistics.p99);
  fields.read("mean", statistics.mean);
  if (fields.has("standard_deviation")) {
    fields.read("standard_deviation", statistics.standard_deviation.emplace());
  }
  fields.object("outliers", [&](JsonFields& inner) { read_outliers(inner, statistics.outliers); });
  for (const std::uint64_t index : statistics.outliers.indices) {
    if (index >= samples) {
      fields.fail(fmt::format("statistics.outliers names sample {} of {}", index, samples));
    }
  }
}

void read_interval(JsonFields& fields, std::optional<Interval>& read) {
  if (!fields.has("interval")) return;
  fields.object("interval", [&interval = read.emplace()](JsonFields& inner) {
    inner.read("low", interval.low);
    inner.read("high", interval.high);
    inner.read("level", interval.level);
    inner.read("method", interval.method);
  });
}

void read_metric(JsonFields& fields, Metric& metric) {
  fields.read("name", metric.name);
  fields.read("unit", metric.unit);
  fields.read("kind", metric.kind);
  fields.read("better", metric.better);
  fields.read("origin", metric.origin);
  fields.read("scope", metric.scope);
  fields.read("value", metric.value);
  fields.read("samples", metric.samples);
  if (fields.has("statistics")) {
    fields.object("statistics", [&](JsonFields& inner) {
      read_statistics(inner, metric.samples.size(), metric.statistics.emplace());
    });
  }
  if (fields.has("uncertainty")) fields.read("uncertainty", metric.uncertainty.emplace());
  read_interval(fields, metric.interval);
}

void read_verdict(JsonFields& fields, Verdict& verdict) {
  fields.read("status", verdict.status);
  fields.read("complete", verdict.complete);
  fields.read("samples_done", verdict.samples_done);
  fields.read("samples_planned", verdict.samples_planned);
  fields.read("outputs_checked", verdict.outputs_checked);
  fields.read("outputs_differing", verdict.outputs_differing);
  if (!fields.has("error")) return;
  fields.object("error", [&error = verdict.error.emplace()](JsonFields& inner) {
    inner.read("blame", error.blame);
    inner.read("what", error.what);
    inner.read("hint", error.hint);
  });
}

void read_board_and_agent(JsonFields& fields, BoardInfo& board) {
  fields.object("board", [&](JsonFields& inner) {
    inner.read("id", board.id);
    if (inner.has("serial")) inner.read("serial", board.serial);
    inner.read("core", board.core);
    inner.read("unique_id", board.unique_id);
    inner.read("emulated", board.emulated);
  });
  fields.object("agent", [&](JsonFields& inner) {
    inner.read("version", board.agent_version);
    inner.read("sha256", board.agent_sha256);
    inner.read("engine", board.engine);
    inner.read("boot_count", board.boot_count);
    inner.read("reset_cause", board.reset_cause);
  });
}

void read_model(JsonFields& fields, ModelInfo& model) {
  fields.read("file", model.file);
  fields.read("sha256", model.sha256);
  fields.read("file_bytes", model.file_bytes);
  fields.read("plan_bytes", model.plan_bytes);
  fields.read("arena_bytes", model.arena_bytes);
  fields.read("macs", model.macs);
}

void read_dataset(JsonFields& fields, DatasetInfo& dataset) {
  fields.read("folder", dataset.folder);
  fields.read("license", dataset.license);
  fields.read("element_type", dataset.element_type);
  fields.read("samples", dataset.samples);
  fields.read("classes", dataset.classes);
  fields.read("labels_sha256", dataset.labels_sha256);
}

void read_conditions(JsonFields& fields, Conditions& conditions) {
  fields.read("host_version", conditions.host_version);
  fields.read("host_os", conditions.host_os);
  fields.read("started_utc", conditions.started_utc);
  fields.read("conversion", conditions.conversion);
  if (fields.has("metric")) fields.read("metric", conditions.metric);
  if (fields.has("inputs")) fields.read("inputs", conditions.inputs);
  if (fields.has("state")) fields.read("state", conditions.state);
  fields.read("baud", conditions.baud);
  fields.read("tick_hz", conditions.tick_hz);
  if (fields.has("dialect")) fields.read("dialect", conditions.dialect);
}

void read_preparation(JsonFields& fields, Preparation& preparation) {
  fields.read("agent", preparation.agent);
  fields.read("agent_ms", preparation.agent_ms);
  fields.read("flash_tool", preparation.flash_tool);
  fields.read("flash_command", preparation.flash_command);
  fields.read("model_place", preparation.model_place);
  fields.read("model_held", preparation.model_held);
  fields.read("model_ms", preparation.model_ms);
}

void read_link_limit(JsonFields& fields, LinkLimit& limit) {
  fields.read("lost_share", limit.lost_share);
  fields.read("reconnects", limit.reconnects);
}

void read_injected(JsonFields& fields, InjectedFaults& injected) {
  fields.read("plan", injected.plan);
  fields.read("frames", injected.frames);
  fields.read("dropped_frames", injected.dropped_frames);
  fields.read("duplicated_frames", injected.duplicated_frames);
  fields.read("swapped_frames", injected.swapped_frames);
  fields.read("flipped_bits", injected.flipped_bits);
  fields.read("cut_bytes", injected.cut_bytes);
  fields.read("stalls", injected.stalls);
  fields.read("cuts", injected.cuts);
}

/// What schema 1.4 brought.
void read_link_quality(JsonFields& fields, LinkInfo& link) {
  fields.read("baud", link.baud);
  fields.read("payload_bytes_sent", link.payload_bytes_sent);
  fields.read("payload_bytes_received", link.payload_bytes_received);
  fields.read("stream_s", link.stream_s);
  if (fields.has("goodput_bytes_per_s")) {
    fields.read("goodput_bytes_per_s", link.goodput_bytes_per_s.emplace());
  }
  if (fields.has("line_share")) fields.read("line_share", link.line_share.emplace());
  fields.read("frames_lost_to_board", link.frames_lost_to_board);
  fields.read("frames_lost_from_board", link.frames_lost_from_board);
  fields.read("resyncs", link.resyncs);
  fields.read("reconnects", link.reconnects);
  if (fields.has("limit")) {
    fields.object("limit",
                  [&](JsonFields& inner) { read_link_limit(inner, link.limit.emplace()); });
  }
  if (fields.has("injected")) {
    fields.object("injected",
                  [&](JsonFields& inner) { read_injected(inner, link.injected.emplace()); });
  }
}

void read_link(JsonFields& fields, LinkInfo& link) {
  fields.read("name", link.name);
  fields.read("bytes_sent", link.bytes_sent);
  fields.read("bytes_received", link.bytes_received);
  fields.read("frames_sent", link.frames_sent);
  fields.read("frames_received", link.frames_received);
  fields.read("retransmitted_frames", link.retransmitted_frames);
  fields.read("device_duplicate_frames", link.device_duplicate_frames);
  fields.read("crc_errors", link.crc_errors);
  fields.read("malformed_frames", link.malformed_frames);
  fields.read("discarded_bytes", link.discarded_bytes);
  fields.read("resend_requests", link.resend_requests);
  fields.read("polls", link.polls);
  fields.read("datagrams_lost", link.datagrams_lost);
  fields.read("longest_silence_ms", link.longest_silence_ms);
  if (fields.has("stream_s")) read_link_quality(fields, link);
}

void read_classification(JsonFields& fields, Classification& classification) {
  fields.read("label_names", classification.label_names);
  fields.read("confusion", classification.confusion);
  const std::size_t classes = classification.confusion.size();
  for (const auto& row : classification.confusion) {
    if (row.size() != classes) fields.fail("classification.confusion is not square");
  }
  const std::size_t names = classification.label_names.size();
  if (names != 0 && names != classes) {
    fields.fail(
        fmt::format("classification.label_names has {} names for {} classes", names, classes));
  }
}

void read_slice(JsonFields& fields, Slice& slice) {
  fields.read("column", slice.column);
  fields.read("value", slice.value);
  fields.read("samples", slice.samples);
  fields.objects("metrics",
                 [&](JsonFields& inner) { read_metric(inner, slice.metrics.emplace_back()); });
}

void read_operator(JsonFields& fields, OperatorTime& row) {
  fields.read("layer", row.layer);
  fields.read("op", row.op);
  fields.read("output", row.output);
  fields.read("macs", row.macs);
  fields.read("time", row.time);
  read_interval(fields, row.interval);
}

void read_operators(JsonFields& fields, OperatorTable& table) {
  fields.read("unit", table.unit);
  fields.read("origin", table.origin);
  fields.read("runs", table.runs);
  fields.read("total", table.total);
  fields.objects("rows",
                 [&](JsonFields& inner) { read_operator(inner, table.rows.emplace_back()); });
}

/// Before schema 1.3 the level stood in front of the text.
void take_level_off(Event& event) {
  for (const char* level : {"debug", "info", "warning", "error"}) {
    const std::string prefix = std::string(level) + ": ";
    if (!event.text.starts_with(prefix)) continue;
    event.level = level;
    event.text.erase(0, prefix.size());
    return;
  }
}

void read_event(JsonFields& fields, Event& event) {
  fields.read("at_ms", event.at_ms);
  fields.read("kind", event.kind);
  fields.read("text", event.text);
  if (fields.has("level")) fields.read("level", event.level);
  if (fields.has("device_ms")) fields.read("device_ms", event.device_ms.emplace());
  if (event.kind == "agent-log" && event.level.empty()) take_level_off(event);
}

void read_schema(JsonFields& fields) {
  std::string name;
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  fields.read("name", name);
  if (name != kSchemaName) fields.fail(fmt::format("schema.name is not \"{}\"", kSchemaName));
  fields.read("major", major);
  fields.read("minor", minor);
  if (major != static_cast<std::uint32_t>(kSchemaMajor)) {
    fields.fail(fmt::format("it has record version {}.{}, this program reads {}.x", major, minor,
                            kSchemaMajor));
  }
}

void read_record(JsonFields& fields, Record& record) {
  fields.object("schema", read_schema);
  fields.read("command", record.command);
  fields.read("duration_s", record.duration_s);
  fields.object("verdict", [&](JsonFields& inner) { read_verdict(inner, record.verdict); });
  fields.objects("metrics",
                 [&](JsonFields& inner) { read_metric(inner, record.metrics.emplace_back()); });
  read_board_and_agent(fields, record.board);
  fields.object("model", [&](JsonFields& inner) { read_model(inner, record.model); });
  fields.object("dataset", [&](JsonFields& inner) { read_dataset(inner, record.dataset); });
  fields.object("conditions",
                [&](JsonFields& inner) { read_conditions(inner, record.conditions); });
  if (fields.has("preparation")) {
    fields.object("preparation",
                  [&](JsonFields& inner) { read_preparation(inner, record.preparation); });
  }
  fields.object("link", [&](JsonFields& inner) { read_link(inner, record.link); });
  if (fields.has("classification")) {
    fields.object("classification", [&](JsonFields& inner) {
      read_classification(inner, record.classification.emplace());
    });
  }
  if (fields.has("slices")) {
    fields.objects("slices",
                   [&](JsonFields& inner) { read_slice(inner, record.slices.emplace_back()); });
  }
  if (fields.has("operators")) {
    fields.object("operators",
                  [&](JsonFields& inner) { read_operators(inner, record.operators.emplace()); });
  }
  if (fields.has("model_comparison")) {
    fields.object("model_comparison", [&](JsonFields& inner) {
      ModelComparison& comparison = record.model_comparison.emplace();
      inner.object("float_model",
                   [&](JsonFields& model) { read_model(model, comparison.float_model); });
      read_comparison(inner, comparison);
    });
  }
  if (fields.has("energy")) {
    fields.object("energy",
                  [&](JsonFields& inner) { read_energy(inner, record.energy.emplace()); });
  }
  fields.objects("events",
                 [&](JsonFields& inner) { read_event(inner, record.events.emplace_back()); });
}

}  // namespace

Result<Record> parse_record(std::string_view text, const std::string& name) {
  const auto error = [&](const std::string& what) {
    return Error{Blame::kUser, fmt::format("{} is not a usable record: {}", name, what),
                 "give a record that hilbench of this version wrote with --json"};
  };
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return error("it is not valid JSON");
  std::optional<std::string> failure;
  Record record;
  JsonFields fields(json, "", failure);
  if (!failure) read_record(fields, record);
  if (failure) return error(*failure);
  return record;
}

Result<Record> load_record(const std::filesystem::path& path) {
  HIL_ASSIGN(const std::string text, read_text_file(path, kMaxRecordBytes));
  return parse_record(text, path.string());
}

}  // namespace hil::report
