// SPDX-License-Identifier: Apache-2.0
// Records as runs leave them, for the tests of all writers.
#include "tests/host/report/example_records.hpp"

#include "host/results/classification.hpp"
#include "host/results/link_quality.hpp"
#include "host/results/statistics.hpp"

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

/// Thirty timings, two of them outliers.
Metric timed() {
  std::vector<double> samples;
  for (int i = 0; i < 28; ++i)
    samples.push_back(1000 + i * 7 % 11 * 0.25);
  samples.push_back(1006.5);
  samples.push_back(1850);
  Metric metric = number("latency_us", "us", "inference", 0);
  return *with_samples(metric, samples);
}

Metric fraction(const char* name, double value, double low, double high) {
  Metric metric = number(name, "fraction", "dataset", value);
  metric.better = Better::kHigher;
  metric.interval = Interval{low, high, 0.95, "bootstrap"};
  return metric;
}

Slice slice(const char* column, const std::string& value, std::uint64_t samples, double top1) {
  return {column, value, samples, {fraction("top1", top1, 0, 1)}};
}

OperatorTime operator_time(std::uint32_t layer, const char* op, std::vector<std::int32_t> output,
                           std::uint64_t macs, double time) {
  OperatorTime row{layer, op, std::move(output), macs, time, {}};
  row.interval = Interval{time * 0.99, time * 1.01, 0.95, "order-statistics"};
  return row;
}

