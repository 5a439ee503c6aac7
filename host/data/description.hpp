// SPDX-License-Identifier: Apache-2.0
// Reader of dataset.json: what raw sample files do not say about themselves.
#pragma once

#include <filesystem>

#include "host/base/result.hpp"
#include "host/data/dataset.hpp"

namespace hil::data {

inline constexpr const char* kDescriptionFile = "dataset.json";

/// Fills element_type, shape, scale, zero_point, image, label_names, license and source of
/// @p dataset from the file at @p path: {"schema": "hilbench-dataset/1", "element_type":
/// "i8|u8|i16|i32|f32", "shape": [1 to 8 sizes of one sample], "quantisation": {"scale": above 0,
/// "zero_point": integer}, "image": "grey|rgb", "labels": [distinct names], "license": "...",
/// "source": "..."}; every key but schema may be absent. The number of labels must be class_count;
/// where that is 0 it becomes that.
///   kUser  unreadable, not JSON, an unknown key, or a wrong value (the key is named)
Status read_description(const std::filesystem::path& path, Dataset& dataset);

/// The same for the dataset.json in the dataset's folder; nothing happens if there is none.
Status read_description_if_any(Dataset& dataset);

}  // namespace hil::data
