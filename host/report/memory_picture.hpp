// SPDX-License-Identifier: Apache-2.0
// The memory plan over time, drawn with letters.
#pragma once

#include <cstddef>
#include <string>

#include "host/model/summary.hpp"

namespace hil::report {

/// A map of the arena, highest address on top, operators from left to right. Each cell has the key
/// (summary_words.hpp) of the buffer that takes most of it, only once where that is less than a
/// quarter; '.' is free. At most 16 rows; models with more operators than columns have several in a
/// column, which the text says. @p layers is the number of operators, at least 1. No line is wider
/// than @p width, at least 40.
std::string memory_picture(const model::MemorySummary& memory, std::size_t layers,
                           std::size_t width);

}  // namespace hil::report
