// SPDX-License-Identifier: Apache-2.0
// One run's result as data; writers only read it, nothing else is ever printed as a result.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/base/error.hpp"
#include "host/results/energy.hpp"

namespace hil::results {

inline constexpr int kSchemaMajor = 1;  ///< readers refuse another major
inline constexpr int kSchemaMinor = 5;  ///< readers accept older minors

enum class MetricKind : std::uint8_t { kExact, kQuantised, kNoisy, kProportion };
enum class Better : std::uint8_t { kLower, kHigher };
enum class Origin : std::uint8_t { kMeasured, kEmulated, kEstimated };

struct Interval {
  double low = 0;
  double high = 0;
  double level = 0.95;
  std::string method;  ///< "wilson", "bootstrap", "order-statistics", "k=2" (of energy; since 1.5)
};

/// Samples beyond Tukey's fences (statistics.hpp), by class.
struct Outliers {
  std::uint64_t low_severe = 0, low_mild = 0, high_mild = 0, high_severe = 0;
  std::vector<std::uint64_t> indices;  ///< into Metric::samples, ascending; of all four classes

  [[nodiscard]] std::uint64_t count() const {
    return low_severe + low_mild + high_mild + high_severe;
  }
};

/// Spread of Metric::samples besides their median, in the metric's unit.
struct SampleStatistics {
  std::uint64_t count = 0;
  double min = 0, max = 0, p95 = 0, p99 = 0, mean = 0;
  std::optional<double> standard_deviation;  ///< of the population (n - 1); nothing for one sample
  Outliers outliers;
};

/// One number with everything that makes it trustworthy. The unit is in @p unit and, where a raw
/// number crosses a boundary, in the name ("latency_us").
struct Metric {
  std::string name;
  std::string unit;
  MetricKind kind = MetricKind::kExact;
  Better better = Better::kHigher;
  Origin origin = Origin::kMeasured;
  std::string scope;            ///< "dataset", "inference", "link", ...
  double value = 0;             ///< the number, or the median of samples
  std::vector<double> samples;  ///< empty for single numbers
  std::optional<Interval> interval;
  std::optional<double> uncertainty;           ///< standard uncertainty, same unit
  std::optional<SampleStatistics> statistics;  ///< of samples; since schema 1.1
};

struct BoardInfo {
  std::string id;
  std::string serial;  ///< which of several alike, as --board said behind the @; since schema 1.3
  std::string core, unique_id, agent_version, agent_sha256, engine;
  std::uint32_t boot_count = 0;
  std::string reset_cause;
  bool emulated = false;
};

struct ModelInfo {
  std::string file, sha256;
  std::uint64_t file_bytes = 0, plan_bytes = 0, arena_bytes = 0, macs = 0;
};

struct DatasetInfo {
  std::string folder, license, element_type;
  std::uint64_t samples = 0;  ///< in the set
  std::uint32_t classes = 0;
  std::string labels_sha256;
};

/// What the run was done with and under; two records compare only if these agree.
struct Conditions {
  std::string host_version, host_os, started_utc, conversion;
  std::uint32_t baud = 0;  ///< 0: no line rate
  std::uint64_t tick_hz = 0;
  std::string metric{};  ///< "class", "autoencoder", "regression", "none"; empty: not an evaluation
  std::string inputs{};  ///< of a profile: "16 samples of DIR"; empty: not a profile
  std::string state{};   ///< "reset" or "keep" between samples; empty before schema 1.1
  std::string dialect{};  ///< of foreign firmware, "mlperf_tiny"; empty: our agent; since 1.4
};

/// How the board came to agent and model before the run; since schema 1.2. Host times.
struct Preparation {
  std::string agent;          ///< "started", "flashed", "already there", "loaded by the emulator"
  double agent_ms = 0;        ///< until the agent answered
  std::string flash_tool;     ///< name and version; empty if nothing was flashed
  std::string flash_command;  ///< of the last flashing, as for a shell
  std::string model_place;    ///< "RAM", "flash slot"; empty if no model was loaded
  bool model_held = false;    ///< the board had it already: nothing was written or sent
  double model_ms = 0;        ///< until it was loaded
};

/// From how much damage on the line on a run is an error of the link; since schema 1.4. The share
/// is of the frames of one direction; up to kFewLostFrames lost ones are never too many, unless the
/// share is 0: then none may be lost, and nothing be opened again.
struct LinkLimit {
  static constexpr std::uint64_t kFewLostFrames = 4;
  double lost_share = 0.01;
  std::uint32_t reconnects = 3;  ///< times that line or session may be opened again
};

/// What was broken on purpose (--inject), both ways; since schema 1.4.
struct InjectedFaults {
  std::string plan;  ///< as --inject takes it
  std::uint64_t frames = 0, dropped_frames = 0, duplicated_frames = 0, swapped_frames = 0;
  std::uint64_t flipped_bits = 0, cut_bytes = 0;
  std::uint32_t stalls = 0, cuts = 0;  ///< begun; those planned for later than the end are not
};

struct LinkInfo {
  std::string name;
  std::uint64_t bytes_sent = 0, bytes_received = 0, frames_sent = 0, frames_received = 0;
  std::uint64_t retransmitted_frames = 0;     ///< by the host
  std::uint64_t device_duplicate_frames = 0;  ///< frames that came again from the device
  std::uint64_t crc_errors = 0, malformed_frames = 0, discarded_bytes = 0, resend_requests = 0;
  std::uint64_t polls = 0, datagrams_lost = 0;
  double longest_silence_ms = 0;

