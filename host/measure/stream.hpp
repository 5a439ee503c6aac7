// SPDX-License-Identifier: Apache-2.0
// Samples through a board: the next one travels while the current one computes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "host/base/error.hpp"
#include "host/lab/ready_board.hpp"
#include "host/measure/sample_source.hpp"
#include "host/measure/watch.hpp"
#include "host/session/infer_client.hpp"

namespace hil::measure {

/// What a stateful model starts a sample from; the others do not tell the difference.
enum class StateRule : std::uint8_t {
  kReset,  ///< every sample (file) from the initial state; the windows of one file go on
  kKeep,   ///< the first sample from the initial state, each other one from what the last one left
};

/// Whether inference @p index of @p source starts from the initial state.
bool starts_fresh(StateRule rule, const SampleSource& source, std::size_t index);

/// What came back. Sample i of the results is sample i of the source.
struct StreamResult {
  std::vector<session::SampleResult> samples;
  std::optional<Error> error;  ///< why it ended early; names the sample that was awaited
};

/// Runs the first @p count inferences of @p source through the loaded model. Keeps every result
/// that came before an error or a stop.
///
/// Goes on when the line or the board was gone for a while (lab::ReadyBoard::recover()), at the
/// first inference without a result or, if the model has state, at the last one before it that
/// starts fresh, so that the results are those of a run that was not disturbed. Uploads the model
/// again if the agent has lost it. Each such event is one of the board's link events, and says what
/// was done again.
StreamResult stream(lab::ReadyBoard& board, const model::CompiledModel& model,
                    const SampleSource& source, std::uint32_t count, StateRule rule,
                    const Watch& watch);

/// The inference that a run goes on with once it has the results of the first @p done of
/// @p source: that one, or for a model with state the last fresh start up to it.
std::uint32_t resume_at(std::uint32_t done, bool has_state, StateRule rule,
                        const SampleSource& source);

/// Runs @p inputs once, as sample @p number, from the model's initial state. Blocks until the
/// result is there; gives nothing if @p watch says stop.
///   kLink, kDevice  the board
Result<std::optional<session::SampleResult>> run_once(session::Session& session,
                                                      const model::CompiledModel& model,
                                                      const Inputs& inputs, std::uint32_t number,
                                                      const Watch& watch);

/// Runs @p history one after the other, the last one as sample @p number (at least
/// history.size() - 1), the first one from the model's initial state, and gives the last result.
/// Blocks like run_once().
///   kBug            no inputs
///   kLink, kDevice  the board
Result<std::optional<session::SampleResult>> run_history(session::Session& session,
                                                         const model::CompiledModel& model,
                                                         std::span<const Inputs> history,
                                                         std::uint32_t number, const Watch& watch);

/// The same with @p options as the caller has set them but for count and budget_ms.
Result<std::optional<session::SampleResult>> run_with(session::Session& session,
                                                      const model::CompiledModel& model,
                                                      std::span<const Inputs> history,
                                                      session::InferOptions options,
                                                      const Watch& watch);

/// Most time that one inference of @p macs MACs is given on a device: 10 s, and longer for models
/// that a core of 0.2 MMAC/s (a Cortex-M0 at 8 MHz with reference kernels) would not finish in it.
std::uint32_t budget_ms(std::uint64_t macs);

/// Sizes of the model's outputs, as session::InferRun wants them.
std::vector<std::size_t> output_sizes(const model::CompiledModel& model);

}  // namespace hil::measure
