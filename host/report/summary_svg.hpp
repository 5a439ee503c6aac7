// SPDX-License-Identifier: Apache-2.0
// A model's summary as one SVG picture.
#pragma once

#include <string>

#include "host/model/summary.hpp"

namespace hil::report {

/// The graph as a column of boxes with shapes on the left; on the right the memory plan (operators
/// on x, addresses on y, a labelled rectangle per buffer), its legend, and what keeps the model
/// from running. Valid XML without external resources, whatever the names in the model.
std::string summary_svg(const model::ModelSummary& summary);

}  // namespace hil::report
