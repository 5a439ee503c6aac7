// SPDX-License-Identifier: Apache-2.0
// Records as JSON text.
#include "host/report/json_record.hpp"

#include "host/base/file.hpp"
#include "host/report/energy_json.hpp"
#include "host/report/json_layout.hpp"
#include "host/report/model_comparison_json.hpp"
#include "host/report/words.hpp"
#include "host/results/classification.hpp"

namespace hil::report {
namespace {

using nlohmann::ordered_json;
using namespace hil::results;

ordered_json to_json(const Interval& interval) {
  return {{"low", interval.low},
          {"high", interval.high},
          {"level", interval.level},
          {"method", interval.method}};
}

ordered_json to_json(const SampleStatistics& statistics) {
  ordered_json json{{"count", statistics.count}, {"min", statistics.min},
                    {"max", statistics.max},     {"p95", statistics.p95},
                    {"p99", statistics.p99},     {"mean", statistics.mean}};
  if (statistics.standard_deviation) json["standard_deviation"] = *statistics.standard_deviation;
  const Outliers& outliers = statistics.outliers;
  json["outliers"] = {{"low_severe", outliers.low_severe},
                      {"low_mild", outliers.low_mild},
                      {"high_mild", outliers.high_mild},
                      {"high_severe", outliers.high_severe},
                      {"indices", outliers.indices}};
  return json;
}

ordered_json to_json(const Metric& metric) {
  ordered_json json{{"name", metric.name},
                    {"unit", metric.unit},
                    {"kind", word_of(metric.kind)},
                    {"better", word_of(metric.better)},
                    {"origin", word_of(metric.origin)},
                    {"scope", metric.scope},
                    {"value", metric.value}};
  if (metric.interval) json["interval"] = to_json(*metric.interval);
  if (metric.uncertainty) json["uncertainty"] = *metric.uncertainty;
  if (metric.statistics) json["statistics"] = to_json(*metric.statistics);
  json["samples"] = metric.samples;
  return json;
}

ordered_json to_json(const Verdict& verdict) {
  ordered_json json{{"status", word_of(verdict.status)},
                    {"complete", verdict.complete},
                    {"samples_done", verdict.samples_done},
                    {"samples_planned", verdict.samples_planned},
                    {"outputs_checked", verdict.outputs_checked},
                    {"outputs_differing", verdict.outputs_differing}};
  if (verdict.error) {
    json["error"] = {{"blame", word_of(verdict.error->blame)},
                     {"exit_code", exit_code(verdict.error->blame)},
                     {"what", verdict.error->what},
                     {"hint", verdict.error->hint}};
  }
  return json;
}

ordered_json board_json(const BoardInfo& board) {
  ordered_json json{{"id", board.id}};
  if (!board.serial.empty()) json["serial"] = board.serial;
  json["core"] = board.core;
  json["unique_id"] = board.unique_id;
  json["emulated"] = board.emulated;
  return json;
}

ordered_json agent_json(const BoardInfo& board) {
  return {{"version", board.agent_version},
          {"sha256", board.agent_sha256},
          {"engine", board.engine},
          {"boot_count", board.boot_count},
          {"reset_cause", board.reset_cause}};
}

ordered_json to_json(const ModelInfo& model) {
  return {{"file", model.file},
          {"sha256", model.sha256},
          {"file_bytes", model.file_bytes},
          {"plan_bytes", model.plan_bytes},
          {"arena_bytes", model.arena_bytes},
          {"macs", model.macs}};
}

ordered_json to_json(const DatasetInfo& dataset) {
  return {{"folder", dataset.folder},
          {"license", dataset.license},
          {"element_type", dataset.element_type},
          {"samples", dataset.samples},
          {"classes", dataset.classes},
          {"labels_sha256", dataset.labels_sha256}};
}

ordered_json to_json(const Conditions& conditions) {
  ordered_json json{{"host_version", conditions.host_version},
                    {"host_os", conditions.host_os},
                    {"started_utc", conditions.started_utc},
                    {"conversion", conditions.conversion},
                    {"metric", conditions.metric},
                    {"inputs", conditions.inputs},
                    {"state", conditions.state},
                    {"baud", conditions.baud},
                    {"tick_hz", conditions.tick_hz}};
  if (!conditions.dialect.empty()) json["dialect"] = conditions.dialect;
  return json;
}

ordered_json to_json(const Preparation& preparation) {
  return {{"agent", preparation.agent},
          {"agent_ms", preparation.agent_ms},
          {"flash_tool", preparation.flash_tool},
          {"flash_command", preparation.flash_command},
          {"model_place", preparation.model_place},
          {"model_held", preparation.model_held},
          {"model_ms", preparation.model_ms}};
}

ordered_json to_json(const LinkLimit& limit) {
  return {{"lost_share", limit.lost_share}, {"reconnects", limit.reconnects}};
}

ordered_json to_json(const InjectedFaults& injected) {
  return {{"plan", injected.plan},
          {"frames", injected.frames},
          {"dropped_frames", injected.dropped_frames},
          {"duplicated_frames", injected.duplicated_frames},
          {"swapped_frames", injected.swapped_frames},
          {"flipped_bits", injected.flipped_bits},
          {"cut_bytes", injected.cut_bytes},
          {"stalls", injected.stalls},
          {"cuts", injected.cuts}};
}

ordered_json to_json(const LinkInfo& link) {
  ordered_json json{{"name", link.name},
                    {"baud", link.baud},
                    {"bytes_sent", link.bytes_sent},
                    {"bytes_received", link.bytes_received},
                    {"frames_sent", link.frames_sent},
                    {"frames_received", link.frames_received},
                    {"payload_bytes_sent", link.payload_bytes_sent},
                    {"payload_bytes_received", link.payload_bytes_received},
                    {"stream_s", link.stream_s}};
  if (link.goodput_bytes_per_s) json["goodput_bytes_per_s"] = *link.goodput_bytes_per_s;
  if (link.line_share) json["line_share"] = *link.line_share;
  json["frames_lost_to_board"] = link.frames_lost_to_board;
  json["frames_lost_from_board"] = link.frames_lost_from_board;
  json["retransmitted_frames"] = link.retransmitted_frames;
  json["device_duplicate_frames"] = link.device_duplicate_frames;
  json["crc_errors"] = link.crc_errors;
  json["malformed_frames"] = link.malformed_frames;
  json["discarded_bytes"] = link.discarded_bytes;
  json["resyncs"] = link.resyncs;
  json["resend_requests"] = link.resend_requests;
  json["polls"] = link.polls;
  json["datagrams_lost"] = link.datagrams_lost;
  json["longest_silence_ms"] = link.longest_silence_ms;
  json["reconnects"] = link.reconnects;
  if (link.limit) json["limit"] = to_json(*link.limit);
  if (link.injected) json["injected"] = to_json(*link.injected);
  return json;
}

/// The counts per class follow from the matrix; they are here for readers with small tools.
ordered_json to_json(const Classification& classification) {
  ordered_json classes = ordered_json::array();
  const std::vector<ClassCounts> counts = class_counts(classification);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    classes.push_back({{"label", label_of(classification, i)},
                       {"samples", counts[i].samples},
                       {"predicted", counts[i].predicted},
                       {"correct", counts[i].correct}});
  }
  return {{"label_names", classification.label_names},
          {"classes", classes},
          {"confusion", classification.confusion}};
}

ordered_json to_json(const Slice& slice) {
  ordered_json metrics = ordered_json::array();
  for (const Metric& metric : slice.metrics)
    metrics.push_back(to_json(metric));
  return {{"column", slice.column},
          {"value", slice.value},
          {"samples", slice.samples},
          {"metrics", metrics}};
}

ordered_json to_json(const Event& event) {
  ordered_json json{{"at_ms", event.at_ms}, {"kind", event.kind}};
  if (!event.level.empty()) json["level"] = event.level;
  if (event.device_ms) json["device_ms"] = *event.device_ms;
  json["text"] = event.text;
  return json;
}

ordered_json to_json(const OperatorTime& row) {
  ordered_json json{{"layer", row.layer},
                    {"op", row.op},
                    {"output", row.output},
                    {"macs", row.macs},
                    {"time", row.time}};
  if (row.interval) json["interval"] = to_json(*row.interval);
  return json;
}

template <class Item>
ordered_json list_of(const std::vector<Item>& items) {
  ordered_json list = ordered_json::array();
  for (const Item& item : items)
    list.push_back(to_json(item));
  return list;
}

ordered_json to_json(const OperatorTable& table) {
  return {{"unit", table.unit},
          {"origin", word_of(table.origin)},
          {"runs", table.runs},
          {"total", table.total},
          {"rows", list_of(table.rows)}};
}

ordered_json to_json(const Record& record) {
  ordered_json json;
  json["schema"] = {{"name", kSchemaName}, {"major", kSchemaMajor}, {"minor", kSchemaMinor}};
  json["command"] = record.command;
  json["duration_s"] = record.duration_s;
  json["verdict"] = to_json(record.verdict);
  json["metrics"] = list_of(record.metrics);
  json["board"] = board_json(record.board);
  json["agent"] = agent_json(record.board);
  json["model"] = to_json(record.model);
  json["dataset"] = to_json(record.dataset);
  json["conditions"] = to_json(record.conditions);
  json["preparation"] = to_json(record.preparation);
  json["link"] = to_json(record.link);
  if (record.classification) json["classification"] = to_json(*record.classification);
  json["slices"] = list_of(record.slices);
  if (record.operators) json["operators"] = to_json(*record.operators);
  if (record.model_comparison) {
    json["model_comparison"] =
        comparison_json(*record.model_comparison, to_json(record.model_comparison->float_model));
  }
  if (record.energy) json["energy"] = energy_json(*record.energy);
  json["events"] = list_of(record.events);
  return json;
}

}  // namespace

std::string json_text(const Record& record) {
  return laid_out(to_json(record)) + "\n";
}

Status save_record(const Record& record, const std::filesystem::path& path) {
  return write_file(path, json_text(record));
}

}  // namespace hil::report
