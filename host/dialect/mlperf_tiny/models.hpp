// SPDX-License-Identifier: Apache-2.0
// What firmware of the benchmark's own models takes as a sample, by model id.
#pragma once

#include <optional>
#include <string_view>

#include "host/data/element_type.hpp"

namespace hil::dialect::mlperf_tiny {

/// Id of the anomaly detector, whose only result is the mean squared difference between its input
/// and what it makes of it.
inline constexpr std::string_view kAnomalyModel = "ad01";

/// The type of the values in `db`: int8 features for keyword spotting, pixels of 0 to 255 for
/// images, float32 features for anomaly detection; the firmware turns them into its model's own
/// input. Nothing for other ids.
constexpr std::optional<data::ElementType> sample_type_of(std::string_view model_id) {
  if (model_id == "kws01") return data::ElementType::kInt8;
  if (model_id == "ic01" || model_id == "ic02" || model_id == "vww01") {
    return data::ElementType::kUint8;
  }
  if (model_id == kAnomalyModel) return data::ElementType::kFloat32;
  return std::nullopt;
}

}  // namespace hil::dialect::mlperf_tiny
