// SPDX-License-Identifier: Apache-2.0
// Where the digits example is, for help texts whose commands can be typed as they stand.
#pragma once

#include <string>

namespace hil::app {

/// The folder of the digits example: fixtures/digits if we stand in a checkout, else where the
/// program has it.
std::string digits_folder();

/// @p command, written for a checkout, with digits_folder() for fixtures/digits, quoted for a shell
/// if need be.
std::string example_here(std::string command);

}  // namespace hil::app
