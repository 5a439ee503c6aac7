// SPDX-License-Identifier: Apache-2.0
// The fields that two records are compared in.
#include "host/results/comparison_conditions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/results/energy_comparison.hpp"

namespace hil::results {
namespace {

const char* word_of(Origin origin) {
  switch (origin) {
    case Origin::kMeasured:
      return "measured";
    case Origin::kEmulated:
      return "emulated";
    case Origin::kEstimated:
      break;
  }
  return "estimated";
}

const char* word_of(VerdictStatus status) {
  switch (status) {
    case VerdictStatus::kPass:
      return "pass";
    case VerdictStatus::kFail:
      return "fail";
    case VerdictStatus::kError:
      return "error";
    case VerdictStatus::kInterrupted:
      break;
  }
  return "interrupted";
}

class Fields {
 public:
  void must_agree(const char* field, const std::string& a, const std::string& b) {
    add(field, a, b, true);
  }
  void must_agree(const char* field, std::uint64_t a, std::uint64_t b) {
    add(field, std::to_string(a), std::to_string(b), true);
  }
  void told(const char* field, const std::string& a, const std::string& b) {
    add(field, a, b, false);
  }
  void told(const char* field, std::uint64_t a, std::uint64_t b) {
    add(field, std::to_string(a), std::to_string(b), false);
  }
  /// @p name stands for @p digest where neither side has a digest.
  void identity(const char* digest, const std::string& digest_a, const std::string& digest_b,
                const char* name, const std::string& name_a, const std::string& name_b) {
    add(digest, digest_a, digest_b, true);
    add(name, name_a, name_b, digest_a.empty() && digest_b.empty());
  }

  void add_all(const std::vector<FieldDifference>& differences) {
    found_.insert(found_.end(), differences.begin(), differences.end());
  }

  std::vector<FieldDifference> take() {
    std::stable_partition(found_.begin(), found_.end(),
                          [](const FieldDifference& difference) { return difference.must_agree; });
    return std::move(found_);
  }

 private:
  void add(const char* field, const std::string& a, const std::string& b, bool must) {
    if (a != b) found_.push_back({field, a, b, must});
  }

  std::vector<FieldDifference> found_;
};

const char* text_of(bool truth) {
  return truth ? "true" : "false";
}

void compare_subjects(const Record& a, const Record& b, Fields& fields) {
  fields.must_agree("command", a.command, b.command);
  fields.identity("model.sha256", a.model.sha256, b.model.sha256, "model.file", a.model.file,
                  b.model.file);
  fields.told("model.plan_bytes", a.model.plan_bytes, b.model.plan_bytes);
  fields.told("model.arena_bytes", a.model.arena_bytes, b.model.arena_bytes);
  fields.told("model.macs", a.model.macs, b.model.macs);
  fields.identity("dataset.labels_sha256", a.dataset.labels_sha256, b.dataset.labels_sha256,
                  "dataset.folder", a.dataset.folder, b.dataset.folder);
  fields.must_agree("dataset.samples", a.dataset.samples, b.dataset.samples);
  fields.told("dataset.element_type", a.dataset.element_type, b.dataset.element_type);
}

void compare_boards(const BoardInfo& a, const BoardInfo& b, Fields& fields) {
  fields.must_agree("board.id", a.id, b.id);
  fields.must_agree("board.core", a.core, b.core);
  fields.must_agree("board.emulated", text_of(a.emulated), text_of(b.emulated));
  fields.told("board.unique_id", a.unique_id, b.unique_id);
  fields.must_agree("agent.version", a.agent_version, b.agent_version);
  fields.must_agree("agent.engine", a.engine, b.engine);
  fields.told("agent.sha256", a.agent_sha256, b.agent_sha256);
}

void compare_conditions(const Conditions& a, const Conditions& b, Fields& fields) {
  fields.must_agree("conditions.metric", a.metric, b.metric);
  fields.must_agree("conditions.state", a.state, b.state);
  fields.must_agree("conditions.inputs", a.inputs, b.inputs);
  fields.must_agree("conditions.conversion", a.conversion, b.conversion);
  fields.must_agree("conditions.tick_hz", a.tick_hz, b.tick_hz);
  fields.must_agree("conditions.dialect", a.dialect, b.dialect);
  fields.told("conditions.baud", a.baud, b.baud);
  fields.told("conditions.host_version", a.host_version, b.host_version);
  fields.told("conditions.host_os", a.host_os, b.host_os);
  fields.told("conditions.started_utc", a.started_utc, b.started_utc);
}

/// Where a model lies decides how fast it is; records before schema 1.2 do not say.
void compare_preparations(const Preparation& a, const Preparation& b, Fields& fields) {
  if (a.model_place.empty() || b.model_place.empty()) return;
  fields.must_agree("preparation.model_place", a.model_place, b.model_place);
}

/// A line that was broken on purpose is another one; what it carried is none the less right.
void compare_links(const LinkInfo& a, const LinkInfo& b, Fields& fields) {
  const auto plan_of = [](const LinkInfo& link) {
    return link.injected ? link.injected->plan : std::string();
  };
  fields.must_agree("link.injected", plan_of(a), plan_of(b));
  const auto lost = [](const LinkInfo& link) {
    return link.frames_lost_to_board + link.frames_lost_from_board;
  };
  fields.told("link.frames_lost", lost(a), lost(b));
  fields.told("link.reconnects", a.reconnects, b.reconnects);
}

/// Other samples are another dataset; another number of timed runs is not.
void compare_verdicts(const Record& a, const Record& b, Fields& fields) {
  if (a.dataset.samples > 0 || b.dataset.samples > 0) {
    fields.must_agree("verdict.samples_done", a.verdict.samples_done, b.verdict.samples_done);
  } else {
    fields.told("verdict.samples_done", a.verdict.samples_done, b.verdict.samples_done);
  }
  fields.told("verdict.status", word_of(a.verdict.status), word_of(b.verdict.status));
  fields.told("verdict.complete", text_of(a.verdict.complete), text_of(b.verdict.complete));
  fields.told("verdict.outputs_differing", a.verdict.outputs_differing,
              b.verdict.outputs_differing);
}

}  // namespace

std::vector<FieldDifference> condition_differences(const Record& a, const Record& b) {
  Fields fields;
  compare_subjects(a, b, fields);
  compare_boards(a.board, b.board, fields);
  compare_conditions(a.conditions, b.conditions, fields);
  compare_preparations(a.preparation, b.preparation, fields);
  compare_links(a.link, b.link, fields);
  compare_verdicts(a, b, fields);
  if (a.operators && b.operators) {
    fields.must_agree("operators.unit", a.operators->unit, b.operators->unit);
    fields.must_agree("operators.origin", word_of(a.operators->origin),
                      word_of(b.operators->origin));
  }
  if (a.energy && b.energy) fields.add_all(energy_differences(*a.energy, *b.energy));
  return fields.take();
}

void add_origin_difference(const Metric& a, const Metric& b,
                           std::vector<FieldDifference>& differences) {
  if (a.origin == b.origin) return;
  const auto first_told =
      std::find_if(differences.begin(), differences.end(),
                   [](const FieldDifference& difference) { return !difference.must_agree; });
  differences.insert(first_told, {fmt::format("origin of {}", a.name), word_of(a.origin),
                                  word_of(b.origin), true});
}

}  // namespace hil::results
