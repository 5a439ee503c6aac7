// SPDX-License-Identifier: Apache-2.0
// Reader of datasets in the folder layout of MLPerf Tiny: y_labels.csv beside the sample files.
#pragma once

#include <filesystem>

#include "host/base/result.hpp"
#include "host/data/dataset.hpp"
#include "host/data/description.hpp"

namespace hil::data {

inline constexpr const char* kLabelFile = "y_labels.csv";

/// Reads the labels of @p folder, its dataset.json if there is one, and checks that every sample
/// file is there. Sample bytes are not read.
///
/// y_labels.csv: one line `file name,number of classes,class` per sample, the same number of
/// classes on each line, or five fields on every line: window and stride in bytes, of which a file
/// gives (size - window) / stride + 1 inferences. Spaces around fields, CRLF, blank lines and a
/// UTF-8 mark at the start are tolerated. File names are relative to @p folder and stay inside it.
/// Source: MLPerf Tiny, benchmark/evaluation/datasets.
///
/// Ours: a first line `name,classes,class` or `name,classes,class,window_bytes,stride_bytes`,
/// followed by the names of further columns, adds slices; or a manifest.csv beside it with a column
/// `name` does (manifest.hpp).
///   kUser  no such folder or label file; a line that breaks the rules above; a name given twice; a
///          sample file that is missing or shorter than its window (all with file and line); no
///          sample at all; a wrong value in dataset.json (with its key)
Result<Dataset> load_mlperf_folder(const std::filesystem::path& folder,
                                   Problems* problems = nullptr);

}  // namespace hil::data
