// SPDX-License-Identifier: Apache-2.0
// Reader of datasets that are one CSV file with a sample in each row.
#pragma once

#include <filesystem>

#include "host/base/result.hpp"
#include "host/data/dataset.hpp"

namespace hil::data {

/// Reads the CSV file at @p file, and the dataset.json beside it if there is one. Every row has the
/// same number of fields, at least two: features, which are numbers and become f32, then the label.
/// The first row is a header if its first field is no number. The label is a class index or a class
/// name (labels.hpp), or the target of a regression if the header calls its column `target`.
///   kUser  unreadable, larger than 256 MB, no row, a row of another length, a feature that is no
///          number (line and column are named), every error of formats/csv.hpp and labels.hpp
Result<Dataset> load_csv_rows(const std::filesystem::path& file);

}  // namespace hil::data
