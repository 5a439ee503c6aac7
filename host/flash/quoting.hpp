// SPDX-License-Identifier: Apache-2.0
// Any text as one word of Tcl or of a shell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hil::flash {

/// @p text as one word of Tcl that stands for exactly these bytes: as it is if that is safe, else
/// in double quotes with everything escaped that Tcl would take for something else (Tcl(n), rules 4
/// to 9). @p text may hold anything but NUL, which no path or argument can.
std::string tcl_word(std::string_view text);

/// @p text as one word of a POSIX shell, in single quotes unless it is safe without.
std::string shell_word(std::string_view text);

/// @p argv as one line for a POSIX shell.
std::string shell_line(const std::vector<std::string>& argv);

}  // namespace hil::flash
