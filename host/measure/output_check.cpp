// SPDX-License-Identifier: Apache-2.0
// Comparing with the reference.
#include "host/measure/output_check.hpp"

#include <fmt/format.h>

#include "host/measure/agreement.hpp"

namespace hil::measure {
namespace {

/// "output 0 byte 3: expected 0x7f, got 0x80"
std::string first_difference(const Outputs& expected, const Outputs& got) {
  for (std::size_t output = 0; output < expected.size() && output < got.size(); ++output) {
    for (std::size_t i = 0; i < expected[output].size() && i < got[output].size(); ++i) {
      if (expected[output][i] == got[output][i]) continue;
      return fmt::format("output {} byte {}: expected 0x{:02x}, got 0x{:02x}", output, i,
                         expected[output][i], got[output][i]);
    }
  }
  return "outputs of another size";
}

/// Checks results[index]; a first difference is kept with what made it.
Status check_one(const model::CompiledModel& model, model::ReferenceRunner& runner,
                 const SampleSource& source, const std::vector<session::SampleResult>& results,
                 std::size_t index, OutputCheck& check) {
  HIL_ASSIGN(const Inputs inputs, source.read(results[index].sample));
  HIL_ASSIGN(Outputs expected, runner.run(inputs));
  ++check.checked;
  if (agree(model, expected, results[index].outputs)) return {};
  ++check.differing;
  if (!check.first) check.first = Difference{index, std::move(expected)};
  return {};
}

}  // namespace

OutputCheck check_outputs(const model::CompiledModel& model, const SampleSource& source,
                          const std::vector<session::SampleResult>& results, StateRule rule,
                          const Watch& watch) {
  OutputCheck check;
  auto runner = model::ReferenceRunner::make(model);
  if (!runner) {
    check.error = runner.error();
    return check;
  }
  for (std::size_t index = 0; index < results.size() && !watch.stopped(); ++index) {
    if (starts_fresh(rule, source, index)) runner->reset_state();
    const Status status = check_one(model, *runner, source, results, index, check);
    if (!status.ok()) {
      check.error = status.error();
      return check;
    }
    watch.at(Phase::kCheck, check.checked, results.size());
  }
  return check;
}

Result<std::vector<Inputs>> history_of(const model::CompiledModel& model,
                                       const SampleSource& source, StateRule rule,
                                       std::size_t index) {
  std::size_t first = index;
  while (model.state_bytes > 0 && !starts_fresh(rule, source, first))
    --first;
  std::vector<Inputs> history;
  for (; first <= index; ++first) {
    HIL_ASSIGN(Inputs inputs, source.read(first));
    history.push_back(std::move(inputs));
  }
  return history;
}

Error explain_difference(session::Session& session, const model::CompiledModel& model,
                         std::span<const Inputs> history, const Outputs& expected,
                         const session::SampleResult& result, const std::string& name) {
  const std::string what =
      fmt::format("{}: the device's output differs from the host reference, {}", name,
                  first_difference(expected, result.outputs));
  const auto again = run_history(session, model, history, result.sample, Watch{});
  if (!again) return again.error().within(what + "; run again");
  if ((*again)->outputs == result.outputs) {
    return {Blame::kBug, what + ", and does so again",
            "report this with the model and the record: host and device disagree"};
  }
  return {
      Blame::kDevice,
      what + (agree(model, expected, (*again)->outputs) ? ", but not when run again"
                                                        : ", and in another way when run again"),
      "check supply, clock and memory of the board, then run again"};
}

}  // namespace hil::measure
