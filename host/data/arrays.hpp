// SPDX-License-Identifier: Apache-2.0
// Reader of datasets that are two NumPy arrays: x.npy and y.npy, or an NPZ with members x and y.
#pragma once

#include <filesystem>

#include "host/base/result.hpp"
#include "host/data/dataset.hpp"

namespace hil::data {

/// Reads x.npy and y.npy of @p folder (y.npy may be missing: then there are no labels), and
/// dataset.json if there is one. x is one sample a row: its first dimension counts them, the others
/// are the shape of one. y has as many rows: integers are class indices; floats are the targets of
/// a regression, one or more a row. All of x is kept in memory.
///   kUser  unreadable, every error of formats/npy.hpp, more than kMaxArrayBytes, x without a
///   sample,
///          y of another length, a class index that is negative or too large, integers in more than
///          one column
Result<Dataset> load_npy_pair(const std::filesystem::path& folder);

/// The same from the archive at @p file; dataset.json lies beside it.
///   kUser  as above, every error of formats/npz.hpp, and no member x
Result<Dataset> load_npz(const std::filesystem::path& file);

}  // namespace hil::data
