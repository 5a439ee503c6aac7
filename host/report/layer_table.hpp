// SPDX-License-Identifier: Apache-2.0
// The tables of a model's summary: layers, and the buffers of its memory plan.
#pragma once

#include <cstddef>
#include <string>

#include "host/model/summary.hpp"

namespace hil::report {

/// One row per layer. Columns that do not fit @p width are left out, least needed first, and named
/// below the table. Unsupported layers have an '!' behind their number.
std::string layer_table(const model::ModelSummary& summary, std::size_t width);

/// One row per buffer, in order of appearance; of more than keys differ for, only the largest ones.
/// Only if summary.memory is there.
std::string buffer_table(const model::ModelSummary& summary, std::size_t width);

}  // namespace hil::report
