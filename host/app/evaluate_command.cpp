// SPDX-License-Identifier: Apache-2.0
// hilbench evaluate: accuracy of a model over a dataset, measured on a board.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "host/app/board_list.hpp"
#include "host/app/board_options.hpp"
#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/dialect_options.hpp"
#include "host/app/dialect_runs.hpp"
#include "host/app/inputs.hpp"
#include "host/app/link_options.hpp"
#include "host/app/many_boards.hpp"
#include "host/app/options.hpp"
#include "host/app/phase_progress.hpp"
#include "host/app/prepare.hpp"
#include "host/app/result_files.hpp"
#include "host/base/signals.hpp"
#include "host/measure/evaluate.hpp"

namespace hil::app {
namespace {

/// Everything that can be known before a board is touched.
struct Job {
  model::CompiledModel model;
  measure::SampleSource source;
  measure::EvaluateOptions options;
};

Result<measure::Scoring> scoring_of(const Arguments& arguments, const model::CompiledModel& model,
                                    const measure::SampleSource& source) {
  HIL_TRY(arguments.choice("metric", {"class", "autoencoder", "regression", "none"}));
  std::optional<measure::Scoring> asked;
  if (const auto word = arguments.find("metric")) asked = measure::find_scoring(*word);
  return measure::choose_scoring(asked, model, source);
}

Result<measure::EvaluateOptions> options_of(const Arguments& arguments,
                                            const model::CompiledModel& model,
                                            const measure::SampleSource& source) {
  measure::EvaluateOptions options;
  std::size_t samples = source.dataset().samples.size();
  if (arguments.has("limit")) {
    HIL_ASSIGN(const auto limit, arguments.number("limit", 1, UINT32_MAX));
    samples = std::min(samples, static_cast<std::size_t>(limit));
  }
  options.count = static_cast<std::uint32_t>(source.inferences_of(samples));
  HIL_ASSIGN(options.link_limit, link_limit_of(arguments));
  HIL_ASSIGN(options.scoring, scoring_of(arguments, model, source));
  HIL_ASSIGN(const auto state, arguments.choice("state", {"reset", "keep"}));
  if (state == 1) options.state = measure::StateRule::kKeep;
  if (!arguments.has("top-k")) return options;
  if (options.scoring != measure::Scoring::kClass) {
    return Error{Blame::kUser,
                 fmt::format("--top-k goes with --metric class, not with {}",
                             measure::name_of(options.scoring)),
                 "leave out --top-k"};
  }
  HIL_ASSIGN(const auto top_k, arguments.number("top-k", 1, source.dataset().class_count));
  options.top_k = static_cast<std::uint32_t>(top_k);
  return options;
}

Result<Job> prepare_job(const Arguments& arguments) {
  HIL_ASSIGN(auto model, model::load(arguments.get("MODEL")));
  HIL_ASSIGN(auto source, source_of(arguments, model));
  HIL_ASSIGN(const auto options, options_of(arguments, model, source));
  HIL_TRY(source.read(0));  // a wrong size is known before a board is started
  return Job{std::move(model), std::move(source), options};
}

Result<int> evaluate_on_many(const Arguments& arguments, const Job& job, const StopRequest& stop) {
  const auto run = [&](lab::ReadyBoard& board, const measure::Watch& watch) {
    return measure::evaluate(board, job.model, job.source, job.options, watch);
  };
  return run_on_boards(arguments, {"evaluate", job.model, &job.source, job.options.count, run},
                       stop);
}

}  // namespace

Options evaluate_options() {
  Options options("evaluate",
                  "Runs every sample of a dataset through a model on a board, checks each output\n"
                  "against the host reference, and computes accuracy or another --metric. Several\n"
                  "boards run side by side, each with a line of progress and a record of its own.",
                  "hilbench evaluate fixtures/digits/digits_int8.tflite --dataset "
                  "fixtures/digits/test --board linux");
  options.positional("MODEL", "the .tflite file; with --dialect only to compare results with")
      .unless("dialect")
      .option("dataset", "DIR", "the dataset (see hilbench dataset show)", true)
      .option("limit", "N", "only the first N samples")
      .option("metric", "METRIC",
              "class, autoencoder, regression, or none (default: regression for a dataset with "
              "targets, else class)")
      .values({"class", "autoencoder", "regression", "none"})
      .option("top-k", "K", "also the share of samples whose class is among the K largest values")
      .option("state", "RULE",
              "of a model with state: reset before every sample, or keep (default: reset)")
      .values({"reset", "keep"})
      .option("json", "FILE",
              "write the record as JSON; - for standard output, and no table; of several boards a "
              "folder with one record each, or with - an array")
      .option("outputs", "FILE",
              "write name, label and raw output values of each sample as CSV; of several boards a "
              "folder");
  add_input_options(options);
  options.option("board", "BOARD", kBoardListHelp, true).unless("dialect");
  add_board_options(options, BoardUse::kRuns, false);
  add_dialect_options(options, true);
  return options;
}

Result<int> evaluate_command(const std::vector<std::string>& words) {
  const Options options = evaluate_options();
  HIL_ASSIGN(const auto arguments, arguments_or_help(options, words));
  if (!arguments) return 0;
  if (arguments->has("dialect")) return dialect_evaluate(*arguments);
  HIL_TRY(check_no_dialect_options(*arguments));
  const StopRequest stop;
  HIL_ASSIGN(const bool many, names_many(*arguments));
  HIL_ASSIGN(const Job job, prepare_job(*arguments));
  if (many) return evaluate_on_many(*arguments, job, stop);
  HIL_ASSIGN(auto files, ResultFiles::create(*arguments, job.model));

  HIL_ASSIGN(const auto board, start_board(*arguments, &stop));
  PhaseProgress progress("evaluate");
  const measure::Evaluation evaluation =
      measure::evaluate(*board, job.model, job.source, job.options, progress.watch(stop));
  progress.finish();
  return files.conclude(evaluation.record, files.save(evaluation, job.source), stop);
}

}  // namespace hil::app
