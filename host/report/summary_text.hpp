// SPDX-License-Identifier: Apache-2.0
// A model's summary as text for a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "host/model/summary.hpp"

namespace hil::report {

/// Headline, inputs and outputs, layers, totals, the memory plan as a picture with its legend, what
/// keeps the model from running, and how it fits the board. Lines keep to @p width columns (at
/// least 60 are taken); where the table of layers is too wide, it names the columns it leaves out.
std::string summary_text(const model::ModelSummary& summary, std::size_t width);

}  // namespace hil::report
