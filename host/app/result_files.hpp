// SPDX-License-Identifier: Apache-2.0
// The files that a run leaves: begun before it, so that a wrong path costs no run.
#pragma once

#include <optional>
#include <vector>

#include "host/app/options.hpp"
#include "host/base/file.hpp"
#include "host/base/result.hpp"
#include "host/base/signals.hpp"
#include "host/measure/evaluate.hpp"
#include "host/report/outputs_csv.hpp"

namespace hil::app {

/// The columns of --outputs for @p model.
std::vector<report::OutputFormat> output_formats(const model::CompiledModel& model);

/// A row per sample of @p evaluation, which ran on @p source.
///   every error of report::OutputsCsv::add()
Status add_outputs(const measure::Evaluation& evaluation, const measure::SampleSource& source,
                   report::OutputsCsv& outputs);

class ResultFiles {
 public:
  /// Begins what --json and --outputs ask for, for a run of @p model.
  ///   kUser  a folder is missing or not writable
  static Result<ResultFiles> create(const Arguments& arguments, const model::CompiledModel& model);

  /// The record goes to standard output (--json -), and nothing else may.
  [[nodiscard]] bool record_on_stdout() const { return record_on_stdout_; }

  /// Writes record and outputs of @p evaluation, complete or not, and gives them their names.
  ///   kUser  the disk is full
  Status save(const measure::Evaluation& evaluation, const measure::SampleSource& source);
  /// The same for a run that leaves a record alone.
  Status save(const results::Record& record);

  /// Shows @p record as a table unless it is on standard output, and says how the run ended: the
  /// error of its verdict before that of saving it, or the exit code.
  [[nodiscard]] Result<int> conclude(const results::Record& record, const Status& saved,
                                     const StopRequest& stop) const;

 private:
  bool record_on_stdout_ = false;
  std::optional<AtomicFile> record_;
  std::optional<report::OutputsCsv> outputs_;
};

}  // namespace hil::app
