// SPDX-License-Identifier: Apache-2.0
// From the first instruction of C++ to the agent's loop, on a board without an operating system.
#pragma once

namespace hil::port {

/// Paints the stack, fills static memory, sets the chip up and runs the agent. For the reset
/// handler, with the stack pointer at the stack's end.
[[noreturn]] void start();

}  // namespace hil::port
