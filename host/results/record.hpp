// SPDX-License-Identifier: Apache-2.0
// One run's result as data; writers only read it, nothing else is ever printed as a result.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/base/error.hpp"

namespace hil::results {

inline constexpr int kSchemaMajor = 1;  ///< readers refuse another major
inline constexpr int kSchemaMinor = 0;  ///< readers accept older minors

enum class MetricKind : std::uint8_t { kExact, kQuantised, kNoisy, kProportion };
enum class Better : std::uint8_t { kLower, kHigher };
enum class Origin : std::uint8_t { kMeasured, kEmulated, kEstimated };

struct Interval {
  double low = 0;
  double high = 0;
  double level = 0.95;
  std::string method;  ///< "wilson", "bootstrap"
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
  std::optional<double> uncertainty;  ///< standard uncertainty, same unit
};

struct BoardInfo {
  std::string id, core, unique_id, agent_version, agent_sha256, engine;
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
};

struct LinkInfo {
  std::string name;
  std::uint64_t bytes_sent = 0, bytes_received = 0, frames_sent = 0, frames_received = 0;
  std::uint64_t retransmitted_frames = 0;     ///< by the host
  std::uint64_t device_duplicate_frames = 0;  ///< frames that came again from the device
  std::uint64_t crc_errors = 0, malformed_frames = 0, discarded_bytes = 0, resend_requests = 0;
  std::uint64_t polls = 0, datagrams_lost = 0;
  double longest_silence_ms = 0;
};

struct Event {
  double at_ms = 0;  ///< since the start of the run
  std::string kind;  ///< "agent-log", "retry", "note", ...
  std::string text;
};

/// Per-class counts of a classification run; confusion[label][predicted].
struct Classification {
  std::vector<std::string> label_names;
  std::vector<std::vector<std::uint64_t>> confusion;
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
  LinkInfo link;
  std::optional<Classification> classification;
  std::vector<Event> events;
  Verdict verdict;
};

}  // namespace hil::results
