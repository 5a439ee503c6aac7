// SPDX-License-Identifier: Apache-2.0
// Records back from JSON text; the other half of json_record.hpp.
#include <fmt/format.h>

#include "host/base/file.hpp"
#include "host/report/json_fields.hpp"
#include "host/report/json_record.hpp"

namespace hil::report {
namespace {

using namespace hil::results;

/// Records with every sample's timing of long runs stay below this.
constexpr std::uint64_t kMaxRecordBytes = 256 << 20;

void read_metric(JsonFields& fields, Metric& metric) {
  fields.read("name", metric.name);
  fields.read("unit", metric.unit);
  fields.read("kind", metric.kind);
  fields.read("better", metric.better);
  fields.read("origin", metric.origin);
  fields.read("scope", metric.scope);
  fields.read("value", metric.value);
  fields.read("samples", metric.samples);
  if (fields.has("uncertainty")) fields.read("uncertainty", metric.uncertainty.emplace());
  if (!fields.has("interval")) return;
  fields.object("interval", [&interval = metric.interval.emplace()](JsonFields& inner) {
    inner.read("low", interval.low);
    inner.read("high", interval.high);
    inner.read("level", interval.level);
    inner.read("method", interval.method);
  });
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
  fields.read("baud", conditions.baud);
  fields.read("tick_hz", conditions.tick_hz);
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

void read_event(JsonFields& fields, Event& event) {
  fields.read("at_ms", event.at_ms);
  fields.read("kind", event.kind);
  fields.read("text", event.text);
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
  fields.object("link", [&](JsonFields& inner) { read_link(inner, record.link); });
  if (fields.has("classification")) {
    fields.object("classification", [&](JsonFields& inner) {
      read_classification(inner, record.classification.emplace());
    });
  }
  fields.objects("events",
                 [&](JsonFields& inner) { read_event(inner, record.events.emplace_back()); });
}

}  // namespace

Result<Record> parse_record(std::string_view text, const std::string& name) {
  const auto error = [&](const std::string& what) {
    return Error{Blame::kUser, fmt::format("{} is not a usable record: {}", name, what),
                 "check that it is a record written by hilbench"};
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
