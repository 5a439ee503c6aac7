// SPDX-License-Identifier: Apache-2.0
// What commands know of the terminal, and how they write to it.
#pragma once

#include <cstddef>
#include <string_view>

#include "host/base/result.hpp"

namespace hil::app {

/// True if @p descriptor is a terminal (and not a file or a pipe).
bool is_terminal(int descriptor);

/// Columns of the terminal on standard output; where it is none or does not say, those that the
/// variable COLUMNS names (20 to 1000), else 80.
int output_width();

/// The same for tables, which nobody cuts on their way into a file or a pipe: report::kNoWidth
/// where standard output is no terminal and COLUMNS names nothing.
std::size_t table_width();

/// Columns of the terminal on standard error; report::kNoWidth if it is none.
std::size_t error_width();

/// Writes @p text to standard output, all of it, at once.
///   kUser  it can't be written (closed pipe, full disk)
Status print(std::string_view text);

/// Writes lines to standard error: a remark beside the result. Control characters become '?'.
void remark(std::string_view lines);

/// Writes "hilbench: WHAT" and the hint to standard error, wrapped and coloured if that is a
/// terminal. Control characters become '?'.
void report(const Error& error);

}  // namespace hil::app
