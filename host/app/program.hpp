// SPDX-License-Identifier: Apache-2.0
// The program: finds the command, runs it, turns its outcome into an exit code.
#pragma once

#include <string>
#include <vector>

namespace hil::app {

/// @p words: the command line without the program's name. Returns the exit code; never throws.
int run(const std::vector<std::string>& words);

}  // namespace hil::app