  // Since schema 1.4.
  std::uint32_t baud = 0;     ///< at the end of the run; 0: the line has no rate
  std::uint64_t resyncs = 0;  ///< times the decoder lost its place: bad frames in a row count once
  std::uint32_t reconnects = 0;
  /// Frames that did not arrive whole; see rpc::lost_frames().
  std::uint64_t frames_lost_to_board = 0, frames_lost_from_board = 0;
  /// Tensors of the samples and of their results, each counted once however often it was sent.
  std::uint64_t payload_bytes_sent = 0, payload_bytes_received = 0;
  double stream_s = 0;  ///< host time in which they travelled, computing included; 0: none did
  std::optional<double> goodput_bytes_per_s;  ///< payload over that time, of the busier direction
  std::optional<double> line_share;           ///< goodput x 10 bits over the rate, if it has one
  std::optional<LinkLimit> limit;             ///< that the verdict was held to; empty: none
  std::optional<InjectedFaults> injected;
};

struct Event {
  double at_ms = 0;  ///< since the start of the run (< 0: before), when the host knew of it
  std::string kind;  ///< "agent-log", "agent-log-lost", "note", "reconnect", "reset", "rate", ...
  std::string text;
  std::string level{};                ///< of an agent's line: "debug" to "error"; since schema 1.3
  std::optional<double> device_ms{};  ///< the same by the device's clock, since its start; 1.3, too
};

/// Per-class counts of a classification run; confusion[label][predicted].
struct Classification {
  std::vector<std::string> label_names;
  std::vector<std::vector<std::uint64_t>> confusion;
};

/// The samples that have one value in one extra column of the dataset's manifest; since schema 1.1.
struct Slice {
  std::string column, value;
  std::uint64_t samples = 0;
  std::vector<Metric> metrics;  ///< of these samples alone; empty where none is defined
};

/// One operator of the model, timed in a pass of its own.
struct OperatorTime {
  std::uint32_t layer = 0;           ///< its index in the model file
  std::string op;                    ///< "CONV_2D int8"
  std::vector<std::int32_t> output;  ///< shape of its first output
  std::uint64_t macs = 0;            ///< of one inference
  double time = 0;                   ///< median, in the table's unit
  std::optional<Interval> interval;  ///< of the median
};

/// Where the time of an inference goes; since schema 1.1.
struct OperatorTable {
  std::string unit;  ///< "us"
  Origin origin = Origin::kMeasured;
  std::uint32_t runs = 0;  ///< inferences behind each row
  double total = 0;        ///< median of whole inferences while operators were timed
  std::vector<OperatorTime> rows;
};

/// A sample that the float model and the int8 model, both on the host, take for different classes.
struct Flip {
  std::string sample;  ///< its name, with its window if it has windows
  std::uint32_t label = 0;
  std::uint32_t float_class = 0, int8_class = 0;
  double float_score = 0, int8_score = 0;  ///< of each model for its own class, real values
};

/// Two passes of a comparison; the figures are metrics of the same scope.
struct ComparedPair {
  std::string scope;          ///< "float-host/int8-host"
  std::uint64_t samples = 0;  ///< that both have done
  std::string largest_at;     ///< name of the sample with output_difference_max; empty if that is 0
};

/// A float model beside its int8 version, which is Record::model; since schema 1.1.
struct ModelComparison {
  ModelInfo float_model;
  std::string float_conversion;          ///< of samples to its input; empty: none
  std::vector<std::string> label_names;  ///< empty or one per class
  std::vector<ComparedPair> pairs;
  std::uint64_t only_float_right = 0, only_int8_right = 0;  ///< samples, both on the host
  std::vector<Flip> flips;                                  ///< all, in the order of samples
};

enum class VerdictStatus : std::uint8_t { kPass, kFail, kError, kInterrupted };

struct Verdict {
  VerdictStatus status = VerdictStatus::kPass;
  bool complete = true;        ///< false: ended before all samples were done
  std::optional<Error> error;  ///< why, for kFail and kError
  std::uint64_t samples_done = 0, samples_planned = 0, outputs_checked = 0, outputs_differing = 0;
};

struct Record {
  std::string command;  ///< "evaluate"
  double duration_s = 0;
  std::vector<Metric> metrics;
  BoardInfo board;
  ModelInfo model;
  DatasetInfo dataset;
  Conditions conditions;
  Preparation preparation;
  LinkInfo link;
  std::optional<Classification> classification;
  std::vector<Slice> slices;
  std::optional<OperatorTable> operators;
  std::optional<ModelComparison> model_comparison;
  std::optional<Energy> energy;  ///< since schema 1.5
  std::vector<Event> events;
  Verdict verdict;
};

}  // namespace hil::results
