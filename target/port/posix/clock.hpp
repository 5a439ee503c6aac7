// SPDX-License-Identifier: Apache-2.0
// Where the clock of the Linux agent begins.
#pragma once

namespace hil::port::posix {

/// Lets ticks() count from now on. Call once, before anything reads the clock.
void begin_ticks();

}  // namespace hil::port::posix
