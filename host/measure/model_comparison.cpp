// SPDX-License-Identifier: Apache-2.0
// The three passes of a comparison, one after the other.
#include "host/measure/model_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <optional>
#include <span>

#include "host/measure/agreement.hpp"
#include "host/measure/link_use.hpp"
#include "host/measure/output_check.hpp"
#include "host/measure/real_values.hpp"
#include "host/measure/record_parts.hpp"
#include "host/measure/stream.hpp"
#include "host/measure/upload.hpp"
#include "host/results/link_quality.hpp"
#include "host/results/model_comparison.hpp"

namespace hil::measure {
namespace {

using Clock = Deadline::Clock;
using results::VerdictStatus;

constexpr StateRule kRule = StateRule::kReset;

bool computes_in(const model::CompiledModel& model, plan::TypeSet types) {
  return std::any_of(model.operators.begin(), model.operators.end(),
                     [&](const model::UsedOperator& used) { return (used.type & types) != 0; });
}

std::vector<std::size_t> sizes_of(const std::vector<model::TensorSpec>& tensors) {
  std::vector<std::size_t> sizes;
  for (const model::TensorSpec& tensor : tensors)
    sizes.push_back(tensor.element_count());
  return sizes;
}

/// @p what: "input" or "output".
Status check_sizes(const char* what, const model::CompiledModel& in_float,
                   const std::vector<model::TensorSpec>& float_tensors,
                   const model::CompiledModel& in_int8,
                   const std::vector<model::TensorSpec>& int8_tensors) {
  const auto of_float = sizes_of(float_tensors);
  const auto of_int8 = sizes_of(int8_tensors);
  if (of_float == of_int8) return {};
  return Error{
      Blame::kUser,
      fmt::format("the {} of {} has {} values, that of {} has {}", what, in_float.path.string(),
                  fmt::join(of_float, " and "), in_int8.path.string(), fmt::join(of_int8, " and ")),
      "compare two versions of the same model"};
}

/// The class that @p values, a row per class or the probability of the second of two, stand for.
/// Of equal ones the lowest, as results::predicted_class() takes it.
///   kModel  one value that is no probability
Result<results::Answer> answer_of(std::span<const double> values) {
  if (values.size() > 1) {
    const auto largest = std::max_element(values.begin(), values.end());
    return results::Answer{static_cast<std::uint32_t>(largest - values.begin()), *largest};
  }
  const double p = values.front();
  if (!(p >= 0 && p <= 1)) {
    return Error{Blame::kModel, fmt::format("the output {} is no probability", p),
                 "one output value for two classes must be that of the second one"};
  }
  return p > 1 - p ? results::Answer{1, p} : results::Answer{0, 1 - p};
}

/// Adds what @p model gave for one sample.
///   kModel  a value that is not finite, or no probability where one is needed
Status add_outputs(results::ComparedPass& pass, const model::CompiledModel& model, bool classes,
                   const Outputs& outputs) {
  const std::vector<double> values = real_outputs(model, outputs);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    return Error{Blame::kModel,
                 fmt::format("output value {} of {} is not finite", i, model.path.string()),
                 "the model overflows on this sample"};
  }
  if (classes) {
    HIL_ASSIGN(const auto answer, answer_of(values));
    pass.answers.push_back(answer);
  }
  pass.values.insert(pass.values.end(), values.begin(), values.end());
  return {};
}

/// Runs the first @p count samples on the host, each from the state that the device has, and gives
/// the outputs of each to @p take. Ends early, without an error, when @p watch says stop.
///   every error of SampleSource::read(), ReferenceRunner and @p take, which names the sample
Status run_on_host(const FedModel& fed, std::size_t count, Phase phase, const Watch& watch,
                   const std::function<Status(std::size_t, Outputs)>& take) {
  HIL_ASSIGN(auto runner, model::ReferenceRunner::make(fed.model));
  for (std::size_t i = 0; i < count && !watch.stopped(); ++i) {
    if (starts_fresh(kRule, fed.source, i)) runner.reset_state();
    HIL_ASSIGN(const Inputs inputs, fed.source.read(i));
    HIL_ASSIGN(Outputs outputs, runner.run(inputs));
    const Status taken = take(i, std::move(outputs));
    if (!taken.ok()) return taken.error().within(fed.source.name_of(i));
    watch.at(phase, i + 1, count);
  }
  return {};
}

/// What the comparison has to know of the samples.
results::ComparedSamples samples_of(const SampleSource& source, std::size_t count, bool classes) {
  const data::Dataset& dataset = source.dataset();
  results::ComparedSamples samples;
  samples.name = [&source](std::size_t index) {
    const Item at = source.item(index);
    const data::Sample& sample = source.dataset().samples[at.sample];
    if (sample.window_bytes == 0) return sample.name;
    return fmt::format("{} window {}", sample.name, at.window);
  };
  samples.slice_names = dataset.slice_names;
  for (std::size_t i = 0; i < count; ++i) {
    const data::Sample& sample = dataset.samples[source.item(i).sample];
    if (classes) samples.labels.push_back(sample.label);
    if (!dataset.slice_names.empty()) samples.slices.push_back(sample.slices);
  }
  return samples;
}

/// The comparison under way; each step leaves its share.
class Run {
 public:
  Run(lab::ReadyBoard& board, const ModelPair& pair, const ComparisonOptions& options,
      const Watch& watch)
      : board_(board),
        float_(pair.in_float),
        int8_(pair.in_int8),
        options_(options),
        watch_(watch) {}

