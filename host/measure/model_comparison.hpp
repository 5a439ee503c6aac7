// SPDX-License-Identifier: Apache-2.0
// A float model on the host, its int8 version on the host, and that on a board, sample by sample.
#pragma once

#include <cstdint>
#include <optional>

#include "host/base/result.hpp"
#include "host/lab/ready_board.hpp"
#include "host/measure/sample_source.hpp"
#include "host/measure/watch.hpp"
#include "host/model/model.hpp"
#include "host/results/record.hpp"

namespace hil::measure {

/// A model and the same dataset converted for its input.
struct FedModel {
  const model::CompiledModel& model;
  const SampleSource& source;
};

struct ModelPair {
  FedModel in_float;
  FedModel in_int8;
};

/// Whether the two models can be compared at all, before a dataset is read.
///   kUser  @p in_float computes nothing in float32 or @p in_int8 nothing in integers (swapped?);
///          inputs or outputs of different numbers of values
Status check_models(const model::CompiledModel& in_float, const model::CompiledModel& in_int8);

/// Whether both take the same samples.
///   kUser  raw samples whose type nothing states would be read as two different types
Status check_sources(const ModelPair& pair);

struct ComparisonOptions {
  std::uint32_t count = 0;  ///< inferences, from the first one on
  /// Outputs are classes, for both models as choose_scoring() gives kClass; else plain values.
  bool classes = true;
  /// Above it a run that passed is an error of the link; nothing: it is held to none.
  std::optional<results::LinkLimit> link_limit = results::LinkLimit{};
};

/// Runs the first samples through the int8 model on @p board, then on the host, then through the
/// float model on the host (Phase kRun, kCheck, kFloat), each later pass over the samples that the
/// first one has done. A model with state starts every sample (file) from its initial state. Never
/// fails as a whole: an error is in record.verdict, together with everything that was done before
/// it; what @p watch stopped is marked interrupted.
///   kLink, kDevice  the board; the sample awaited is named
///   kBug            an int8 output on the device that differs from the host's, repeatably
///   kModel          an output that is not finite
///   kUser           a sample file
results::Record compare_models(lab::ReadyBoard& board, const ModelPair& pair,
                               const ComparisonOptions& options, const Watch& watch);

}  // namespace hil::measure
