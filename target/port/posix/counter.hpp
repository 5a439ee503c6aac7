// SPDX-License-Identifier: Apache-2.0
// When the counter sensor of the Linux agent has something to do.
#pragma once

#include <cstdint>

namespace hil::port::posix {

/// Nanoseconds until its next block is full; 0 if it is, negative if the counter does not run.
std::int64_t counter_wait_ns();

}  // namespace hil::port::posix
