// SPDX-License-Identifier: Apache-2.0
// Reader of dataset.json: what raw sample files do not say about themselves.
#pragma once

#include <filesystem>

#include "host/base/result.hpp"
#include "host/data/dataset.hpp"

namespace hil::data {

/// Fills element_type, scale, zero_point, label_names, license and source of @p dataset from the
/// file at @p path: {"schema": "hilbench-dataset/1", "element_type": "i8|u8|i16|i32|f32",
/// "quantisation": {"scale": above 0, "zero_point": integer}, "labels": [class_count distinct
/// names], "license": "...", "source": "..."}; every key but schema may be absent.
///   kUser  unreadable, not JSON, an unknown key, or a wrong value (the key is named)
Status read_description(const std::filesystem::path& path, Dataset& dataset);

}  // namespace hil::data
