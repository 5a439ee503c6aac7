// SPDX-License-Identifier: Apache-2.0
// Records as runs leave them, for the tests of all writers.
#include "tests/host/report/example_records.hpp"

#include "host/results/classification.hpp"

namespace hil::report {
namespace {

using namespace hil::results;

Classification keywords() {
  Classification result = make_classification(12, {"down", "go", "left", "no", "off", "on", "right",
                                                   "stop", "up", "yes", "silence", "unknown"});
  for (std::size_t i = 0; i < 12; ++i) {
    result.confusion[i][i] = 70 + i;
    result.confusion[i][(i * 5 + 1) % 12] += i % 4;
    result.confusion[i][11] += 3;
  }
  return result;
}

Metric latency() {
  Metric metric;
  metric.name = "latency_us";
  metric.unit = "us";
  metric.kind = MetricKind::kNoisy;
  metric.better = Better::kLower;
  metric.scope = "inference";
  metric.value = 1234.5;
  metric.samples = {1230.25, 1234.5, 1240};
  metric.interval = Interval{1231, 1239.5, 0.95, "bootstrap"};
  metric.uncertainty = 2.5;
  return metric;
}

Metric number(const char* name, const char* unit, const char* scope, double value) {
  Metric metric;
  metric.name = name;
  metric.unit = unit;
  metric.scope = scope;
  metric.better = Better::kLower;
  metric.value = value;
  return metric;
}

std::string digest(char digit) {
  return std::string(64, digit);
}

void fill_link(LinkInfo& link) {
  link.name = "pty /dev/pts/4";
  link.bytes_sent = 503'120;
  link.bytes_received = 41'877;
  link.frames_sent = 1'204;
  link.frames_received = 1'101;
  link.longest_silence_ms = 12.5;
}

}  // namespace

Record full_record() {
  Record record;
  record.command = "evaluate";
  record.duration_s = 3.21;
  record.classification = keywords();
  const std::uint64_t samples = total_counts(*record.classification).samples;
  record.metrics = {*top1_metric(*record.classification, Origin::kMeasured), latency(),
                    number("load_us", "us", "model", 81'250),
                    number("line_share", "fraction", "link", 0.9312)};
  record.board = {"linux", "host",     "0011aabb", "0.1.0", digest('a'), "hilbench-plan 1.0",
                  1,       "power-on", false};
  record.model = {"models/kws_ref_model.tflite", digest('b'), 53'936, 31'008, 16'000, 2'656'768};
  record.dataset = {"datasets/kws01", "CC-BY-4.0", "u8", samples, 12, digest('c')};
  record.conditions = {"0.1.0",
                       "Linux 6.1.0 x86_64",
                       "2026-01-31T12:34:56Z",
                       "u8 samples are shifted by 128 to the model's i8 input",
                       115'200,
                       1'000'000'000};
  fill_link(record.link);
  record.events = {{0.5, "note", "baud raised to 115200"}};
  record.verdict.samples_done = record.verdict.samples_planned = samples;
  record.verdict.outputs_checked = samples;
  return record;
}

Record broken_record() {
  Record record = full_record();
  Classification& counts = record.classification.emplace(make_classification(2, {"cat", "dog"}));
  counts.confusion = {{3, 1}, {0, 0}};
  record.metrics = {*top1_metric(counts, Origin::kEmulated)};
  record.board.emulated = true;
  record.board.reset_cause = "watch\x1b[2Jdog";
  record.conditions.conversion.clear();
  record.link.retransmitted_frames = 17;
  record.link.device_duplicate_frames = 9;
  record.link.crc_errors = 4;
  record.link.malformed_frames = 2;
  record.link.discarded_bytes = 310;
  record.link.resend_requests = 6;
  record.link.polls = 3;
  record.link.datagrams_lost = 1;
  record.events.push_back({1250, "agent-log", "warning: arena nearly full"});
  record.verdict = {VerdictStatus::kError,
                    false,
                    Error{Blame::kDevice, "the agent process died at sample 4 (signal 9, killed)",
                          "run it again; if it repeats, see the agent's log in the record"},
                    4,
                    1000,
                    4,
                    1};
  return record;
}

Record empty_record() {
  Record record;
  record.command = "evaluate";
  record.verdict.status = VerdictStatus::kInterrupted;
  record.verdict.complete = false;
  record.verdict.samples_planned = 10;
  return record;
}

Record record_of_classes(std::uint32_t classes) {
  Record record = full_record();
  Classification& counts = record.classification.emplace(make_classification(classes, {}));
  for (std::uint32_t i = 0; i < classes; ++i) {
    counts.confusion[i][i] = 10;
    counts.confusion[i][(i + 1) % classes] += i % 5;
  }
  record.metrics[0] = *top1_metric(counts, Origin::kMeasured);
  record.dataset.classes = classes;
  record.verdict.samples_done = record.verdict.samples_planned = total_counts(counts).samples;
  record.verdict.outputs_checked = record.dataset.samples = record.verdict.samples_done;
  return record;
}

}  // namespace hil::report