OperatorTable operator_times() {
  OperatorTable table;
  table.unit = "us";
  table.runs = 10;
  table.total = 1012.5;
  table.rows = {operator_time(0, "CONV_2D int8", {1, 25, 5, 64}, 320'000, 402.25),
                operator_time(1, "DEPTHWISE_CONV_2D int8", {1, 25, 5, 64}, 72'000, 150.5),
                operator_time(2, "CONV_2D int8", {1, 25, 5, 64}, 512'000, 405),
                operator_time(3, "AVERAGE_POOL_2D int8", {1, 1, 1, 64}, 0, 20.125),
                operator_time(5, "FULLY_CONNECTED int8", {1, 12}, 768, 11),
                operator_time(6, "SOFTMAX int8", {1, 12}, 0, 3.5)};
  return table;
}

void fill_link(LinkInfo& link) {
  link.name = "pty /dev/pts/4";
  link.bytes_sent = 503'120;
  link.bytes_received = 41'877;
  link.frames_sent = 1'204;
  link.frames_received = 1'101;
  link.longest_silence_ms = 12.5;
  link.baud = 115'200;
  link.payload_bytes_sent = 490'000;
  link.payload_bytes_received = 12'000;
  link.stream_s = 45.678;
  fill_rates(link);
  link.limit = LinkLimit{};
}

}  // namespace

Record full_record() {
  Record record;
  record.command = "evaluate";
  record.duration_s = 3.21;
  record.classification = keywords();
  const std::uint64_t samples = total_counts(*record.classification).samples;
  record.metrics = {*top1_metric(*record.classification, Origin::kMeasured), latency(),
                    number("load_us", "us", "model", 81'250)};
  record.board = {
      "linux", "",         "host", "0011aabb", "0.1.0", digest('a'), "hilbench-plan 1.0",
      1,       "power-on", false};
  record.model = {"models/kws_ref_model.tflite", digest('b'), 53'936, 31'008, 16'000, 2'656'768};
  record.dataset = {"datasets/kws01", "CC-BY-4.0", "u8", samples, 12, digest('c')};
  record.conditions = {"0.1.0",
                       "Linux 6.1.0 x86_64",
                       "2026-01-31T12:34:56Z",
                       "u8 samples are shifted by 128 to the model's i8 input",
                       115'200,
                       1'000'000'000};
  record.preparation = {"started", 12.5, "", "", "RAM", true, 0.4};
  fill_link(record.link);
  record.metrics.push_back(line_share_metric(record.link).value());
  record.events = {{0.5, "note", "baud raised to 115200"}};
  record.verdict.samples_done = record.verdict.samples_planned = samples;
  record.verdict.outputs_checked = samples;
  return record;
}

Record scored_record() {
  Record record = full_record();
  record.conditions.metric = "class";
  record.conditions.state = "keep";
  record.metrics = {record.metrics[0],
                    fraction("top5", 0.98765, 0.97, 0.995),
                    fraction("precision_weighted", 0.9, 0.88123, 0.92001),
                    fraction("f1_macro", 0.901, 0.88, 0.92),
                    fraction("roc_auc_macro", 0.99312345, 0.99, 1),
                    timed()};
  record.slices = {slice("room", "hall", 600, 0.95), slice("room", "", 400, 0.8)};
  record.slices.push_back({"room", "attic", 3, {}});
  for (int i = 0; i < 13; ++i) {
    record.slices.push_back(
        slice("speaker", "speaker number " + std::to_string(i), 70, 1 - i * 0.03));
  }
  return record;
}

Record autoencoder_record() {
  Record record = full_record();
  record.classification.reset();
  record.conditions.metric = "autoencoder";
  record.conditions.state = "reset";
  Metric mse = number("mse", "input unit^2", "dataset", 9.87654321);
  mse.interval = Interval{9.5, 10.25, 0.95, "bootstrap"};
  record.metrics = {mse, fraction("auc", 0.8812, 0.83, 0.925), fraction("pr_auc", 0.9, 0.85, 0.94)};
  return record;
}

Record profile_record() {
  Record record = full_record();
  record.command = "profile";
  record.classification.reset();
  record.dataset = {};
  record.conditions.conversion = "u8 samples are shifted by 128 to the model's i8 input";
  record.conditions.inputs = "16 samples of datasets/kws01";
  record.preparation = {"flashed",
                        1'234.5,
                        "Open On-Chip Debugger 0.12.0",
                        "openocd -c 'st-link backend tcp 7184' -c init",
                        "flash slot",
                        false,
                        480};
  Metric clock = number("clock_ppm", "ppm", "device", 20'012.3);
  clock.kind = MetricKind::kNoisy;
  clock.uncertainty = 4.5;
  Metric hooks = number("hooks_us", "us", "inference", 11.125);
  hooks.kind = MetricKind::kNoisy;
  record.metrics = {timed(),
                    clock,
                    number("plan_bytes", "B", "device", 31'008),
                    number("arena_bytes", "B", "device", 16'000),
                    number("load_us", "us", "device", 812.5),
                    number("timer_resolution_us", "us", "device", 0.041),
                    number("timer_cost_us", "us", "device", 0.0235),
                    number("agent_static_bytes", "B", "device", 40'960),
                    number("stack_bytes", "B", "device", 2'104),
                    hooks};
  record.operators = operator_times();
  record.events = {{12, "clock",
                    "the device's clock runs 2.00 % faster than it says: times are corrected to "
                    "the host's clock"}};
  for (int i = 0; i < 7; ++i)
    record.events.push_back({100.0 + i, "agent-log", "line " + std::to_string(i)});
  record.verdict.samples_done = record.verdict.samples_planned = 35;
  record.verdict.outputs_checked = 45;
  return record;
}

Record emulated_profile_record() {
  Record record = profile_record();
  record.board.emulated = true;
  record.metrics.erase(record.metrics.begin() + 1, record.metrics.end());
  Metric& latency = record.metrics.front();
  latency.name = "latency_instructions";
  latency.unit = record.operators->unit = "instructions";
  latency.kind = MetricKind::kExact;
  latency.origin = record.operators->origin = Origin::kEmulated;
  for (const char* name : {"load_instructions", "timer_resolution_instructions",
                           "timer_cost_instructions", "hooks_instructions"}) {
    Metric metric = number(name, "instructions", "device", 17);
    metric.origin = Origin::kEmulated;
    record.metrics.push_back(metric);
  }
  for (OperatorTime& row : record.operators->rows)
    row.time *= 4'000;
  record.operators->total *= 4'000;
  return record;
}

Record faster_profile_record() {
  Record record = profile_record();
  record.conditions.started_utc = "2026-02-01T00:00:00Z";
  record.conditions.host_version = "0.1.1";
  std::vector<double> samples = record.metrics[0].samples;
  for (double& sample : samples)
    sample *= 0.9;
  record.metrics[0] = *with_samples(record.metrics[0], samples);
  record.metrics[1].value = 20'015.5;
  record.metrics[3].value = 15'360;
  record.metrics[7].value = 41'024;
  record.metrics[9].value = 10.5;
  record.metrics.push_back(number("energy_net_uj", "uJ", "inference", 51.25));
  OperatorTable& operators = *record.operators;
  operators.rows[0] = operator_time(0, "CONV_2D int8", {1, 25, 5, 64}, 320'000, 301);
  operators.rows[1] = operator_time(1, "DEPTHWISE_CONV_2D int8", {1, 25, 5, 64}, 72'000, 151);
  operators.rows.erase(operators.rows.begin() + 3);
  operators.total = 901.5;
  return record;
}

Record profile_of_operators(std::uint32_t operators) {
  Record record = profile_record();
  OperatorTable& table = *record.operators;
  table.rows.clear();
  table.total = 1e6;
  for (std::uint32_t i = 0; i < operators; ++i) {
    table.rows.push_back(
        operator_time(i * 3, "UNIDIRECTIONAL_SEQUENCE_LSTM int16 with hybrid weights",
                      {1, 1024, 1024, 4096, 64}, std::uint64_t{i} << 50U, 1e6 / operators));
  }
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
  record.link.resyncs = 3;
  record.link.reconnects = 1;
  record.link.frames_lost_to_board = 2;
  record.link.frames_lost_from_board = 6;
  record.link.limit.reset();
  InjectedFaults& injected = record.link.injected.emplace();
  injected.plan = "drop=0.5%, flip=1e-05, cut=2s@8s, seed=7";
  injected.frames = 2'300;
  injected.dropped_frames = 5;
  injected.flipped_bits = 6;
  injected.cuts = 1;
  injected.cut_bytes = 1'904;
  record.events.push_back({1250, "agent-log", "arena nearly full", "warning", 1000.25});
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
