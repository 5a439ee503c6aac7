// SPDX-License-Identifier: Apache-2.0
// What another program says of its version, in bounded time.
#pragma once

#include <string>

#include "host/lab/doctor/machine.hpp"

namespace hil::lab::doctor {

/// Runs `@p program --version` and takes the first 4 KiB of what it prints on both outputs. Blocks
/// until it ends, at most a second; then it is ended, and is kSilent unless it had printed.
ProgramAnswer program_version(const std::string& program);

}  // namespace hil::lab::doctor
