// SPDX-License-Identifier: Apache-2.0
// The files that a run on several boards leaves: one per board, in folders.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/app/options.hpp"
#include "host/base/result.hpp"
#include "host/measure/evaluate.hpp"
#include "host/model/model.hpp"

namespace hil::app {

/// With several boards --json and --outputs name folders. Thread-safe after create().
class RecordFolder {
 public:
  /// Makes the folders that --json and --outputs name, if they are missing, and tries whether files
  /// can be made there. @p boards are the boards' names: their files are "linux@3.json" and
  /// "linux@3.csv".
  ///   kUser  one of the two is a file, or the folder can't be made or written
  static Result<RecordFolder> create(const Arguments& arguments,
                                     const std::vector<std::string>& boards);

  /// --json -: the records go to standard output, and nothing else may.
  [[nodiscard]] bool on_stdout() const { return on_stdout_; }

  /// Where the record of board @p board (an index) goes; empty: nowhere.
  [[nodiscard]] std::filesystem::path record_path(std::size_t board) const;

  /// Writes the record of board @p board and, if @p source is given, its outputs, whole files or
  /// none.
  ///   kUser  the disk is full
  Status save(std::size_t board, const measure::Evaluation& evaluation,
              const model::CompiledModel& model, const measure::SampleSource* source) const;

 private:
  std::vector<std::string> stems_;
  bool on_stdout_ = false;
  std::optional<std::filesystem::path> records_, outputs_;
};

/// The records as one JSON array, in their order, with a newline at the end.
std::string json_array(const std::vector<const results::Record*>& records);

}  // namespace hil::app
