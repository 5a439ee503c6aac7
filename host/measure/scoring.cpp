// SPDX-License-Identifier: Apache-2.0
// Scoring a run.
#include "host/measure/scoring.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "host/data/values.hpp"
#include "host/measure/real_values.hpp"
#include "host/results/anomaly.hpp"
#include "host/results/class_scores.hpp"
#include "host/results/classification.hpp"
#include "host/results/regression.hpp"
#include "host/results/slices.hpp"

namespace hil::measure {
namespace {

using Samples = std::vector<session::SampleResult>;

constexpr std::array<std::string_view, 4> kNames{"class", "autoencoder", "regression", "none"};
constexpr const char* kOtherMetric =
    "use the dataset that belongs to the model, or say what to compute: --metric class, "
    "autoencoder, regression or none";

bool is_sigmoid(const model::CompiledModel& model, const data::Dataset& dataset) {
  return dataset.class_count == 2 && output_values(model) == 1;
}

/// Metrics in front of those of the run's technical side.
void put_first(std::vector<results::Metric> metrics, results::Record& record) {
  record.metrics.insert(record.metrics.begin(), std::make_move_iterator(metrics.begin()),
                        std::make_move_iterator(metrics.end()));
}

/// Values of the dataset's extra columns for each of @p samples (indices into the dataset).
std::vector<std::vector<std::string>> rows_of(const data::Dataset& dataset,
                                              const std::vector<std::size_t>& samples) {
  std::vector<std::vector<std::string>> rows;
  if (dataset.slice_names.empty()) return rows;
  for (const std::size_t sample : samples)
    rows.push_back(dataset.samples[sample].slices);
  return rows;
}

std::vector<std::size_t> sample_of_each(const SampleSource& source, const Samples& samples) {
  std::vector<std::size_t> indices;
  for (const session::SampleResult& sample : samples)
    indices.push_back(source.item(sample.sample).sample);
  return indices;
}

/// The values by which classes compare: as they are in the tensor, or both probabilities of one.
Result<std::vector<double>> class_values(const model::CompiledModel& model, bool sigmoid,
                                         const session::SampleResult& sample) {
  std::vector<double> values;
  if (sigmoid) {
    const double p = real_outputs(model, sample.outputs).front();
    if (!(p >= 0 && p <= 1)) {
      return Error{Blame::kModel, fmt::format("the output {} is no probability", p),
                   "one output value for two classes must be that of the second one"};
    }
    return std::vector<double>{1 - p, p};
  }
  const model::TensorSpec& output = model.outputs.front();
  for (std::size_t i = 0; i < output.element_count(); ++i)
    values.push_back(data::value_at(sample.outputs.front(), output.type, i));
  return values;
}

Status score_classes(const ScoringOptions& options, const model::CompiledModel& model,
                     const SampleSource& source, const Samples& samples, results::Record& record) {
  const data::Dataset& dataset = source.dataset();
  const bool sigmoid = is_sigmoid(model, dataset);
  const std::vector<std::size_t> owners = sample_of_each(source, samples);
  results::ClassScores scores;
  scores.class_count = dataset.class_count;
  auto counts = results::make_classification(dataset.class_count, dataset.label_names);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::uint32_t label = dataset.samples[owners[i]].label;
    auto values = class_values(model, sigmoid, samples[i]);
    const Status added = values ? add_scores(scores, label, *values) : Status(values.error());
    if (!added.ok()) return added.error().within(source.name_of(samples[i].sample));
    HIL_TRY(results::add_sample(counts, label, results::predicted_class(scores, i)));
  }
  put_first(results::class_metrics(scores, {options.top_k, options.origin}), record);
  record.classification = std::move(counts);
  record.slices = results::make_slices(
      dataset.slice_names, rows_of(dataset, owners), [&](std::span<const std::size_t> indices) {
        return results::top1_of(results::selected(scores, indices), options.origin);
      });
  return {};
}

Status score_regression(const ScoringOptions& options, const model::CompiledModel& model,
                        const SampleSource& source, const Samples& samples,
                        results::Record& record) {
  const data::Dataset& dataset = source.dataset();
  const std::vector<std::size_t> owners = sample_of_each(source, samples);
  results::RegressionPairs pairs;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const Status added = add_pair(pairs, dataset.samples[owners[i]].targets,
                                  real_outputs(model, samples[i].outputs));
    if (!added.ok()) return added.error().within(source.name_of(samples[i].sample));
  }
  put_first(results::regression_metrics(pairs, options.origin), record);
  record.slices = results::make_slices(
      dataset.slice_names, rows_of(dataset, owners), [&](std::span<const std::size_t> indices) {
        return results::mae_of(results::selected(pairs, indices), options.origin);
      });
  return {};
}

/// Mean square error of one window; its input is read again.
Result<double> window_error(const model::CompiledModel& model, const SampleSource& source,
                            const session::SampleResult& sample) {
  HIL_ASSIGN(const Inputs inputs, source.read(sample.sample));
  std::vector<double> input;
  append_real(inputs.front(), model.inputs.front(), input);
  auto error = results::mean_square_error(input, real_outputs(model, sample.outputs));
  if (!error) return error.error().within(source.name_of(sample.sample));
  return error;
}

