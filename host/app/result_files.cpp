// SPDX-License-Identifier: Apache-2.0
// Writing records and outputs.
#include "host/app/result_files.hpp"

#include <unistd.h>

#include "host/app/command_tape.hpp"
#include "host/app/console_io.hpp"
#include "host/report/color.hpp"
#include "host/report/console.hpp"
#include "host/report/json_record.hpp"

namespace hil::app {

std::vector<report::OutputFormat> output_formats(const model::CompiledModel& model) {
  std::vector<report::OutputFormat> formats;
  for (const model::TensorSpec& output : model.outputs)
    formats.push_back({output.type, output.element_count()});
  return formats;
}

Status add_outputs(const measure::Evaluation& evaluation, const measure::SampleSource& source,
                   report::OutputsCsv& outputs) {
  for (const session::SampleResult& result : evaluation.samples) {
    const data::Sample& sample = source.dataset().samples[source.item(result.sample).sample];
    HIL_TRY(outputs.add(sample.name, sample.label, result.outputs));
  }
  return {};
}

Result<ResultFiles> ResultFiles::create(const Arguments& arguments,
                                        const model::CompiledModel& model) {
  ResultFiles files;
  if (const auto path = arguments.find("json")) {
    files.record_on_stdout_ = *path == "-";
    if (!files.record_on_stdout_) {
      HIL_ASSIGN(files.record_, AtomicFile::create(*path));
    }
  }
  if (const auto path = arguments.find("outputs")) {
    HIL_ASSIGN(files.outputs_, report::OutputsCsv::create(*path, output_formats(model)));
  }
  return files;
}

Status ResultFiles::save(const results::Record& record) {
  const std::string text = report::json_text(record);
  note_record(nlohmann::json::parse(text));
  if (record_on_stdout_) HIL_TRY(print(text));
  if (!record_) return {};
  HIL_TRY(record_->write(text));
  return record_->commit();
}

Result<int> ResultFiles::conclude(const results::Record& record, const Status& saved,
                                  const StopRequest& stop) const {
  if (!record_on_stdout_) {
    HIL_TRY(print(report::console_text(record, static_cast<std::size_t>(output_width()),
                                       report::colors_for(STDOUT_FILENO))));
  }
  if (!record.verdict.error) HIL_TRY(saved);
  if (!saved.ok()) app::report(saved.error());  // beside the error that matters more
  if (record.verdict.error) return *record.verdict.error;
  return stop.requested() ? 128 + stop.signal() : 0;
}

Status ResultFiles::save(const measure::Evaluation& evaluation,
                         const measure::SampleSource& source) {
  HIL_TRY(save(evaluation.record));
  if (!outputs_) return {};
  HIL_TRY(add_outputs(evaluation, source, *outputs_));
  return outputs_->finish();
}

}  // namespace hil::app
