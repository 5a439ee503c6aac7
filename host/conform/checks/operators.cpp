// SPDX-License-Identifier: Apache-2.0
// operators: each one that the agent has runs twice and must give what the host reference gives;
// of a quick run one model for each, whatever its types and variants.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "host/conform/checks/checks.hpp"
#include "host/conform/checks/operator_tally.hpp"
#include "host/conform/operator_models.hpp"
#include "host/conform/traffic.hpp"
#include "host/measure/agreement.hpp"
#include "host/measure/stream.hpp"
#include "host/measure/upload.hpp"

namespace hil::conform {
namespace {

using Tensors = std::vector<std::vector<std::uint8_t>>;

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

Status take(Bench& bench, const OperatorModel& entry, OperatorTally& tally) {
  HIL_ASSIGN(const auto model, compiled(entry.tflite, entry.name.c_str()));
  if (!has_all(bench.agent(), model)) {
    tally.add_lacking();
    return {};
  }
  if (!check_fits_board(bench, model).ok()) {
    tally.add_too_large(entry);
    return {};
  }
  auto wrong = run_one(bench, model, entry.inputs);
  if (!wrong) return Error(wrong.error()).within(entry.name);
  if (bench.watch().stopped()) return {};
  tally.add_run(entry, *wrong);
  return {};
}

void note(const Bench& bench, const OperatorTally& tally, Check& check) {
  const auto add = [&](const char* name, std::uint32_t count) {
    check.figures.push_back(bench.figure(name, count, ""));
  };
  add("right", tally.right());
  add("tried", tally.right() + tally.wrong());
  if (tally.lacking() > 0) add("not built in", tally.lacking());
  if (tally.too_large() > 0) add("too large", tally.too_large());
}

}  // namespace

Status check_operators(Bench& bench, Check& check) {
  check.limit = "all right, twice";
  OperatorTally tally(bench.quick());
  for (const OperatorModel& entry : operator_models()) {
    if (bench.watch().stopped()) return {};
    if (bench.quick() && tally.has_run(entry)) continue;
    if (const Status status = take(bench, entry, tally); !status.ok()) {
      note(bench, tally, check);
      return status;
    }
  }
  note(bench, tally, check);
  tally.judge(check);
  return {};
}

}  // namespace hil::conform
