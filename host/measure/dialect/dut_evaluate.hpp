// SPDX-License-Identifier: Apache-2.0
// Accuracy of firmware that speaks MLPerf Tiny's DUT protocol.
#pragma once

#include <cstdint>
#include <optional>

#include "host/measure/dialect/dut_run.hpp"
#include "host/measure/evaluate.hpp"
#include "host/measure/sample_source.hpp"
#include "host/measure/scoring.hpp"

namespace hil::measure {

/// How results of @p view are scored against @p source: @p asked if it goes together, else as
/// choose_scoring() does, and for a firmware that prints an anomaly's error kAutoencoder.
///   every error of choose_scoring()
Result<Scoring> choose_dut_scoring(std::optional<Scoring> asked, const DutModelView& view,
                                   const SampleSource& source);

struct DutEvaluateOptions {
  std::uint32_t count = 0;  ///< inferences, from the first one on
  Scoring scoring = Scoring::kClass;
  std::uint32_t top_k = 1;
};

/// Sends the first samples of @p source, which is made for view.line, one `infer 1 0` each, and
/// scores the printed results. Where the model is known they are compared with the host reference:
/// a difference is counted and told, but no error, because other kernels than ours may round in
/// another way. Never fails as a whole: an error is in record.verdict.
///   kLink, kDevice  a sample (named) that failed every try; the board is gone
///   kUser           a sample file; results of another number than the dataset has classes
Evaluation evaluate_dut(const DutBoard& board, const DutModelView& view, const SampleSource& source,
                        const DutEvaluateOptions& options, const Watch& watch);

}  // namespace hil::measure
