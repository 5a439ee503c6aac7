// SPDX-License-Identifier: Apache-2.0
// One evaluation, step by step.
#include "host/measure/evaluate.hpp"

#include <fmt/format.h>

#include <chrono>

#include "host/measure/link_use.hpp"
#include "host/measure/output_check.hpp"
#include "host/measure/record_parts.hpp"
#include "host/measure/stream.hpp"
#include "host/measure/upload.hpp"
#include "host/results/link_quality.hpp"

namespace hil::measure {
namespace {

using Clock = Deadline::Clock;
using results::VerdictStatus;

/// The evaluation under way; each step leaves its share in the record.
class Run {
 public:
  Run(lab::ReadyBoard& board, const model::CompiledModel& model, const SampleSource& source,
      const EvaluateOptions& options, const Watch& watch)
      : board_(board), model_(model), source_(source), options_(options), watch_(watch) {}

  Evaluation perform() {
    describe();
    Status status = send_model();
    if (status.ok() && !watch_.stopped()) status = run_samples();
    note_link_time();
    const Status checked = check_samples();
    if (status.ok()) status = checked;
    const Status scored = score({options_.scoring, options_.top_k, origin_of(board_)}, model_,
                                source_, evaluation_.samples, record());
    if (status.ok()) status = scored;
    judge(status);
    return std::move(evaluation_);
  }

 private:
  results::Record& record() { return evaluation_.record; }

  void describe() {
    record().command = "evaluate";
    record().board = describe_board(board_);
    record().model = describe_model(model_);
    record().dataset = describe_dataset(source_);
    record().conditions = describe_conditions(board_, Deadline::Clock::utc_now());
    record().preparation = describe_preparation(board_);
    record().conditions.conversion = source_.conversion();
    record().conditions.metric = name_of(options_.scoring);
    record().conditions.state = options_.state == StateRule::kKeep ? "keep" : "reset";
    record().verdict.samples_planned = options_.count;
  }

  Status send_model() {
    const auto placed = upload(board_, model_, watch_);
    if (!placed) return board_.explain(placed.error()).within("sending the model");
    if (watch_.stopped()) return {};  // it may not be loaded
    note_model(board_, *placed, record());
    add_metric("plan_bytes", static_cast<double>(model_.plan.size()));
    add_metric("arena_bytes", placed->loaded.arena_bytes);
    add_metric("agent_static_bytes", board_.session().agent().agent_static_bytes);
    return {};
  }

  Status run_samples() {
    const auto start = Clock::now();
    StreamResult result = stream(board_, model_, source_, options_.count, options_.state, watch_);
    evaluation_.samples = std::move(result.samples);
    record().verdict.samples_done = evaluation_.samples.size();
    link_.streamed(model_, evaluation_.samples.size(), start);
    if (result.error) return board_.explain(*result.error);
    return {};
  }

  /// The run on the line is over here; what follows is the host's own work.
  void note_link_time() {
    record().duration_s = std::chrono::duration<double>(Clock::now() - start_).count();
    note_link(link_, options_.link_limit, record());
  }

  Status check_samples() {
    const OutputCheck check =
        check_outputs(model_, source_, evaluation_.samples, options_.state, watch_);
    record().verdict.outputs_checked = check.checked;
    record().verdict.outputs_differing = check.differing;
    if (check.error) return *check.error;
    if (!check.first) return {};
    const session::SampleResult& sample = evaluation_.samples[check.first->index];
    HIL_ASSIGN(const auto history, history_of(model_, source_, options_.state, check.first->index));
    return board_.explain(explain_difference(
        board_.session(), model_, history, check.first->expected, sample,
        fmt::format("sample {} ({})", sample.sample, source_.name_of(sample.sample))));
  }

  void judge(const Status& status) {
    take_agent_events(board_, start_, record().events);
    results::Verdict& verdict = record().verdict;
    verdict.complete =
        verdict.samples_done == options_.count && verdict.outputs_checked == options_.count;
    if (!status.ok()) {
      verdict.error = status.error();
      verdict.status =
          status.error().blame == Blame::kModel ? VerdictStatus::kFail : VerdictStatus::kError;
    } else if (!verdict.complete) {
      verdict.status = VerdictStatus::kInterrupted;
    }
    results::hold_to_limit(record());
  }

  void add_metric(const char* name, double value) {
    results::Metric metric;
    metric.name = name;
    metric.unit = "B";
    metric.better = results::Better::kLower;
    metric.origin = origin_of(board_);
    metric.scope = "device";
    metric.value = value;
    record().metrics.push_back(std::move(metric));
  }

  lab::ReadyBoard& board_;
  const model::CompiledModel& model_;
  const SampleSource& source_;
  EvaluateOptions options_;
  const Watch& watch_;
  Clock::time_point start_ = Clock::now();
  LinkUse link_{board_};
  Evaluation evaluation_;
};

}  // namespace

Evaluation evaluate(lab::ReadyBoard& board, const model::CompiledModel& model,
                    const SampleSource& source, const EvaluateOptions& options,
                    const Watch& watch) {
  return Run(board, model, source, options, watch).perform();
}

}  // namespace hil::measure
