// SPDX-License-Identifier: Apache-2.0
// Upload, one run, compare.
#include "host/measure/infer.hpp"

#include "host/measure/agreement.hpp"
#include "host/measure/output_check.hpp"
#include "host/measure/stream.hpp"
#include "host/measure/upload.hpp"

namespace hil::measure {

Result<std::optional<session::SampleResult>> infer(lab::ReadyBoard& board,
                                                   const model::CompiledModel& model,
                                                   const Inputs& inputs, const Watch& watch) {
  HIL_ASSIGN(auto runner, model::ReferenceRunner::make(model));
  HIL_ASSIGN(const Outputs expected, runner.run(inputs));
  const auto loaded = upload(board, model, watch);
  if (!loaded) return board.explain(loaded.error()).within("sending the model");
  if (watch.stopped()) return std::optional<session::SampleResult>();
  auto result = run_once(board.session(), model, inputs, 0, watch);
  if (!result) return board.explain(result.error());
  if (!*result || agree(model, expected, (*result)->outputs)) return result;
  return board.explain(explain_difference(board.session(), model, std::span(&inputs, 1), expected,
                                          **result, "the input"));
}

}  // namespace hil::measure
