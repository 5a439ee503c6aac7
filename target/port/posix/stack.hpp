// SPDX-License-Identifier: Apache-2.0
// Paint on the stack of the Linux agent, which tells how much of it has been used.
#pragma once

namespace hil::port::posix {

/// Paints what the loop is going to use. Call once, from the function that runs the loop.
void paint_stack();

}  // namespace hil::port::posix
