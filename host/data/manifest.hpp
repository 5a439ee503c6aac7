// SPDX-License-Identifier: Apache-2.0
// Reader of manifest.csv: a file, its label or targets, and what else is known of it, in each row.
#pragma once

#include <filesystem>

#include "host/base/result.hpp"
#include "host/data/dataset.hpp"

namespace hil::data {

inline constexpr const char* kManifestFile = "manifest.csv";

/// Reads manifest.csv of @p folder, and dataset.json if there is one. The first row names the
/// columns: `name` (a file inside the folder), `label` (class index or name) or one or more that
/// start with `target` (numbers of a regression), both of which may be missing; every other column
/// is a slice. Quotes and line ends as RFC 4180 has them.
///   kUser  unreadable; no column `name`; a column given twice; a row of another length; a name
///          outside the folder, given twice or without its file; a wrong label or target (all with
///          their line)
Result<Dataset> load_manifest(const std::filesystem::path& folder, Problems* problems = nullptr);

/// Adds the slices of manifest.csv to the samples of @p dataset, which has its labels from
/// elsewhere: a row for every sample, in any order.
///   kUser  as above; a column `label` or `target`; a row that names no sample, a sample without
///   row
Status add_slices(Dataset& dataset);

}  // namespace hil::data
