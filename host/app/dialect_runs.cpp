// SPDX-License-Identifier: Apache-2.0
// The three commands over a dialect.
#include "host/app/dialect_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "host/app/console_io.hpp"
#include "host/app/dialect_options.hpp"
#include "host/app/inputs.hpp"
#include "host/app/phase_progress.hpp"
#include "host/app/prepare.hpp"
#include "host/app/result_files.hpp"
#include "host/base/signals.hpp"
#include "host/measure/dialect/dut_evaluate.hpp"
#include "host/measure/dialect/dut_profile.hpp"
#include "host/report/shaped_table.hpp"

namespace hil::app {
namespace {

constexpr std::int64_t kMostWindows = 1'000;
constexpr double kLeastWindowSeconds = 0.001;
constexpr double kMostWindowSeconds = 3'600;
constexpr std::int64_t kMostRuns = 10'000'000;

Result<std::optional<model::CompiledModel>> model_of(const Arguments& arguments) {
  const auto path = arguments.find("MODEL");
  if (!path) return std::optional<model::CompiledModel>();
  HIL_ASSIGN(auto model, model::load(*path));
  return std::optional(std::move(model));
}

Result<measure::DutViewOptions> view_options(const Arguments& arguments,
                                             const DialectBoard& board) {
  measure::DutViewOptions options;
  options.model_id = board.board().identity.model;
  HIL_ASSIGN(options.type, sample_type_of(arguments));
  HIL_ASSIGN(options.files, input_type_of(arguments));
  return options;
}

Result<measure::DutEvaluateOptions> evaluate_options_of(const Arguments& arguments,
                                                        const measure::DutModelView& view,
                                                        const measure::SampleSource& source) {
  measure::DutEvaluateOptions options;
  std::size_t samples = source.dataset().samples.size();
  if (arguments.has("limit")) {
    HIL_ASSIGN(const auto limit, arguments.number("limit", 1, UINT32_MAX));
    samples = std::min(samples, static_cast<std::size_t>(limit));
  }
  options.count = static_cast<std::uint32_t>(source.inferences_of(samples));
  std::optional<measure::Scoring> asked;
  if (const auto word = arguments.find("metric")) asked = measure::find_scoring(*word);
  HIL_ASSIGN(options.scoring, measure::choose_dut_scoring(asked, view, source));
  if (!arguments.has("top-k")) return options;
  HIL_ASSIGN(const auto top_k, arguments.number("top-k", 1, source.dataset().class_count));
  options.top_k = static_cast<std::uint32_t>(top_k);
  return options;
}

Result<measure::DutProfileOptions> profile_options_of(const Arguments& arguments) {
  measure::DutProfileOptions options;
  if (arguments.has("runs")) {
    HIL_ASSIGN(const auto runs, arguments.number("runs", 1, kMostRuns));
    options.runs = static_cast<std::uint32_t>(runs);
  }
  if (arguments.has("warmup")) {
    HIL_ASSIGN(const auto warmup, arguments.number("warmup", 0, kMostRuns));
    options.warmup = static_cast<std::uint32_t>(warmup);
  }
  if (arguments.has("windows")) {
    HIL_ASSIGN(const auto windows, arguments.number("windows", 1, kMostWindows));
    options.windows = static_cast<std::uint32_t>(windows);
  }
  if (!arguments.has("window")) return options;
  HIL_ASSIGN(options.window_s, arguments.real("window"));
  if (options.window_s >= kLeastWindowSeconds && options.window_s <= kMostWindowSeconds) {
    return options;
  }
  return Error{Blame::kUser,
               fmt::format("--window {} is not from {} to {} seconds", arguments.get("window"),
                           kLeastWindowSeconds, kMostWindowSeconds),
               "for example: --window 10"};
}

/// What the windows run on: samples, or numbers drawn for the model's input.
Result<measure::TimedInputs> timed_inputs_of(const Arguments& arguments,
                                             std::optional<data::Dataset> dataset,
                                             const measure::DutModelView& view,
                                             std::size_t windows) {
  if (!dataset) return measure::random_inputs(view.line);
  HIL_ASSIGN(const auto source, source_of(arguments, *std::move(dataset), view.line));
  return measure::first_samples(source, windows);
}

}  // namespace

Result<int> dialect_info(const Arguments& arguments) {
  const StopRequest stop;
  HIL_ASSIGN(const auto board, DialectBoard::open(arguments, &stop));
  const measure::DutBoard& dut = board->board();
  const auto told = [](const std::string& text) { return text.empty() ? "not told" : text; };
  const nlohmann::ordered_json facts = {
      {"dialect", "mlperf_tiny"},
      {"vendor", dut.identity.vendor},
      {"firmware", told(dut.identity.profile)},
      {"model_id", told(dut.identity.model)},
      {"time_stamps", dut.identity.has_stamps ? "m-lap-us (microseconds, 32 bits)"
                                              : "none as text: energy firmware pulls a pin"},
      {"boot_mode", told(dut.identity.mode)},
      {"link", dut.link.name()},
      {"baud", dut.link.baud()},
      {"unknown",
       "chip, core, clock rate, memory, runtime, digests of firmware and model: this "
       "protocol does not tell"}};
  if (arguments.has("json")) {
    HIL_TRY(print(facts.dump(2) + "\n"));
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, value] : facts.items())
    rows.push_back({name, value.is_string() ? value.get<std::string>() : value.dump()});
  report::TableShape shape;
  shape.flexible = {{1, 20}};
  shape.indent = 0;
  HIL_TRY(print(report::shaped_table(std::move(rows), shape, table_width()).text));
  return 0;
}

