// SPDX-License-Identifier: Apache-2.0
// Folders for records and outputs.
#include "host/app/record_folder.hpp"

#include <fmt/format.h>

#include <system_error>

#include "host/app/board_list.hpp"
#include "host/app/result_files.hpp"
#include "host/base/file.hpp"
#include "host/report/json_record.hpp"
#include "host/report/outputs_csv.hpp"

namespace hil::app {
namespace {

namespace fs = std::filesystem;

/// Makes the folder if it is missing, and a file in it that nobody sees.
Result<fs::path> usable_folder(const std::string& option, const std::string& name) {
  const fs::path folder(name);
  std::error_code failed;
  const fs::file_status status = fs::status(folder, failed);
  if (fs::exists(status) && !fs::is_directory(status)) {
    return Error{
        Blame::kUser,
        fmt::format("--{} {}: of several boards it is a folder, and that is a file", option, name),
        "name a folder, or one that is yet to be made"};
  }
  fs::create_directories(folder, failed);
  if (failed) {
    return Error{Blame::kUser,
                 fmt::format("--{}: cannot make the folder {}: {}", option, name, failed.message()),
                 "name a folder that can be written"};
  }
  HIL_TRY(AtomicFile::create(folder / ".hilbench"));
  return folder;
}

}  // namespace

Result<RecordFolder> RecordFolder::create(const Arguments& arguments,
                                          const std::vector<std::string>& boards) {
  RecordFolder made;
  made.stems_ = file_stems(boards);
  if (const auto name = arguments.find("json")) {
    made.on_stdout_ = *name == "-";
    if (!made.on_stdout_) {
      HIL_ASSIGN(made.records_, usable_folder("json", *name));
    }
  }
  if (const auto name = arguments.find("outputs")) {
    HIL_ASSIGN(made.outputs_, usable_folder("outputs", *name));
  }
  return made;
}

fs::path RecordFolder::record_path(std::size_t board) const {
  return records_ ? *records_ / (stems_.at(board) + ".json") : fs::path();
}

Status RecordFolder::save(std::size_t board, const measure::Evaluation& evaluation,
                          const model::CompiledModel& model,
                          const measure::SampleSource* source) const {
  if (records_) HIL_TRY(report::save_record(evaluation.record, record_path(board)));
  if (!outputs_ || source == nullptr) return {};
  HIL_ASSIGN(auto outputs, report::OutputsCsv::create(*outputs_ / (stems_.at(board) + ".csv"),
                                                      output_formats(model)));
  HIL_TRY(add_outputs(evaluation, *source, outputs));
  return outputs.finish();
}

std::string json_array(const std::vector<const results::Record*>& records) {
  std::string text = "[";
  const char* between = "\n";
  for (const results::Record* record : records) {
    std::string json = report::json_text(*record);
    while (json.ends_with('\n'))
      json.pop_back();
    text += between + json;
    between = ",\n";
  }
  return text + "\n]\n";
}

}  // namespace hil::app
