// SPDX-License-Identifier: Apache-2.0
// Datasets of every layout, behind one function.
#pragma once

#include <filesystem>

#include "host/base/result.hpp"
#include "host/data/dataset.hpp"

namespace hil::data {

/// Reads the dataset at @p path and says in `layout` what it is. The first that fits counts:
///
/// | path | layout |
/// |------|--------|
/// | folder with y_labels.csv      | folder of MLPerf Tiny (mlperf_folder.hpp) |
/// | folder with manifest.csv      | manifest (manifest.hpp) |
/// | folder with x.npy, or x.npy   | NPY pair (arrays.hpp) |
/// | folder with one .npz, or .npz | NPZ (arrays.hpp) |
/// | folder with one .csv, or .csv | CSV, a sample a row (csv_rows.hpp) |
/// | folder of folders             | folder per class (class_folders.hpp) |
///
/// Files of samples (.npy, .png, .jpg, .jpeg, .wav, else raw) are not read, but for one: element
/// type, shape and rate of the dataset are those of its first sample that can be read. With
/// @p problems what is wrong with single samples goes there (see Problems).
///   kUser  no such path, no layout fits, every error of the layout's reader; raw files among
///   others;
///          windows on files that are not raw; dataset.json contradicts what the files say
Result<Dataset> load_dataset(const std::filesystem::path& path, Problems* problems = nullptr);

}  // namespace hil::data
