// SPDX-License-Identifier: Apache-2.0
// Writing records and outputs.
#include "host/app/result_files.hpp"

#include "host/app/console_io.hpp"
#include "host/report/console.hpp"
#include "host/report/json_record.hpp"

namespace hil::app {

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
    std::vector<report::OutputFormat> formats;
    for (const model::TensorSpec& output : model.outputs) {
      formats.push_back({output.type, output.element_count()});
    }
    HIL_ASSIGN(files.outputs_, report::OutputsCsv::create(*path, std::move(formats)));
  }
  return files;
}

Status ResultFiles::save(const results::Record& record) {
  const std::string text = report::json_text(record);
  if (record_on_stdout_) HIL_TRY(print(text));
  if (!record_) return {};
  HIL_TRY(record_->write(text));
  return record_->commit();
}

Result<int> ResultFiles::conclude(const results::Record& record, const Status& saved,
                                  const StopRequest& stop) const {
  if (!record_on_stdout_) {
    HIL_TRY(print(report::console_text(record, static_cast<std::size_t>(output_width()))));
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
  for (const session::SampleResult& result : evaluation.samples) {
    const data::Sample& sample = source.dataset().samples[source.item(result.sample).sample];
    HIL_TRY(outputs_->add(sample.name, sample.label, result.outputs));
  }
  return outputs_->finish();
}

}  // namespace hil::app
