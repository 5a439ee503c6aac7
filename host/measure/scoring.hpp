// SPDX-License-Identifier: Apache-2.0
// From the outputs of a finished run to the metrics in its record.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/measure/sample_source.hpp"
#include "host/model/model.hpp"
#include "host/results/record.hpp"
#include "host/session/infer_client.hpp"

namespace hil::measure {

/// What the outputs of a model are compared with.
enum class Scoring : std::uint8_t {
  kClass,        ///< the sample's class; every inference counts, each window too
  kAutoencoder,  ///< the input itself; label 1 is an anomaly
  kRegression,   ///< the sample's targets; all outputs in order are the prediction
  kNone,         ///< nothing: outputs are only checked against the reference
};

/// "class", "autoencoder", "regression", "none": the words of --metric and Conditions::metric.
std::string_view name_of(Scoring scoring);
std::optional<Scoring> find_scoring(std::string_view name);

/// Says whether @p model is a classifier for @p source.
///   kUser  the dataset has no labels, or another number of classes than the model's output has
///          values
///   kModel more than one output
Status check_classifier(const model::CompiledModel& model, const SampleSource& source);

/// @p asked, if model and dataset go together that way; if nothing is asked: regression where the
/// dataset has targets, else class.
/// One output value for two classes is taken for the probability of class 1, if kClass is asked.
///   kUser  the dataset lacks what is needed (labels, targets, the right number of either)
///   kModel the model's outputs are not of the right number or size
Result<Scoring> choose_scoring(std::optional<Scoring> asked, const model::CompiledModel& model,
                               const SampleSource& source);

struct ScoringOptions {
  Scoring scoring = Scoring::kClass;
  std::uint32_t top_k = 1;
  results::Origin origin = results::Origin::kMeasured;
  bool outputs_are_errors =
      false;  ///< kAutoencoder: the one output is the window's mean square error
};

/// Puts metrics (before those that are there), classification and slices of @p samples (from
/// inference 0 on, without gaps) into @p record. Of the last file of an autoencoder's run nothing
/// is used unless all its windows are there.
///   kModel  an output that is not finite, or no probability where one is needed
///   kUser   a label or target that does not belong to the model; a sample file
Status score(const ScoringOptions& options, const model::CompiledModel& model,
             const SampleSource& source, const std::vector<session::SampleResult>& samples,
             results::Record& record);

}  // namespace hil::measure