Status score_anomalies(const ScoringOptions& options, const model::CompiledModel& model,
                       const SampleSource& source, const Samples& samples,
                       results::Record& record) {
  const data::Dataset& dataset = source.dataset();
  results::AnomalyScores scores;
  std::vector<std::size_t> owners;
  std::vector<double> windows;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    HIL_ASSIGN(const double error, options.outputs_are_errors
                                       ? real_outputs(model, samples[i].outputs).front()
                                       : window_error(model, source, samples[i]));
    windows.push_back(error);
    const std::size_t owner = source.item(samples[i].sample).sample;
    if (source.inferences_of(owner + 1) != samples[i].sample + std::size_t{1}) continue;
    const data::Sample& sample = dataset.samples[owner];
    const auto label = dataset.has_labels ? std::optional(sample.label) : std::nullopt;
    const Status added = add_file(scores, label, windows);
    if (!added.ok()) return added.error().within(sample.name);
    owners.push_back(owner);
    windows.clear();
  }
  put_first(results::anomaly_metrics(scores, options.origin), record);
  record.slices = results::make_slices(
      dataset.slice_names, rows_of(dataset, owners), [&](std::span<const std::size_t> indices) {
        return results::auc_or_mse_of(results::selected(scores, indices), options.origin);
      });
  return {};
}

Status check_autoencoder(const model::CompiledModel& model, const SampleSource& source) {
  const std::size_t inputs = model.inputs.front().element_count();
  if (model.outputs.size() != 1 || output_values(model) != inputs) {
    return Error{
        Blame::kModel,
        fmt::format("{} has {} outputs of {} values for an input of {}; an autoencoder "
                    "gives as many as it takes",
                    model.path.string(), model.outputs.size(), output_values(model), inputs),
        "say what to compute: --metric class, regression or none"};
  }
  const data::Dataset& dataset = source.dataset();
  if (!dataset.has_labels || dataset.class_count <= 2) return {};
  return Error{Blame::kUser,
               fmt::format("{} has {} classes, an autoencoder tells normal (0) from anomaly (1)",
                           dataset.folder.string(), dataset.class_count),
               kOtherMetric};
}

Status check_regression(const model::CompiledModel& model, const SampleSource& source) {
  const data::Dataset& dataset = source.dataset();
  const std::size_t targets = dataset.samples.empty() ? 0 : dataset.samples.front().targets.size();
  if (targets == 0) {
    return Error{Blame::kUser, fmt::format("{} has no targets", dataset.folder.string()),
                 kOtherMetric};
  }
  if (targets == output_values(model)) return {};
  return Error{
      Blame::kUser,
      fmt::format("{} has {} targets per sample, the output of {} has {} values",
                  dataset.folder.string(), targets, model.path.string(), output_values(model)),
      kOtherMetric};
}

bool has_targets(const data::Dataset& dataset) {
  return !dataset.samples.empty() && !dataset.samples.front().targets.empty();
}

}  // namespace

std::string_view name_of(Scoring scoring) {
  return kNames.at(static_cast<std::size_t>(scoring));
}

std::optional<Scoring> find_scoring(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Scoring>(found - kNames.begin());
}

Status check_classifier(const model::CompiledModel& model, const SampleSource& source) {
  const data::Dataset& dataset = source.dataset();
  if (!dataset.has_labels || dataset.class_count == 0) {
    return Error{Blame::kUser, fmt::format("{} has no labels", dataset.folder.string()),
                 kOtherMetric};
  }
  if (model.outputs.size() != 1) {
    return Error{Blame::kModel,
                 fmt::format("{} has {} outputs, a classifier has one", model.path.string(),
                             model.outputs.size()),
                 "say what to compute: --metric regression or none"};
  }
  const std::size_t values = model.outputs.front().element_count();
  if (values == dataset.class_count) return {};
  return Error{
      Blame::kUser,
      fmt::format("{} has {} classes, the output of {} has {} values", dataset.folder.string(),
                  dataset.class_count, model.path.string(), values),
      kOtherMetric};
}

Result<Scoring> choose_scoring(std::optional<Scoring> asked, const model::CompiledModel& model,
                               const SampleSource& source) {
  const Scoring scoring =
      asked.value_or(has_targets(source.dataset()) ? Scoring::kRegression : Scoring::kClass);
  const bool sigmoid = asked == Scoring::kClass && source.dataset().has_labels &&
                       is_sigmoid(model, source.dataset());
  if (scoring == Scoring::kClass && !sigmoid) HIL_TRY(check_classifier(model, source));
  if (scoring == Scoring::kAutoencoder) HIL_TRY(check_autoencoder(model, source));
  if (scoring == Scoring::kRegression) HIL_TRY(check_regression(model, source));
  return scoring;
}

Status score(const ScoringOptions& options, const model::CompiledModel& model,
             const SampleSource& source, const Samples& samples, results::Record& record) {
  switch (options.scoring) {
    case Scoring::kClass:
      return score_classes(options, model, source, samples, record);
    case Scoring::kAutoencoder:
      return score_anomalies(options, model, source, samples, record);
    case Scoring::kRegression:
      return score_regression(options, model, source, samples, record);
    case Scoring::kNone:
      return {};
  }
  return Error{Blame::kBug, "an unknown metric", ""};
}

}  // namespace hil::measure
