// SPDX-License-Identifier: Apache-2.0
// operators: each one that the agent has runs twice and must give what the host reference gives;
// of a quick run one model for each, whatever its types and variants.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "host/conform/checks/checks.hpp"
#include "host/conform/operator_models.hpp"
#include "host/conform/traffic.hpp"
#include "host/measure/agreement.hpp"
#include "host/measure/stream.hpp"
#include "host/measure/upload.hpp"

namespace hil::conform {
namespace {

using Tensors = std::vector<std::vector<std::uint8_t>>;

struct Tally {
  std::uint32_t right = 0, wrong = 0;
  std::uint32_t lacking = 0;  ///< that the agent does not have
  std::uint32_t too_large = 0;
  std::string first_wrong;
};

/// "output 0 element 3: 0x7f, not 0x80; 2 of 8 elements differ", of floats their bits.
std::string first_difference(const model::CompiledModel& model, const Tensors& expected,
                             const Tensors& got) {
  for (std::size_t i = 0; i < expected.size() && i < got.size(); ++i) {
    const data::ElementType type = model.outputs[i].type;
    if (measure::agree(type, expected[i], got[i])) continue;
    if (expected[i].size() != got[i].size()) return fmt::format("output {} has another size", i);
    const std::size_t size = data::size_of(type);
    const auto mismatch = type == data::ElementType::kFloat32
                              ? measure::compare_floats(expected[i], got[i])
                              : measure::compare_exactly(size, expected[i], got[i]);
    const auto hex = [&](const std::vector<std::uint8_t>& bytes) {
      std::string text;
      for (std::size_t k = size; k > 0; --k)
        text += fmt::format("{:02x}", bytes[mismatch.first * size + k - 1]);
      return text;
    };
    return fmt::format("output {} element {}: 0x{}, not 0x{}; {} of {} elements differ", i,
                       mismatch.first, hex(got[i]), hex(expected[i]), mismatch.count,
                       expected[i].size() / size);
  }
  return "another number of outputs";
}

/// Two inferences in a row, the first from the initial state; fewer when the watch says stop.
Result<std::vector<Tensors>> run_twice(Bench& bench, const model::CompiledModel& model,
                                       const Tensors& inputs) {
  session::InferOptions options;
  options.count = 2;
  options.reset_state = true;
  options.budget_ms = measure::budget_ms(model.macs);
  std::vector<Tensors> outputs;
  HIL_TRY(run_samples(bench, model, options, inputs, [&](session::SampleResult& result) {
    outputs.push_back(std::move(result.outputs));
  }));
  return outputs;
}

/// What kept it from being right; empty if nothing, or when the watch says stop.
Result<std::string> run_one(Bench& bench, const model::CompiledModel& model,
                            const Tensors& inputs) {
  HIL_ASSIGN(auto reference, model::ReferenceRunner::make(model));
  HIL_TRY(measure::upload(bench.board(), model, bench.watch()));
  if (bench.watch().stopped()) return std::string();
  bench.expect_restart();  // writing the flash slot is one
  HIL_ASSIGN(const auto outputs, run_twice(bench, model, inputs));
  bench.note_stack();  // the next write of the slot paints it anew
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    HIL_ASSIGN(const Tensors expected, reference.run(inputs));
    if (measure::agree(model, expected, outputs[i])) continue;
    return (i == 0 ? "" : "the second time: ") + first_difference(model, expected, outputs[i]);
  }
  // Floats may be others than the host's, within a tolerance, but not others than the board's own.
  if (outputs.size() == 2 && model.state_bytes == 0 && outputs[0] != outputs[1]) {
    return std::string("two runs gave two results");
  }
  return std::string();
}

bool has_all(const session::AgentInfo& agent, const model::CompiledModel& model) {
  return std::all_of(model.operators.begin(), model.operators.end(),
                     [&](const auto& used) { return agent.has_operator(used.opcode, used.type); });
}

Status take(Bench& bench, const OperatorModel& entry, Tally& tally) {
  HIL_ASSIGN(const auto model, compiled(entry.tflite, entry.name.c_str()));
  if (!has_all(bench.agent(), model)) {
    ++tally.lacking;
    return {};
  }
  if (!check_fits_board(bench, model).ok()) {
    ++tally.too_large;
    return {};
  }
  auto wrong = run_one(bench, model, entry.inputs);
  if (!wrong) return Error(wrong.error()).within(entry.name);
  if (bench.watch().stopped()) return {};
  if (wrong->empty()) {
    ++tally.right;
    return {};
  }
  if (tally.wrong++ == 0) tally.first_wrong = entry.name + ": " + *wrong;
  return {};
}

void note(const Bench& bench, const Tally& tally, Check& check) {
  check.figures.push_back(bench.figure("right", tally.right, ""));
  check.figures.push_back(bench.figure("tried", tally.right + tally.wrong, ""));
  if (tally.lacking > 0) check.figures.push_back(bench.figure("not built in", tally.lacking, ""));
  if (tally.too_large > 0) check.figures.push_back(bench.figure("too large", tally.too_large, ""));
}

}  // namespace

Status check_operators(Bench& bench, Check& check) {
  check.limit = "all right, twice";
  Tally tally;
  std::set<std::uint32_t> tried;  // opcodes
  for (const OperatorModel& entry : operator_models()) {
    if (bench.watch().stopped()) return {};
    if (bench.quick() && tried.count(entry.opcode) != 0) continue;
    const std::uint32_t before = tally.right + tally.wrong;
    if (const Status status = take(bench, entry, tally); !status.ok()) {
      note(bench, tally, check);
      return status;
    }
    if (tally.right + tally.wrong > before) tried.insert(entry.opcode);
  }
  note(bench, tally, check);
  if (tally.wrong > 0) {
    check.finding = tally.first_wrong;
    if (tally.wrong > 1) check.finding += fmt::format("; and {} more", tally.wrong - 1);
    check.advice =
        "run hilbench verify with a model that has this operator; look at compiler flags "
        "of the core (fused multiply-add, fast maths) and at the board's memory";
  } else if (tally.right == 0) {
    check.finding = "no operator could be run";
    check.advice = "give the agent more room for models and activations in the board file";
  }
  check.verdict = check.finding.empty() ? Verdict::kPass : Verdict::kFail;
  return {};
}

}  // namespace hil::conform
