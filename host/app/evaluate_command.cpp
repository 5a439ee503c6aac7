// SPDX-License-Identifier: Apache-2.0
// hilbench evaluate: accuracy of a model over a dataset, measured on a board.
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/options.hpp"
#include "host/app/prepare.hpp"
#include "host/app/result_files.hpp"
#include "host/base/signals.hpp"
#include "host/data/mlperf_folder.hpp"
#include "host/measure/evaluate.hpp"
#include "host/report/console.hpp"
#include "host/report/progress.hpp"

namespace hil::app {
namespace {

Options declare() {
  Options options("evaluate",
                  "Runs every sample of a dataset through a model on a board, checks each output\n"
                  "against the host reference, and counts what was recognised.",
                  "hilbench evaluate fixtures/digits/digits_int8.tflite --dataset "
                  "fixtures/digits/test --board linux");
  options.positional("MODEL", "the .tflite file")
      .option("dataset", "DIR", "folder with y_labels.csv and the samples", true)
      .option("board", "BOARD", "board id (see hilbench boards)", true)
      .option("input-type", "TYPE",
              "element type of the sample files: i8, u8, i16, i32, f32 (default: dataset.json, "
              "else the model's)")
      .option("limit", "N", "only the first N samples")
      .option("json", "FILE", "write the record as JSON; - for standard output, and no table")
      .option("outputs", "FILE", "write name, label and raw output values of each sample as CSV");
  return options;
}

/// Everything that can be known before a board is touched.
struct Job {
  model::CompiledModel model;
  measure::SampleSource source;
  std::uint32_t count;
};

Result<Job> prepare_job(const Arguments& arguments) {
  HIL_ASSIGN(auto model, model::load(arguments.get("MODEL")));
  HIL_ASSIGN(auto dataset, data::load_mlperf_folder(arguments.get("dataset")));
  HIL_ASSIGN(const auto type, input_type_of(arguments));
  auto count = static_cast<std::uint32_t>(dataset.samples.size());
  if (arguments.has("limit")) {
    HIL_ASSIGN(const auto limit, arguments.number("limit", 1, UINT32_MAX));
    count = std::min(count, static_cast<std::uint32_t>(limit));
  }
  HIL_ASSIGN(auto source, measure::SampleSource::make(std::move(dataset), model, type));
  HIL_TRY(measure::check_classifier(model, source));
  HIL_TRY(source.read(0));  // a wrong size is known before a board is started
  return Job{std::move(model), std::move(source), count};
}

/// One progress line per phase of the run, on standard error.
class PhaseProgress {
 public:
  void update(measure::Phase phase, std::uint64_t done, std::uint64_t total) {
    if (phase == measure::Phase::kUpload) return;  // a second or two at worst
    if (!progress_ || phase != phase_) {
      finish();
      progress_.emplace(std::cerr, report::style_of(STDERR_FILENO),
                        phase == measure::Phase::kRun ? "evaluate" : "check", total);
      phase_ = phase;
    }
    progress_->update(done);
  }
  void finish() {
    if (progress_) progress_->finish();
    progress_.reset();
  }

 private:
  std::optional<report::Progress> progress_;
  measure::Phase phase_ = measure::Phase::kUpload;
};

measure::Evaluation run(lab::ReadyBoard& board, const Job& job, const StopRequest& stop) {
  PhaseProgress progress;
  measure::Watch watch;
  watch.stop = &stop;
  watch.progress = [&](measure::Phase phase, std::uint64_t done, std::uint64_t total) {
    progress.update(phase, done, total);
  };
  auto evaluation = measure::evaluate(board, job.model, job.source, job.count, watch);
  progress.finish();
  return evaluation;
}

}  // namespace

Result<int> evaluate_command(const std::vector<std::string>& words) {
  const Options options = declare();
  HIL_ASSIGN(const auto arguments, arguments_or_help(options, words));
  if (!arguments) return 0;
  const StopRequest stop;
  HIL_ASSIGN(const Job job, prepare_job(*arguments));
  HIL_ASSIGN(auto files, ResultFiles::create(*arguments, job.model));
  if (!job.source.conversion().empty()) remark(job.source.conversion());

  HIL_ASSIGN(const auto board, start_board(arguments->get("board")));
  const measure::Evaluation evaluation = run(*board, job, stop);

  const results::Record& record = evaluation.record;
  const Status saved = files.save(evaluation, job.source);
  if (!files.record_on_stdout())
    HIL_TRY(print(report::console_text(record, static_cast<std::size_t>(output_width()))));
  if (!record.verdict.error) HIL_TRY(saved);
  if (!saved.ok()) report(saved.error());  // beside the error that matters more
  if (record.verdict.error) return *record.verdict.error;
  return stop.requested() ? 128 + stop.signal() : 0;
}

}  // namespace hil::app
