// SPDX-License-Identifier: Apache-2.0
// hilbench dataset: what a dataset holds, and what is wrong with it.
#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <optional>

#include "host/app/commands.hpp"
#include "host/app/console_io.hpp"
#include "host/app/options.hpp"
#include "host/app/prepare.hpp"
#include "host/base/file.hpp"
#include "host/base/signals.hpp"
#include "host/data/check.hpp"
#include "host/data/load.hpp"
#include "host/measure/sample_source.hpp"
#include "host/report/color.hpp"
#include "host/report/dataset_text.hpp"
#include "host/report/progress.hpp"

namespace hil::app {
namespace {

Options dataset_show_options() {
  Options options("dataset show", "Shows what a dataset is made of. Samples are not read.",
                  "hilbench dataset show fixtures/digits/test");
  options.positional("DIR", "the dataset (a folder, an .npz or a .csv file)");
  return options;
}

Options dataset_check_options() {
  Options options(
      "dataset check",
      "Reads every sample and looks for wrong sizes, unreadable files, copies, label\n"
      "errors, NaN, clipped or dead channels and unequal classes. Exit code 0 if there\n"
      "are no errors (warnings and notes do not count), 2 if there are.",
      "hilbench dataset check fixtures/digits/test --model "
      "fixtures/digits/digits_int8.tflite");
  options.positional("DIR", "the dataset")
      .option("model", "MODEL", "also check that the samples fit this .tflite file")
      .option("input-type", "TYPE",
              "element type of raw samples: i8, u8, i16, i32, f32 (default: dataset.json, else "
              "the model's)")
      .values({"i8", "u8", "i16", "i32", "f32"})
      .option("json", "FILE", "write the findings as JSON; - for standard output, and no text");
  add_quantisation_options(options);
  return options;
}

Result<int> show(const std::vector<std::string>& words) {
  const Options options = dataset_show_options();
  HIL_ASSIGN(const auto arguments, arguments_or_help(options, words));
  if (!arguments) return 0;
  HIL_ASSIGN(const auto dataset, data::load_dataset(arguments->get("DIR")));
  HIL_TRY(print(report::dataset_text(dataset, static_cast<std::size_t>(output_width()))));
  return 0;
}

/// Outputs of @p model that are classes; nothing if it is no classifier, as far as one can tell.
std::optional<std::uint64_t> classes_of(const model::CompiledModel& model,
                                        const data::Dataset& dataset) {
  if (model.inputs.size() != 1 || model.outputs.size() != 1) return std::nullopt;
  const std::size_t outputs = model.outputs.front().element_count();
  const bool windows = !dataset.samples.empty() && dataset.samples.front().window_bytes != 0;
  // As many outputs as inputs: an autoencoder. One: a threshold decides.
  if (windows || outputs < 2 || outputs == model.inputs.front().element_count()) {
    return std::nullopt;
  }
  return outputs;
}

/// What --model says of the samples; that they do not fit at all goes to @p findings.
Result<data::Expectation> expectation_of(const Arguments& arguments, const data::Dataset& dataset,
                                         std::vector<data::Finding>& findings) {
  data::Expectation expectation;
  HIL_ASSIGN(expectation.type, input_type_of(arguments));
  const auto path = arguments.find("model");
  if (!path) return expectation;
  HIL_ASSIGN(const auto model, model::load(*path));
  const auto source = measure::SampleSource::make(dataset, model, expectation.type);
  if (!source) {
    findings.push_back(
        {data::Severity::kError, "does-not-fit", source.error().what, 0, {}, source.error().hint});
  } else {
    expectation.type = source->type();
    expectation.shape = model.inputs.front().shape;
    if (!source->conversion().empty()) {
      findings.push_back({data::Severity::kNote, "conversion", source->conversion(), 0, {}, ""});
    }
  }
  expectation.class_count = classes_of(model, dataset);
  return expectation;
}

data::DatasetCheck run_check(const data::Dataset& dataset, const data::Problems& problems,
                             const data::Expectation& expectation, const StopRequest& stop) {
  report::Progress progress(std::cerr, report::style_of(STDERR_FILENO), "check",
                            dataset.samples.size());
  auto check = data::check_dataset(dataset, problems, expectation, [&](std::size_t done) {
    progress.update(done);
    return !stop.requested();
  });
  if (!check.stopped) progress.update(dataset.samples.size());
  progress.finish();
  return check;
}

Status write_result(const Arguments& arguments, std::optional<AtomicFile>& file,
                    const data::Dataset& dataset, const data::DatasetCheck& check) {
  const std::string json = report::check_json(dataset, check);
  if (file) {
    HIL_TRY(file->write(json));
    HIL_TRY(file->commit());
  }
  if (arguments.find("json") == "-") return print(json);
  return print(report::check_text(dataset, check, static_cast<std::size_t>(output_width()),
                                  report::colors_for(STDOUT_FILENO)));
}

Result<int> check(const std::vector<std::string>& words) {
  const Options options = dataset_check_options();
  HIL_ASSIGN(const auto arguments, arguments_or_help(options, words));
  if (!arguments) return 0;
  const StopRequest stop;
  data::Problems problems;
  const std::string folder = arguments->get("DIR");
  HIL_ASSIGN(auto dataset, data::load_dataset(folder, &problems));
  HIL_TRY(apply_quantisation(*arguments, dataset));
  std::vector<data::Finding> misfits;
  HIL_ASSIGN(const auto expectation, expectation_of(*arguments, dataset, misfits));
  std::optional<AtomicFile> file;  // begun first: a wrong path costs no time
  if (const auto path = arguments->find("json"); path && *path != "-") {
    HIL_ASSIGN(file, AtomicFile::create(*path));
  }
  auto result = run_check(dataset, problems, expectation, stop);
  result.add(std::move(misfits));
  HIL_TRY(write_result(*arguments, file, dataset, result));
  if (stop.requested()) return 128 + stop.signal();
  const std::size_t errors = result.count_of(data::Severity::kError);
  if (errors == 0) return 0;
  return Error{Blame::kUser,
               fmt::format("{} has {} {}", folder, errors, errors == 1 ? "error" : "errors"),
               "correct them: results measured with it would be wrong"};
}

}  // namespace

Options dataset_options() {
  Options options(
      "dataset",
      "What a dataset holds (show), and what is wrong with it (check). A dataset is a folder with\n"
      "y_labels.csv (as MLPerf Tiny has it) or manifest.csv; one folder per class; x.npy and "
      "y.npy;\n"
      "an .npz with x and y; or a .csv with a sample a row. Samples are .npy, .png, .jpg, .wav or\n"
      "raw .bin files.",
      "hilbench dataset check fixtures/digits/test");
  options.sub(dataset_check_options()).sub(dataset_show_options());
  return options;
}

Result<int> dataset_command(const std::vector<std::string>& words) {
  const Options options = dataset_options();
  HIL_ASSIGN(const auto name, sub_or_help(options, words));
  const std::vector<std::string> rest(words.empty() ? words.end() : words.begin() + 1, words.end());
  if (name == "check") return check(rest);
  if (name == "show") return show(rest);
  return 0;  // --help
}

}  // namespace hil::app
