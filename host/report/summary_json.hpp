// SPDX-License-Identifier: Apache-2.0
// A model's summary as JSON.
#pragma once

#include <string>

#include "host/model/summary.hpp"

namespace hil::report {

/// Everything in @p summary, sizes in bytes; what is not known is null. Layers name tensors by
/// their index in the file, and buffers likewise. Ends with a newline.
std::string summary_json(const model::ModelSummary& summary);

}  // namespace hil::report
