// SPDX-License-Identifier: Apache-2.0
// Accuracy of a model on a board: every sample through the device, every output checked.
#pragma once

#include <cstdint>
#include <vector>

#include "host/lab/ready_board.hpp"
#include "host/measure/sample_source.hpp"
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

/// Says whether @p model and @p source belong together, before a board is touched.
///   kUser  the dataset has another number of classes than the model's output has values
///   kModel more than one output
Status check_classifier(const model::CompiledModel& model, const SampleSource& source);

/// Uploads @p model to @p board, streams the first @p count samples, checks every output against
/// the host reference, and counts. Never fails as a whole: an error is in record.verdict, together
/// with everything measured before it.
///   kLink, kDevice  the board; the sample awaited is named
///   kBug            an output that differs from the reference, repeatably
///   kUser           a sample file
Evaluation evaluate(lab::ReadyBoard& board, const model::CompiledModel& model,
                    const SampleSource& source, std::uint32_t count, const Watch& watch);

}  // namespace hil::measure