Result<int> dialect_evaluate(const Arguments& arguments) {
  HIL_ASSIGN(const auto model, model_of(arguments));
  HIL_ASSIGN(auto dataset, dataset_of(arguments));
  const StopRequest stop;
  HIL_ASSIGN(const auto board, DialectBoard::open(arguments, &stop));
  HIL_ASSIGN(const auto how, view_options(arguments, *board));
  HIL_ASSIGN(const auto view, measure::make_dut_view(model ? &*model : nullptr, &dataset, how));
  HIL_ASSIGN(const auto source, source_of(arguments, std::move(dataset), view.line));
  HIL_ASSIGN(const auto options, evaluate_options_of(arguments, view, source));
  HIL_TRY(source.read(0));  // a wrong size is known before anything is sent
  HIL_ASSIGN(auto files, ResultFiles::create(arguments, view.line));
  PhaseProgress progress("evaluate");
  const measure::Evaluation evaluation =
      measure::evaluate_dut(board->board(), view, source, options, progress.watch(stop));
  progress.finish();
  return files.conclude(evaluation.record, files.save(evaluation, source), stop);
}

Result<int> dialect_profile(const Arguments& arguments) {
  HIL_ASSIGN(const auto model, model_of(arguments));
  HIL_ASSIGN(const auto options, profile_options_of(arguments));
  std::optional<data::Dataset> dataset;
  if (arguments.has("dataset")) {
    HIL_ASSIGN(dataset, dataset_of(arguments));
  }
  const StopRequest stop;
  HIL_ASSIGN(const auto board, DialectBoard::open(arguments, &stop));
  HIL_ASSIGN(const auto how, view_options(arguments, *board));
  HIL_ASSIGN(const auto view,
             measure::make_dut_view(model ? &*model : nullptr, dataset ? &*dataset : nullptr, how));
  HIL_ASSIGN(const auto inputs,
             timed_inputs_of(arguments, std::move(dataset), view, options.windows));
  HIL_ASSIGN(auto files, ResultFiles::create(arguments, view.line));
  PhaseProgress progress("profile");
  const results::Record record =
      measure::profile_dut(board->board(), view, inputs, options, progress.watch(stop));
  progress.finish();
  return files.conclude(record, files.save(record), stop);
}

}  // namespace hil::app