  results::Record perform() {
    describe();
    keep(send_model());
    if (status_.ok() && !watch_.stopped()) keep(run_on_device());
    note_link_time();
    keep(run_int8_on_host());
    keep(take_device_outputs());
    keep(run_float_on_host());
    keep(results::compare_passes(
        passes_, samples_of(int8_.source, device_.size(), options_.classes), record_));
    judge();
    return std::move(record_);
  }

 private:
  results::ComparedPass& pass(std::size_t index) { return passes_.at(index); }

  /// The first error is the one to tell.
  void keep(const Status& status) {
    if (status_.ok()) status_ = status;
  }

  void describe() {
    record_.command = "compare-model";
    record_.board = describe_board(board_);
    record_.model = describe_model(int8_.model);
    record_.dataset = describe_dataset(int8_.source);
    record_.conditions = describe_conditions(board_, Deadline::Clock::utc_now());
    record_.conditions.conversion = int8_.source.conversion();
    record_.conditions.metric = options_.classes ? "class" : "none";
    record_.conditions.state = "reset";
    record_.verdict.samples_planned = options_.count;
    results::ModelComparison& found = record_.model_comparison.emplace();
    found.float_model = describe_model(float_.model);
    found.float_conversion = float_.source.conversion();
    found.label_names = int8_.source.dataset().label_names;
    for (results::ComparedPass& one : passes_)
      one.width = output_values(int8_.model);
    pass(results::kInt8Device).origin = origin_of(board_);
  }

  Status send_model() {
    const auto placed = upload(board_, int8_.model, watch_);
    if (!placed) return board_.explain(placed.error()).within("sending the model");
    if (watch_.stopped()) return {};  // it may not be loaded
    note_model(board_, *placed, record_);
    return {};
  }

  Status run_on_device() {
    const auto start = Clock::now();
    StreamResult result = stream(board_, int8_.model, int8_.source, options_.count, kRule, watch_);
    device_ = std::move(result.samples);
    record_.verdict.samples_done = device_.size();
    link_.streamed(int8_.model, device_.size(), start);
    if (result.error) return board_.explain(*result.error);
    return {};
  }

  /// After the check, which knows better whose fault an output is that is not finite.
  Status take_device_outputs() {
    for (const session::SampleResult& sample : device_) {
      const Status added =
          add_outputs(pass(results::kInt8Device), int8_.model, options_.classes, sample.outputs);
      if (!added.ok()) return added.error().within(int8_.source.name_of(sample.sample));
    }
    return {};
  }

  /// The run on the line is over here; what follows is the host's own work.
  void note_link_time() {
    record_.duration_s = std::chrono::duration<double>(Clock::now() - start_).count();
    note_link(link_, options_.link_limit, record_);
  }

