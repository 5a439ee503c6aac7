// SPDX-License-Identifier: Apache-2.0
// hilbench compare-model: a float model and its int8 version, on the host and on a board.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "host/app/board_options.hpp"
#include "host/app/commands.hpp"
#include "host/app/inputs.hpp"
#include "host/app/link_options.hpp"
#include "host/app/options.hpp"
#include "host/app/phase_progress.hpp"
#include "host/app/prepare.hpp"
#include "host/app/result_files.hpp"
#include "host/base/file.hpp"
#include "host/base/signals.hpp"
#include "host/measure/model_comparison.hpp"
#include "host/measure/scoring.hpp"
#include "host/report/model_comparison_text.hpp"

namespace hil::app {
namespace {

/// Both models, each with the dataset converted for it.
struct Models {
  model::CompiledModel in_float, in_int8;
  std::optional<measure::SampleSource> for_float, for_int8;

  [[nodiscard]] measure::ModelPair pair() const {
    return {{in_float, *for_float}, {in_int8, *for_int8}};
  }
};

Result<Models> load_models(const Arguments& arguments) {
  Models models;
  HIL_ASSIGN(models.in_float, model::load(arguments.get("float")));
  HIL_ASSIGN(models.in_int8, model::load(arguments.get("int8")));
  HIL_TRY(measure::check_models(models.in_float, models.in_int8));
  HIL_ASSIGN(auto dataset, dataset_of(arguments));
  HIL_ASSIGN(models.for_float, source_of(arguments, dataset, models.in_float));
  HIL_ASSIGN(models.for_int8, source_of(arguments, std::move(dataset), models.in_int8));
  HIL_TRY(measure::check_sources(models.pair()));
  return models;
}

/// Whether outputs are compared as classes.
///   every error of measure::choose_scoring()
Result<bool> classes_of(const Arguments& arguments, const Models& models) {
  std::optional<measure::Scoring> asked;
  HIL_TRY(arguments.choice("metric", {"class", "none"}));
  if (const auto word = arguments.find("metric")) asked = measure::find_scoring(*word);
  HIL_ASSIGN(const auto scoring, measure::choose_scoring(asked, models.in_int8, *models.for_int8));
  const bool classes = scoring == measure::Scoring::kClass;
  if (arguments.has("flips") && !classes) {
    return Error{Blame::kUser, "--flips needs classes, and outputs are compared as values",
                 "leave out --flips, or say --metric class"};
  }
  return classes;
}

Result<measure::ComparisonOptions> options_of(const Arguments& arguments, const Models& models) {
  measure::ComparisonOptions options;
  std::size_t samples = models.for_int8->dataset().samples.size();
  if (arguments.has("limit")) {
    HIL_ASSIGN(const auto limit, arguments.number("limit", 1, UINT32_MAX));
    samples = std::min(samples, static_cast<std::size_t>(limit));
  }
  options.count = static_cast<std::uint32_t>(models.for_int8->inferences_of(samples));
  HIL_ASSIGN(options.link_limit, link_limit_of(arguments));
  HIL_ASSIGN(options.classes, classes_of(arguments, models));
  for (const auto* source : {&*models.for_float, &*models.for_int8})
    HIL_TRY(source->read(0));  // a wrong size is known before a board is started
  return options;
}

/// Begins what --flips asks for.
Result<std::optional<AtomicFile>> flips_file(const Arguments& arguments) {
  const auto path = arguments.find("flips");
  if (!path) return std::optional<AtomicFile>();
  HIL_ASSIGN(auto file, AtomicFile::create(*path));
  return std::optional(std::move(file));
}

Status save(ResultFiles& files, std::optional<AtomicFile>& flips, const results::Record& record) {
  HIL_TRY(files.save(record));
  if (!flips) return {};
  HIL_TRY(flips->write(report::flips_csv(*record.model_comparison)));
  return flips->commit();
}

}  // namespace

Options compare_model_options() {
  Options options(
      "compare-model",
      "What quantisation costs: a float model on the host, its int8 version on the\n"
      "host, and that on a board, sample by sample. The two int8 ones must agree to\n"
      "the bit.",
      "hilbench compare-model --float fixtures/digits/digits_float32.tflite --int8 "
      "fixtures/digits/digits_int8.tflite --dataset fixtures/digits/test --board linux");
  options.option("float", "FILE", "the float .tflite file", true)
      .option("int8", "FILE", "its quantised version", true)
      .option("dataset", "DIR", "the dataset (see hilbench dataset show)", true)
      .option("limit", "N", "only the first N samples")
      .option("metric", "METRIC",
              "class, or none to compare outputs as values only (default: none for a dataset with "
              "targets, else class)")
      .values({"class", "none"})
      .option("json", "FILE", "write the record as JSON; - for standard output, and no table")
      .option("flips", "FILE", "write the samples whose class changes as CSV");
  add_input_options(options);
  add_board_options(options, BoardUse::kRuns);
  return options;
}

Result<int> compare_model_command(const std::vector<std::string>& words) {
  const Options options = compare_model_options();
  HIL_ASSIGN(const auto arguments, arguments_or_help(options, words));
  if (!arguments) return 0;
  const StopRequest stop;
  HIL_ASSIGN(const Models models, load_models(*arguments));
  HIL_ASSIGN(const auto how, options_of(*arguments, models));
  HIL_ASSIGN(auto files, ResultFiles::create(*arguments, models.in_int8));
  HIL_ASSIGN(auto flips, flips_file(*arguments));

  HIL_ASSIGN(const auto board, start_board(*arguments, &stop));
  PhaseProgress progress("board");
  const results::Record record =
      measure::compare_models(*board, models.pair(), how, progress.watch(stop));
  progress.finish();
  return files.conclude(record, save(files, flips, record), stop);
}

}  // namespace hil::app
