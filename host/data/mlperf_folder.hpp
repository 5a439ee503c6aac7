// SPDX-License-Identifier: Apache-2.0
// Reader of datasets in the folder layout of MLPerf Tiny: y_labels.csv beside the sample files.
#pragma once

#include <cstdint>
#include <filesystem>

#include "host/base/result.hpp"
#include "host/data/dataset.hpp"

namespace hil::data {

inline constexpr const char* kLabelFile = "y_labels.csv";
inline constexpr const char* kDescriptionFile = "dataset.json";
/// Above this the confusion matrix alone would take more than 128 MB.
inline constexpr std::uint32_t kMaxClasses = 4096;

/// Reads the labels of @p folder, its dataset.json if there is one, and checks that every sample
/// file is there. Sample bytes are not read.
///
/// y_labels.csv: one line `file name,number of classes,class` per sample, no header, the same
/// number of classes on each line; spaces around fields, CRLF, blank lines and a UTF-8 mark at the
/// start are tolerated. File names are relative to @p folder and stay inside it. Source: MLPerf
/// Tiny, benchmark/evaluation/datasets.
///   kUser  no such folder or label file; a line that breaks the rules above; a name given twice; a
///          sample file that is missing (all with file and line); no sample at all; a wrong value
///          in dataset.json (with its key)
Result<Dataset> load_mlperf_folder(const std::filesystem::path& folder);

}  // namespace hil::data
