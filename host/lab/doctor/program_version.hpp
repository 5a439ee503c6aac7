// SPDX-License-Identifier: Apache-2.0
// What another program says of its version, in bounded time.
#pragma once

#include <chrono>
#include <string>

#include "host/lab/doctor/machine.hpp"

namespace hil::lab::doctor {

/// How long a program may think; a cold start from a slow disk takes seconds.
inline constexpr auto kTimeToAnswer = std::chrono::seconds(5);

/// Runs `@p program --version` and takes the first 4 KiB of what it prints on both outputs. Blocks
/// until it ends, at most kTimeToAnswer; then it is ended, and is kSilent unless it had printed.
/// kFailed if it can't be started or ends with another status than 0 (a library is missing). May be
/// called by several threads at once.
ProgramAnswer program_version(const std::string& program);

}  // namespace hil::lab::doctor
