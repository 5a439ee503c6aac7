// SPDX-License-Identifier: Apache-2.0
// The texts of --help: of the program, and of one command.
#pragma once

#include <cstddef>
#include <string>

#include "host/app/options.hpp"

namespace hil::app {

/// The commands by task, with a first one to try on the files in folder @p digits; no line wider
/// than @p width columns (but no narrower than 40). With @p color headings stand out. Ends with a
/// newline.
std::string program_help(const std::string& digits, std::size_t width, bool color = false);

/// What hilbench alone says: how it is used, wrapped at @p width columns. Ends with a newline.
std::string program_usage(std::size_t width);

/// What @p options take, with help texts wrapped at @p width columns (but no narrower than 40) and
/// an example, broken by backslashes. Ends with a newline.
std::string command_help(const Options& options, std::size_t width);

}  // namespace hil::app
