// SPDX-License-Identifier: Apache-2.0
// Reader of datasets whose classes are folders.
#pragma once

#include <filesystem>

#include "host/base/result.hpp"
#include "host/data/dataset.hpp"

namespace hil::data {

/// Takes every folder in @p folder as a class and every file in it as a sample: names that begin
/// with a dot are passed over, both are in the order of their bytes. Class names are the folders'
/// names, in alphabetical order, or in the order of "labels" in dataset.json, which must then name
/// every folder (a label without a folder is a class without samples).
///   kUser  unreadable, a folder within a class, no class or no sample at all, too many classes, a
///          folder that dataset.json does not name, a name with control characters
Result<Dataset> load_class_folders(const std::filesystem::path& folder);

}  // namespace hil::data
