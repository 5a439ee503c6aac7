// SPDX-License-Identifier: Apache-2.0
// A dataset, and what its check found, as text for a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "host/data/check.hpp"
#include "host/data/dataset.hpp"

namespace hil::report {

/// Layout, samples, element type, shape, licence, counts per class and per slice. Lines keep to
/// @p width columns (at least 60 are taken).
std::string dataset_text(const data::Dataset& dataset, std::size_t width);

/// What was checked, each finding with its first samples and what to do, and the sums.
std::string check_text(const data::Dataset& dataset, const data::DatasetCheck& check,
                       std::size_t width, bool color = false);

/// The check as JSON: {"schema": "hilbench-dataset-check/1", "dataset": ..., "findings": [...]}.
std::string check_json(const data::Dataset& dataset, const data::DatasetCheck& check);

/// "error", "warning" or "note".
const char* name_of(data::Severity severity);

}  // namespace hil::report