  Status run_int8_on_host() {
    results::Verdict& verdict = record_.verdict;
    std::optional<Difference> first;
    const auto take = [&](std::size_t index, Outputs outputs) -> Status {
      HIL_TRY(add_outputs(pass(results::kInt8Host), int8_.model, options_.classes, outputs));
      ++verdict.outputs_checked;
      if (agree(int8_.model, outputs, device_[index].outputs)) return {};
      ++verdict.outputs_differing;
      if (!first) first = Difference{index, std::move(outputs)};
      return {};
    };
    HIL_TRY(run_on_host(int8_, device_.size(), Phase::kCheck, watch_, take));
    if (!first) return {};
    HIL_ASSIGN(const auto history, history_of(int8_.model, int8_.source, kRule, first->index));
    const session::SampleResult& sample = device_[first->index];
    return board_.explain(explain_difference(
        board_.session(), int8_.model, history, first->expected, sample,
        fmt::format("sample {} ({})", sample.sample, int8_.source.name_of(sample.sample))));
  }

  Status run_float_on_host() {
    results::ComparedPass& in_float = pass(results::kFloatHost);
    return run_on_host(float_, device_.size(), Phase::kFloat, watch_,
                       [&](std::size_t, const Outputs& outputs) {
                         return add_outputs(in_float, float_.model, options_.classes, outputs);
                       });
  }

  void judge() {
    take_agent_events(board_, start_, record_.events);
    results::Verdict& verdict = record_.verdict;
    verdict.complete =
        std::all_of(passes_.begin(), passes_.end(),
                    [&](const results::ComparedPass& one) { return one.size() == options_.count; });
    if (!status_.ok()) {
      verdict.error = status_.error();
      verdict.status =
          status_.error().blame == Blame::kModel ? VerdictStatus::kFail : VerdictStatus::kError;
    } else if (!verdict.complete) {
      verdict.status = VerdictStatus::kInterrupted;
    }
    results::hold_to_limit(record_);
  }

  lab::ReadyBoard& board_;
  const FedModel& float_;
  const FedModel& int8_;
  ComparisonOptions options_;
  const Watch& watch_;
  Clock::time_point start_ = Clock::now();
  LinkUse link_{board_};
  std::vector<session::SampleResult> device_;
  results::ComparedPasses passes_;
  results::Record record_;
  Status status_;
};

}  // namespace

Status check_models(const model::CompiledModel& in_float, const model::CompiledModel& in_int8) {
  constexpr plan::TypeSet kQuantised = plan::kShortIntegers | plan::kUint8Only;
  if (!computes_in(in_float, plan::kFloat32Only)) {
    return Error{Blame::kUser,
                 fmt::format("{} computes nothing in float32", in_float.path.string()),
                 "give the float model with --float, the quantised one with --int8"};
  }
  if (!computes_in(in_int8, kQuantised)) {
    return Error{Blame::kUser,
                 fmt::format("{} computes nothing in integers", in_int8.path.string()),
                 "give the quantised model with --int8, the float one with --float"};
  }
  HIL_TRY(check_sizes("input", in_float, in_float.inputs, in_int8, in_int8.inputs));
  return check_sizes("output", in_float, in_float.outputs, in_int8, in_int8.outputs);
}

Status check_sources(const ModelPair& pair) {
  const data::ElementType of_float = pair.in_float.source.type();
  const data::ElementType of_int8 = pair.in_int8.source.type();
  if (of_float == of_int8) return {};
  return Error{Blame::kUser,
               fmt::format("nothing says what the samples in {} are: the float model would take "
                           "them as {}, the int8 model as {}",
                           pair.in_int8.source.dataset().folder.string(), data::name_of(of_float),
                           data::name_of(of_int8)),
               "state element_type and quantisation in dataset.json, or --input-type and --scale"};
}

results::Record compare_models(lab::ReadyBoard& board, const ModelPair& pair,
                               const ComparisonOptions& options, const Watch& watch) {
  return Run(board, pair, options, watch).perform();
}

}  // namespace hil::measure
