// SPDX-License-Identifier: Apache-2.0
// One evaluation, step by step.
#include "host/measure/evaluate.hpp"

#include <fmt/format.h>

#include <chrono>

#include "host/measure/output_check.hpp"
#include "host/measure/record_parts.hpp"
#include "host/measure/stream.hpp"
#include "host/measure/upload.hpp"
#include "host/results/classification.hpp"

namespace hil::measure {
namespace {

using Clock = Deadline::Clock;
using results::VerdictStatus;

/// The evaluation under way; each step leaves its share in the record.
class Run {
 public:
  Run(lab::ReadyBoard& board, const model::CompiledModel& model, const SampleSource& source,
      std::uint32_t count, const Watch& watch)
      : board_(board), model_(model), source_(source), count_(count), watch_(watch) {}

  Evaluation perform() {
    describe();
    Status status = send_model();
    if (status.ok() && !watch_.stopped()) status = run_samples();
    note_link_time();
    const Status checked = check_samples();
    if (status.ok()) status = checked;
    const Status counted = count_classes();
    if (status.ok()) status = counted;
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
    record().conditions = describe_conditions(board_, std::chrono::system_clock::now());
    record().conditions.conversion = source_.conversion();
    record().verdict.samples_planned = count_;
  }

  Status send_model() {
    const auto loaded = upload(board_.session(), model_, watch_);
    if (!loaded) return board_.explain(loaded.error()).within("sending the model");
    add_metric("plan_bytes", static_cast<double>(model_.plan.size()));
    add_metric("arena_bytes", loaded->arena_bytes);
    add_metric("agent_static_bytes", board_.session().agent().agent_static_bytes);
    return {};
  }

  Status run_samples() {
    StreamResult result = stream(board_.session(), model_, source_, count_, watch_);
    evaluation_.samples = std::move(result.samples);
    record().verdict.samples_done = evaluation_.samples.size();
    if (result.error) return board_.explain(*result.error);
    return {};
  }

  /// The run on the line is over here; what follows is the host's own work.
  void note_link_time() {
    record().duration_s = std::chrono::duration<double>(Clock::now() - start_).count();
    record().link = describe_link(board_);
  }

  Status check_samples() {
    const OutputCheck check = check_outputs(model_, source_, evaluation_.samples, watch_);
    record().verdict.outputs_checked = check.checked;
    record().verdict.outputs_differing = check.differing;
    if (check.error) return *check.error;
    if (!check.first) return {};
    const session::SampleResult& sample = evaluation_.samples[check.first->index];
    return board_.explain(explain_difference(
        board_.session(), model_, check.first->inputs, check.first->expected, sample,
        fmt::format("sample {} ({})", sample.sample, source_.name_of(sample.sample))));
  }

  Status count_classes() {
    const data::Dataset& dataset = source_.dataset();
    auto classes = results::make_classification(dataset.class_count, dataset.label_names);
    for (const session::SampleResult& sample : evaluation_.samples) {
      HIL_ASSIGN(const auto predicted,
                 results::argmax(sample.outputs.front(), model_.outputs.front().type));
      HIL_TRY(results::add_sample(classes, dataset.samples[sample.sample].label, predicted));
    }
    if (auto top1 = results::top1_metric(classes, origin_of(board_))) {
      record().metrics.insert(record().metrics.begin(), *std::move(top1));
    }
    record().classification = std::move(classes);
    return {};
  }

  void judge(const Status& status) {
    take_agent_events(board_, start_, record().events);
    results::Verdict& verdict = record().verdict;
    verdict.complete = verdict.samples_done == count_ && verdict.outputs_checked == count_;
    if (!status.ok()) {
      verdict.error = status.error();
      verdict.status =
          status.error().blame == Blame::kModel ? VerdictStatus::kFail : VerdictStatus::kError;
    } else if (!verdict.complete) {
      verdict.status = VerdictStatus::kInterrupted;
    }
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
  std::uint32_t count_;
  const Watch& watch_;
  Clock::time_point start_ = Clock::now();
  Evaluation evaluation_;
};

}  // namespace

Status check_classifier(const model::CompiledModel& model, const SampleSource& source) {
  if (model.outputs.size() != 1) {
    return Error{Blame::kModel,
                 fmt::format("{} has {} outputs, a classifier has one", model.path.string(),
                             model.outputs.size()),
                 ""};
  }
  const std::size_t values = model.outputs.front().element_count();
  if (values == source.dataset().class_count) return {};
  return Error{Blame::kUser,
               fmt::format("{} has {} classes, the output of {} has {} values",
                           source.dataset().folder.string(), source.dataset().class_count,
                           model.path.string(), values),
               "use the dataset that belongs to the model"};
}

Evaluation evaluate(lab::ReadyBoard& board, const model::CompiledModel& model,
                    const SampleSource& source, std::uint32_t count, const Watch& watch) {
  return Run(board, model, source, count, watch).perform();
}

}  // namespace hil::measure
