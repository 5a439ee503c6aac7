// SPDX-License-Identifier: Apache-2.0
// The end of RAM that a reset keeps: the crash note, and why the agent was started.
#pragma once

#include "protocol/frame/control.hpp"

namespace hil::port::kept {

/// Finds out why the agent started. Call once at start.
/// @param hardware what the chip says; kUnknown if it has no such register. A reset that the agent
///   asked for itself is told from others by what it left here.
void begin(frame::ResetCause hardware);

/// Leaves word for the next start that this run asked for a reset, and why.
void leave(frame::ResetCause cause);

}  // namespace hil::port::kept
