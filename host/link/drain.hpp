// SPDX-License-Identifier: Apache-2.0
// Waiting until what was written has left, before a line's rate changes.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include "host/base/result.hpp"
#include "host/link/output_bound.hpp"

namespace hil {

/// What waits below OutputBound is 10 ms of the line; a line that does not move for this long is
/// stopped.
inline constexpr std::chrono::seconds kMostDrainTime{2};

/// Blocks until the bytes that @p queued counts, and those that @p bound reckons with, are on the
/// line, kMostDrainTime at most. @p name is the link's, for the message.
///   kLink  they do not leave
Status drain(const OutputBound& bound, const std::function<std::size_t()>& queued,
             const std::string& name);

}  // namespace hil
