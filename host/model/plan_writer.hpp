// SPDX-License-Identifier: Apache-2.0
// Writes a plan's data as the bytes that protocol/plan/format.hpp describes.
#pragma once

#include <cstdint>
#include <vector>

#include "host/base/result.hpp"
#include "host/model/plan_data.hpp"

namespace hil::model {

/// The blob of @p data: header, section table, sections at multiples of plan::kAlignment, CRC-32.
/// Does not judge the content: plan::validate() does.
///   kModel  the plan would exceed 2 GB, or an operator record 64 KB
Result<std::vector<std::uint8_t>> write_plan(const PlanData& data);

}  // namespace hil::model
