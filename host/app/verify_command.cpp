// SPDX-License-Identifier: Apache-2.0
// hilbench verify: a board against the host reference, operator by operator.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/app/board_options.hpp"
#include "host/app/command_tape.hpp"
#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/inputs.hpp"
#include "host/app/link_options.hpp"
#include "host/app/options.hpp"
#include "host/app/phase_progress.hpp"
#include "host/app/prepare.hpp"
#include "host/base/signals.hpp"
#include "host/measure/timed_inputs.hpp"
#include "host/measure/upload.hpp"
#include "host/measure/verify.hpp"
#include "host/report/text.hpp"

namespace hil::app {
namespace {

constexpr std::size_t kMostSamples = 1'000;  // of a dataset, unless --runs says otherwise

Result<measure::TimedInputs> inputs_of(const Arguments& arguments,
                                       const model::CompiledModel& model, std::size_t most) {
  if (arguments.has("input") && arguments.has("dataset")) {
    return Error{Blame::kUser, "--input and --dataset are both given", "give one of them"};
  }
  if (arguments.has("dataset")) {
    HIL_ASSIGN(auto source, source_of(arguments, model));
    return measure::first_samples(source, most);
  }
  if (!arguments.has("input")) return measure::random_inputs(model);
  HIL_ASSIGN(auto inputs, read_input(arguments, model));
  const std::string& name = arguments.get("input");
  return measure::TimedInputs{{std::move(inputs)}, {name}, name};
}

/// What all inferences found together, up to the first one that differs.
struct Outcome {
  std::uint32_t compared = 0;     ///< inferences
  std::uint32_t search_runs = 0;  ///< of them all
  std::string input;              ///< of the last one
  measure::Verification last;
};

Result<std::optional<Outcome>> compare(lab::ReadyBoard& board, const model::CompiledModel& model,
                                       const measure::TimedInputs& inputs, std::size_t runs,
                                       const measure::Watch& watch) {
  const auto loaded = measure::upload(board, model, watch);
  if (!loaded) return board.explain(loaded.error()).within("sending the model");
  if (watch.stopped()) return std::optional<Outcome>();
  Outcome outcome;
  for (std::size_t i = 0; i < runs; ++i) {
    const std::size_t at = i % inputs.inputs.size();
    auto found = measure::verify(board.session(), model, inputs.inputs[at], watch);
    if (!found) return board.explain(found.error()).within(inputs.names[at]);
    if (!*found) return std::optional<Outcome>();
    ++outcome.compared;
    outcome.search_runs += (*found)->search_runs;
    outcome.input = inputs.names[at];
    outcome.last = **std::move(found);
    if (outcome.last.difference) break;
    watch.at(measure::Phase::kRun, i + 1, runs);
  }
  return std::optional(std::move(outcome));
}

nlohmann::ordered_json json_of(const Outcome& outcome, const model::CompiledModel& model,
                               const std::string& board) {
  nlohmann::ordered_json json = {{"board", board},
                                 {"model", model.path.string()},
                                 {"operators", model.steps.size()},
                                 {"inferences_compared", outcome.compared},
                                 {"agrees", !outcome.last.difference}};
  if (!outcome.last.difference) return json;
  const measure::OperatorDifference& difference = *outcome.last.difference;
  const model::PlanStep& step = model.steps[difference.step];
  nlohmann::ordered_json found = {{"input", outcome.input},
                                  {"operator", step.layer},
                                  {"kind", measure::title_of(step.kind)},
                                  {"search_runs", outcome.last.search_runs},
                                  {"read_runs", outcome.last.read_runs},
                                  {"repeats", difference.read}};
  if (difference.read) {
    found["tensor"] = step.outputs[difference.output].tensor;
    found["element"] = difference.element;
    found["differing_elements"] = difference.differing;
  }
  json["difference"] = std::move(found);
  json["what"] = measure::explain(model, outcome.last).what;
  return json;
}

std::string sentence_of(const Outcome& outcome, const model::CompiledModel& model) {
  return report::paragraph(
      "",
      fmt::format("all {} operators agree with the host reference in {} inference{} ({} run{} on "
                  "the board)",
                  model.steps.size(), outcome.compared, outcome.compared == 1 ? "" : "s",
                  outcome.search_runs, outcome.search_runs == 1 ? "" : "s"),
      0, table_width());
}

}  // namespace

Options verify_options() {
  Options options(
      "verify",
      "Compares every operator of a model on a board with the host reference, and finds\n"
      "the first one that differs: its tensor, the element, expected and got.",
      "hilbench verify fixtures/digits/digits_int8.tflite --board linux");
  options.positional("MODEL", "the .tflite file")
      .option("input", "FILE", "one input (default: inputs drawn at random)")
      .option("dataset", "DIR", "samples of a dataset as inputs, the first 1000")
      .option("runs", "N",
              "compare N inferences, going through the inputs in turn (default: one "
              "per input)")
      .flag("json", "print JSON instead of a sentence");
  add_input_options(options);
  add_board_options(options, BoardUse::kRuns);
  return options;
}

Result<int> verify_command(const std::vector<std::string>& words) {
  const Options options = verify_options();
  HIL_ASSIGN(const auto arguments, arguments_or_help(options, words));
  if (!arguments) return 0;
  const StopRequest stop;
  HIL_ASSIGN(const auto model, model::load(arguments->get("MODEL")));
  std::size_t runs = 0;
  if (arguments->has("runs")) {
    HIL_ASSIGN(const auto number, arguments->number("runs", 1, 1'000'000));
    runs = static_cast<std::size_t>(number);
  }
  HIL_ASSIGN(const auto inputs, inputs_of(*arguments, model, runs > 0 ? runs : kMostSamples));
  if (runs == 0) runs = inputs.inputs.size();
  HIL_ASSIGN(const auto limit, link_limit_of(*arguments));
  HIL_ASSIGN(const auto board, start_board(*arguments, &stop));
  const measure::LinkUse link(*board);
  PhaseProgress progress("verify");
  auto outcome = compare(*board, model, inputs, runs, progress.watch(stop));
  progress.finish();
  tell_faults(*board);
  if (!outcome) return outcome.error();
  if (!*outcome) return 128 + stop.signal();
  const Outcome& found = **outcome;
  const auto json = json_of(found, model, board->board().id);
  note_record(json);
  if (arguments->has("json")) {
    HIL_TRY(print(json.dump(2) + "\n"));
  } else if (!found.last.difference) {
    HIL_TRY(print(sentence_of(found, model)));
  }
  if (found.last.difference) {
    Error error = measure::explain(model, found.last);
    error.what += fmt::format("; found in {} run{}", found.last.search_runs,
                              found.last.search_runs == 1 ? "" : "s");
    return error.within(found.input);
  }
  HIL_TRY(check_link(link, limit));
  return 0;
}

}  // namespace hil::app
