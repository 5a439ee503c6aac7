// SPDX-License-Identifier: Apache-2.0
// What commands know of the terminal, and how they write to it.
#pragma once

#include <string_view>

#include "host/base/result.hpp"

namespace hil::app {

/// True if @p descriptor is a terminal (and not a file or a pipe).
bool is_terminal(int descriptor);

/// Columns of the terminal on standard output; 80 if it is none or does not say.
int output_width();

/// Writes @p text to standard output, all of it, at once.
///   kUser  it can't be written (closed pipe, full disk)
Status print(std::string_view text);

/// Writes one line to standard error: a remark beside the result.
void remark(std::string_view line);

/// Writes "hilbench: WHAT" and the hint to standard error.
void report(const Error& error);

}  // namespace hil::app
