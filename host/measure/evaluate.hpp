// SPDX-License-Identifier: Apache-2.0
// Accuracy of a model on a board: every sample through the device, every output checked.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "host/lab/ready_board.hpp"
#include "host/measure/sample_source.hpp"
#include "host/measure/scoring.hpp"
#include "host/measure/stream.hpp"
#include "host/measure/watch.hpp"
#include "host/model/model.hpp"
#include "host/results/record.hpp"
#include "host/session/infer_client.hpp"

namespace hil::measure {

/// A finished or broken-off evaluation; the record says which.
struct Evaluation {
  results::Record record;
  std::vector<session::SampleResult> samples;  ///< in order; those that were done
};

struct EvaluateOptions {
  std::uint32_t count = 0;            ///< inferences, from the first one on
  Scoring scoring = Scoring::kClass;  ///< as choose_scoring() gave it
  std::uint32_t top_k = 1;
  StateRule state = StateRule::kReset;
  /// Above it a run that passed is an error of the link; nothing: it is held to none.
  std::optional<results::LinkLimit> link_limit = results::LinkLimit{};
};

/// Uploads @p model to @p board, streams the first samples of @p source, checks every output
/// against the host reference, and computes the metrics. Never fails as a whole: an error is in
/// record.verdict, together with everything measured before it.
///   kLink, kDevice  the board; the sample awaited is named
///   kBug            an output that differs from the reference, repeatably
///   kUser, kModel   a sample file; every error of score()
Evaluation evaluate(lab::ReadyBoard& board, const model::CompiledModel& model,
                    const SampleSource& source, const EvaluateOptions& options, const Watch& watch);

}  // namespace hil::measure
